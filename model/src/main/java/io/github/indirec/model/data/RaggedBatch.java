package io.github.indirec.model.data;

import io.github.indirec.tensor.IntArena;
import io.github.indirec.tensor.RaggedLayout;
import java.util.function.IntUnaryOperator;

/**
 * Sequences of several lengths, packed without padding: most are far shorter than the longest.
 *
 * <p>One made in an arena lives until the arena's reset.
 *
 * @param items the items of all sequences, one after the other, N; longer where it comes from an arena
 * @param layout where each sequence begins
 * @param targets next item of each sequence, B; empty if there are none to learn or check
 * @param segments index of each sequence where it came from (segment, user row or history), B
 */
public record RaggedBatch(int[] items, RaggedLayout layout, int[] targets, int[] segments) {
    private static final int[] NO_TARGETS = {};

    public RaggedBatch {
        if (items.length < layout.rows()
                || segments.length != layout.count()
                || (targets.length != 0 && targets.length != layout.count())) {
            throw new IllegalArgumentException("RaggedBatch: " + layout + " does not fit " + items.length + " items, "
                    + targets.length + " targets and " + segments.length + " segments");
        }
    }

    /** Number of sequences, B. */
    public int count() {
        return layout.count();
    }

    /**
     * Training examples {@code indices[from]} to {@code indices[to]} (exclusive).
     *
     * @param arena where all arrays come from
     */
    public static RaggedBatch of(PrefixSegments segments, int[] indices, int from, int to, IntArena arena) {
        int[] lengths = arena.exactly(to - from);
        int[] targets = arena.exactly(to - from);
        int[] chosen = arena.exactly(to - from);
        for (int s = 0; s < lengths.length; s++) {
            chosen[s] = indices[from + s];
            lengths[s] = segments.inputLength(chosen[s]);
            targets[s] = segments.target(chosen[s]);
        }
        RaggedLayout layout = RaggedLayout.ofLengths(lengths, segments.maxLength(), arena);
        int[] items = arena.atLeast(layout.rows());
        for (int s = 0; s < lengths.length; s++) {
            segments.copyInput(chosen[s], items, layout.offset(s));
        }
        return new RaggedBatch(items, layout, targets, chosen);
    }

    /** Training examples {@code indices[from]} to {@code indices[to]} (exclusive). */
    public static RaggedBatch of(PrefixSegments segments, int[] indices, int from, int to) {
        return of(segments, indices, from, to, IntArena.NONE);
    }

    /** All of {@code indices}. */
    public static RaggedBatch of(PrefixSegments segments, int... indices) {
        return of(segments, indices, 0, indices.length);
    }

    /** Histories, to their last {@code maxLength} items, and targets of the user rows {@code from} up to {@code to}. */
    public static RaggedBatch of(Histories histories, int from, int to, int maxLength) {
        int[][] sequences = new int[to - from][];
        int[] targets = new int[to - from];
        int[] rows = new int[to - from];
        for (int s = 0; s < sequences.length; s++) {
            rows[s] = from + s;
            sequences[s] = histories.history(rows[s]);
            targets[s] = histories.target(rows[s]);
        }
        return pack(sequences, maxLength, targets, rows);
    }

    /**
     * Arbitrary histories, without targets; of each the last {@code maxLength} items.
     *
     * @throws IllegalArgumentException if one is empty or holds an id below 1
     */
    public static RaggedBatch ofHistories(int[][] histories, int maxLength) {
        int[] indices = new int[histories.length];
        for (int s = 0; s < indices.length; s++) {
            indices[s] = s;
        }
        return pack(histories, maxLength, NO_TARGETS, indices);
    }

    /** Each sequence with its target as the newest item, again the last {@code maxLength}; no targets. */
    public RaggedBatch followedByTargets() {
        return followedBy(s -> targets[s]);
    }

    /** Each sequence with the same item as its newest, again the last {@code maxLength}; no targets. */
    public RaggedBatch followedBy(int item) {
        return followedBy(s -> item);
    }

    private RaggedBatch followedBy(IntUnaryOperator newest) {
        IntArena arena = layout.arena();
        int[] lengths = arena.exactly(count());
        for (int s = 0; s < lengths.length; s++) {
            lengths[s] = Math.min(layout.length(s) + 1, layout.maxLength());
        }
        RaggedLayout longer = RaggedLayout.ofLengths(lengths, layout.maxLength(), arena);
        int[] followed = arena.atLeast(longer.rows());
        for (int s = 0; s < lengths.length; s++) {
            int kept = lengths[s] - 1;
            System.arraycopy(items, layout.offset(s + 1) - kept, followed, longer.offset(s), kept);
            followed[longer.offset(s) + kept] = newest.applyAsInt(s);
        }
        return new RaggedBatch(followed, longer, NO_TARGETS, segments);
    }

    private static RaggedBatch pack(int[][] histories, int maxLength, int[] targets, int[] indices) {
        int[] lengths = new int[histories.length];
        for (int s = 0; s < lengths.length; s++) {
            lengths[s] = Math.min(histories[s].length, maxLength);
            if (lengths[s] < 1) {
                throw new IllegalArgumentException("RaggedBatch: history " + s + " holds no item, expected at least"
                        + " one; a user without a history needs another recommender");
            }
        }
        RaggedLayout layout = RaggedLayout.ofLengths(lengths, maxLength);
        int[] items = new int[layout.rows()];
        for (int s = 0; s < lengths.length; s++) {
            System.arraycopy(histories[s], histories[s].length - lengths[s], items, layout.offset(s), lengths[s]);
        }
        for (int item : items) {
            if (item < 1) {
                throw new IllegalArgumentException("RaggedBatch: a history holds item " + item
                        + ", expected ids from 1; 0 is the padding id");
            }
        }
        return new RaggedBatch(items, layout, targets, indices);
    }
}
