package io.github.indirec.model.data;

import java.util.Arrays;
import java.util.Objects;

/**
 * The training examples: for each user and each k = 2..L-2 (counted from 1), the last {@code maxLength} of i_1..i_(k-1)
 * as input and i_k as target (the paper's dynamic incremental prefix segmentation). The two held-out items appear in
 * none. Kept as one number a user, never copied: a segment is an index.
 *
 * <p>The order is that of the authors' segment file: users in file order, targets in time order. Their windows of
 * 4 to 53 items with the last two thrown away (all prefixes, then windows of 53) are the same segments.
 *
 * <p>Immutable, for any number of threads.
 */
public final class PrefixSegments {
    /** Items of a sequence that are no target: the first, which has no input, and the two held out. */
    private static final int NO_TARGETS = 3;

    private final SequenceDataset dataset;
    private final int maxLength;
    private final int[] firstSegments;

    /** @param maxLength longest input, at least 1 */
    public PrefixSegments(SequenceDataset dataset, int maxLength) {
        if (maxLength < 1) {
            throw new IllegalArgumentException("PrefixSegments: expected maxLength >= 1, found " + maxLength);
        }
        this.dataset = dataset;
        this.maxLength = maxLength;
        this.firstSegments = new int[dataset.users() + 1];
        for (int user = 0; user < dataset.users(); user++) {
            firstSegments[user + 1] = firstSegments[user] + dataset.length(user) - NO_TARGETS;
        }
    }

    public SequenceDataset dataset() {
        return dataset;
    }

    public int maxLength() {
        return maxLength;
    }

    /** Number of segments: the sum of L - 3 over all users. */
    public int count() {
        return firstSegments[firstSegments.length - 1];
    }

    /** Index of a user's first segment; {@code user} may be the number of users. */
    public int firstSegment(int user) {
        return firstSegments[user];
    }

    /** Row of the user that segment s belongs to. */
    public int user(int s) {
        Objects.checkIndex(s, count());
        int found = Arrays.binarySearch(firstSegments, s);
        if (found < 0) {
            return -found - 2;
        }
        // Users without a segment share the index of the next one.
        while (firstSegments[found + 1] == s) {
            found++;
        }
        return found;
    }

    /** Position, in the user's sequence, of the first input item of segment s. */
    public int inputStart(int s) {
        return Math.max(0, targetPosition(s) - maxLength);
    }

    /** Number of input items of segment s, from 1 to {@link #maxLength}. */
    public int inputLength(int s) {
        return Math.min(targetPosition(s), maxLength);
    }

    /** Target item of segment s. */
    public int target(int s) {
        return dataset.item(user(s), targetPosition(s));
    }

    /**
     * Copies the input items of segment s to {@code out}, from {@code offset} on.
     *
     * @return their number
     */
    public int copyInput(int s, int[] out, int offset) {
        int user = user(s);
        int target = targetPosition(s, user);
        int length = Math.min(target, maxLength);
        dataset.copyItems(user, target - length, length, out, offset);
        return length;
    }

    private int targetPosition(int s) {
        return targetPosition(s, user(s));
    }

    private int targetPosition(int s, int user) {
        return s - firstSegments[user] + 1;
    }
}
