package io.github.indirec.tensor;

import java.util.Arrays;

/**
 * How the N rows of a packed tensor fall into sequences: sequence s owns rows {@code offset(s)} to
 * {@code offset(s + 1)}. Immutable, and safe for any number of threads; but one made in an arena lives until the arena's
 * reset and is confined to its thread.
 *
 * <p>Positions are right-aligned: the last row of every sequence stands at position {@code maxLength - 1}, as in a
 * left-padded batch. A row's <i>coordinate</i> is the index it would have in that padded batch,
 * {@code s * maxLength + position}; random numbers are addressed by it, so a packed batch draws what the padded one
 * draws.
 *
 * <p>A layout may keep only the tail of each sequence of another one ({@link #tail}): queries of an attention whose
 * outputs are read at the last rows alone.
 *
 * <p>The arrays that methods return are made once and shared: they are not to be written to. Those of N values may be
 * longer in an arena; only the first N count.
 */
public final class RaggedLayout {
    private final int[] offsets;
    private final int maxLength;
    private final IntArena arena;
    // Volatile: whoever sees one of these arrays sees its contents. Two threads may make one twice, alike.
    private volatile int[] positions;
    private volatile int[] coordinates;
    private volatile int[] lastRows;
    private volatile int[] pairs;

    private RaggedLayout(int[] offsets, int maxLength, IntArena arena) {
        this.offsets = offsets;
        this.maxLength = maxLength;
        this.arena = arena;
    }

    /** Sequences of the given lengths, each from 1 to {@code maxLength}. */
    public static RaggedLayout ofLengths(int[] lengths, int maxLength) {
        return ofLengths(lengths, maxLength, IntArena.NONE);
    }

    /** As {@link #ofLengths(int[], int)}, with all arrays from an arena. */
    public static RaggedLayout ofLengths(int[] lengths, int maxLength, IntArena arena) {
        int[] offsets = arena.exactly(lengths.length + 1);
        offsets[0] = 0;
        for (int s = 0; s < lengths.length; s++) {
            if (lengths[s] < 1 || lengths[s] > maxLength) {
                throw new ShapeException("RaggedLayout: sequence " + s + " has length " + lengths[s]
                        + ", expected 1 to " + maxLength);
            }
            offsets[s + 1] = Math.addExact(offsets[s], lengths[s]);
        }
        return new RaggedLayout(offsets, maxLength, arena);
    }

    /** The last {@code rows} rows of each sequence (all of a shorter one). */
    public RaggedLayout tail(int rows) {
        if (rows >= 1 && rows() == count()) {
            return this;
        }
        int[] lengths = arena.exactly(count());
        for (int s = 0; s < lengths.length; s++) {
            lengths[s] = Math.min(rows, length(s));
        }
        return ofLengths(lengths, maxLength, arena);
    }

    /** Where this layout's arrays come from: for what is to live as long. */
    public IntArena arena() {
        return arena;
    }

    /** Number of sequences, B. */
    public int count() {
        return offsets.length - 1;
    }

    /** Number of rows, N. */
    public int rows() {
        return offsets[offsets.length - 1];
    }

    /** Length to which a padded batch would be padded, L. */
    public int maxLength() {
        return maxLength;
    }

    /** First row of sequence s; {@code s} may be {@link #count}. */
    public int offset(int s) {
        return offsets[s];
    }

    public int length(int s) {
        return offsets[s + 1] - offsets[s];
    }

    /** Right-aligned position of the first row of sequence s. */
    public int firstPosition(int s) {
        return maxLength - length(s);
    }

    /** Right-aligned position of every row, in row order: N. */
    public int[] positions() {
        if (positions == null) {
            positions = rowNumbers(0);
        }
        return positions;
    }

    /** Coordinate of every row in the padded batch, {@code s * maxLength + position}, in row order: N. */
    public int[] coordinates() {
        if (coordinates == null) {
            coordinates = rowNumbers(maxLength);
        }
        return coordinates;
    }

    /** {@code s * stride} + position, of every row. */
    private int[] rowNumbers(int stride) {
        int[] numbers = arena.atLeast(rows());
        for (int s = 0; s < count(); s++) {
            int shift = s * stride + firstPosition(s) - offsets[s];
            for (int row = offsets[s]; row < offsets[s + 1]; row++) {
                numbers[row] = shift + row;
            }
        }
        return numbers;
    }

    /** Index of the last row of every sequence: B. */
    public int[] lastRows() {
        if (lastRows == null) {
            int[] rows = arena.exactly(count());
            for (int s = 0; s < rows.length; s++) {
                rows[s] = offsets[s + 1] - 1;
            }
            lastRows = rows;
        }
        return lastRows;
    }

    /**
     * Start of each sequence's block when every query row stores one value a key row of its sequence, for one head;
     * the last entry is the number of such pairs: B + 1.
     *
     * @param queries a layout with the same sequences or tails of them
     */
    public int[] pairOffsets(RaggedLayout queries) {
        if (queries.rows() == count()) {
            // One query a sequence: a pair for every key row.
            return offsets;
        }
        if (queries.rows() != rows()) {
            return pairs(queries, IntArena.NONE);
        }
        if (pairs == null) {
            pairs = pairs(this, arena);
        }
        return pairs;
    }

    private int[] pairs(RaggedLayout queries, IntArena arena) {
        int[] pairs = arena.exactly(count() + 1);
        pairs[0] = 0;
        for (int s = 0; s < count(); s++) {
            pairs[s + 1] = Math.addExact(pairs[s], Math.multiplyExact(queries.length(s), length(s)));
        }
        return pairs;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RaggedLayout layout
                && maxLength == layout.maxLength
                && Arrays.equals(offsets, layout.offsets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(offsets) * 31 + maxLength;
    }

    @Override
    public String toString() {
        return "RaggedLayout[" + count() + " sequences, " + rows() + " rows, at most " + maxLength + "]";
    }
}
