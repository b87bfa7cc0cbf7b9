package io.github.indirec.model.cadirec;

import io.github.indirec.tensor.Philox;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import java.util.Arrays;

/**
 * The items of a batch that are noised, predicted and replaced: one choice serves all three. A packed batch has no
 * padding that could be chosen.
 *
 * @param slots rows of the packed batch, ascending, M of them
 * @param counts how many of them each sequence has, B; 0 is possible
 */
public record SlotMask(int[] slots, int[] counts) {
    /** Keeps the loss of a sequence finite, and that of one with a single slot a little below its cross-entropy. */
    private static final double EPS = 1e-5;

    public SlotMask {
        if (Arrays.stream(counts).sum() != slots.length) {
            throw new IllegalArgumentException("SlotMask: " + slots.length + " slots, but counts that add up to "
                    + Arrays.stream(counts).sum());
        }
    }

    /** Chooses each item with probability {@code rate}, by the word at (key, its coordinate, 0). */
    public static SlotMask draw(RaggedLayout layout, double rate, RandomKey key) {
        int[] coordinates = layout.coordinates();
        int[] slots = new int[layout.rows()];
        int[] counts = new int[layout.count()];
        int count = 0;
        for (int s = 0; s < counts.length; s++) {
            for (int row = layout.offset(s); row < layout.offset(s + 1); row++) {
                if (Philox.uniform(Philox.word(key, coordinates[row], 0)) < rate) {
                    slots[count++] = row;
                    counts[s]++;
                }
            }
        }
        return new SlotMask(Arrays.copyOf(slots, count), counts);
    }

    /** M. */
    public int size() {
        return slots.length;
    }

    /**
     * The weight of each slot's loss, 1 / ((m + 1e-5) B) with m the slots of its sequence: a mean over each sequence,
     * then over all B, those without a slot included.
     */
    public float[] weights() {
        float[] weights = new float[slots.length];
        int at = 0;
        for (int count : counts) {
            Arrays.fill(weights, at, at + count, (float) (1 / ((count + EPS) * counts.length)));
            at += count;
        }
        return weights;
    }
}
