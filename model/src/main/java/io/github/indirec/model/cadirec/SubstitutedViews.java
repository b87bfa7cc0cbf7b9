package io.github.indirec.model.cadirec;

import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.Arrays;

/**
 * Sequences whose masked items are replaced by likely ones: at each slot one of the items of highest logit, each
 * alike, for each view anew, so that with probability 1/candidates both views choose the same.
 *
 * <p>The padding row, the mask row and the item itself compete too. The mask row is taken as it is. The padding row
 * becomes padding, so that the item is left out of its view.
 *
 * <p>Deviation: what stands before an item that is left out moves up by one position, and a sequence whose last item is
 * left out is read at the one before, where the authors leave a gap and read the gap. A sequence of which nothing would
 * be left keeps its own last item.
 */
public final class SubstitutedViews {
    private static final int PADDING = 0;
    private static final long LOW = 0xffffffffL;

    private SubstitutedViews() {}

    /**
     * The substitutes of each view.
     *
     * @param logits [M x rows of the table], float32
     * @param words [views][M] random words; the choice is uniform up to candidates / 2^32
     * @param candidates how many of the highest logits a choice is made among, ties by the smaller id; all where there
     *     are fewer
     * @return [views][M] rows of the table
     * @throws ArithmeticException if a logit is NaN
     */
    public static int[][] choose(Backend backend, Tensor logits, int[][] words, int candidates) {
        int rows = logits.shape().rowLength();
        int k = Math.min(candidates, rows);
        int[][] chosen = new int[words.length][logits.shape().rows()];
        backend.forEach(logits.shape().rows(), m -> {
            int[] best = new int[k];
            int found = backend.ranking().topK(logits, m, 0, rows, k, best, new float[k]);
            for (int view = 0; view < words.length; view++) {
                chosen[view][m] = best[(int) ((words[view][m] & LOW) * found >>> 32)];
            }
        });
        return chosen;
    }

    /**
     * One view of a batch, in the order of its sequences, without targets.
     *
     * @param items [M] what takes the place of each slot of the mask
     */
    public static RaggedBatch view(RaggedBatch batch, SlotMask mask, int[] items) {
        int[] all = batch.items().clone();
        for (int m = 0; m < items.length; m++) {
            all[mask.slots()[m]] = items[m];
        }
        int[] lengths = new int[batch.count()];
        int[] kept = new int[all.length];
        int count = 0;
        for (int s = 0; s < lengths.length; s++) {
            int first = count;
            int end = batch.layout().offset(s + 1);
            for (int row = batch.layout().offset(s); row < end; row++) {
                if (all[row] != PADDING) {
                    kept[count++] = all[row];
                }
            }
            if (count == first) {
                kept[count++] = batch.items()[end - 1];
            }
            lengths[s] = count - first;
        }
        return new RaggedBatch(
                Arrays.copyOf(kept, count),
                RaggedLayout.ofLengths(lengths, batch.layout().maxLength()),
                new int[0],
                batch.segments());
    }
}
