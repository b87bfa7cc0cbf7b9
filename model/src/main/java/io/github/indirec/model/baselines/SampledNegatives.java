package io.github.indirec.model.baselines;

import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomSequence;
import java.util.Arrays;

/**
 * One negative item a position, drawn anew at every visit: uniform among the items that the user does not have.
 *
 * <p>Reference quirks: the mask row I + 1 is drawn like an item, so that there is always a negative; items held out for
 * validation and test count among those that the user has, so they are never negatives, which tells a little of them.
 */
final class SampledNegatives {
    private SampledNegatives() {}

    /**
     * Negatives of a batch.
     *
     * @param layout N positions
     * @param users the user row of each sequence
     * @return [N]
     */
    static int[] draw(SequenceDataset data, RaggedLayout layout, int[] users, RandomSequence random) {
        int[] negatives = new int[layout.rows()];
        for (int s = 0; s < users.length; s++) {
            int[] had = new int[data.length(users[s])];
            data.copyItems(users[s], 0, had.length, had, 0);
            Arrays.sort(had);
            for (int row = layout.offset(s); row < layout.offset(s) + layout.length(s); row++) {
                do {
                    negatives[row] = 1 + random.nextInt(data.items() + 1);
                } while (Arrays.binarySearch(had, negatives[row]) >= 0);
            }
        }
        return negatives;
    }
}
