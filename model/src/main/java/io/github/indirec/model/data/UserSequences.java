package io.github.indirec.model.data;

import io.github.indirec.tensor.RaggedLayout;
import java.util.Arrays;

/**
 * Training examples of models that learn at every position: one a user, input i_1..i_(L-3) and, shifted by one, the next
 * items i_2..i_(L-2), both cut to their last {@code maxLength}. The two held-out items appear in neither.
 *
 * <p>Immutable, for any number of threads.
 */
public final class UserSequences {
    /** Items of a sequence beyond its training input: the last next item and the two held out. */
    private static final int BEYOND = 3;

    private final SequenceDataset dataset;
    private final int maxLength;
    private final int[] users;

    /** @param maxLength longest input, at least 1 */
    public UserSequences(SequenceDataset dataset, int maxLength) {
        if (maxLength < 1) {
            throw new IllegalArgumentException("UserSequences: expected maxLength >= 1, found " + maxLength);
        }
        this.dataset = dataset;
        this.maxLength = maxLength;
        int[] rows = new int[dataset.users()];
        int count = 0;
        for (int user = 0; user < dataset.users(); user++) {
            if (dataset.length(user) > BEYOND) {
                rows[count++] = user;
            }
        }
        this.users = Arrays.copyOf(rows, count);
    }

    public SequenceDataset dataset() {
        return dataset;
    }

    /** Number of users with at least one next item. */
    public int count() {
        return users.length;
    }

    /**
     * A batch of examples, with the next item at every position.
     *
     * @param sequences their inputs; its segments are user rows
     * @param next [N] the item after each
     */
    public record Batch(RaggedBatch sequences, int[] next) {}

    /** The examples of these numbers. */
    public Batch batch(int[] examples) {
        int[] lengths = new int[examples.length];
        int[] rows = new int[examples.length];
        for (int s = 0; s < examples.length; s++) {
            rows[s] = users[examples[s]];
            lengths[s] = Math.min(maxLength, dataset.length(rows[s]) - BEYOND);
        }
        RaggedLayout layout = RaggedLayout.ofLengths(lengths, maxLength);
        int[] items = new int[layout.rows()];
        int[] next = new int[layout.rows()];
        for (int s = 0; s < examples.length; s++) {
            int first = dataset.length(rows[s]) - BEYOND - lengths[s];
            dataset.copyItems(rows[s], first, lengths[s], items, layout.offset(s));
            dataset.copyItems(rows[s], first + 1, lengths[s], next, layout.offset(s));
        }
        return new Batch(new RaggedBatch(items, layout, new int[0], rows), next);
    }
}
