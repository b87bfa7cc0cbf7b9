package io.github.indirec.tensor;

import java.util.Arrays;

/**
 * How the N rows of a packed tensor fall into sequences: sequence s owns rows {@code offset(s)} to
 * {@code offset(s + 1)}. Immutable.
 *
 * <p>Positions are right-aligned: the last row of every sequence stands at position {@code maxLength - 1}, as in a
 * left-padded batch. A row's <i>coordinate</i> is the index it would have in that padded batch,
 * {@code s * maxLength + position}; random numbers are addressed by it, so a packed batch draws what the padded one
 * draws.
 *
 * <p>A layout may keep only the tail of each sequence of another one ({@link #tail}): queries of an attention whose
 * outputs are read at the last rows alone.
 */
public final class RaggedLayout {
    private final int[] offsets;
    private final int maxLength;

    private RaggedLayout(int[] offsets, int maxLength) {
        this.offsets = offsets;
        this.maxLength = maxLength;
    }

    /** Sequences of the given lengths, each from 1 to {@code maxLength}. */
    public static RaggedLayout ofLengths(int[] lengths, int maxLength) {
        int[] offsets = new int[lengths.length + 1];
        for (int s = 0; s < lengths.length; s++) {
            if (lengths[s] < 1 || lengths[s] > maxLength) {
                throw new ShapeException("RaggedLayout: sequence " + s + " has length " + lengths[s]
                        + ", expected 1 to " + maxLength);
            }
            offsets[s + 1] = Math.addExact(offsets[s], lengths[s]);
        }
        return new RaggedLayout(offsets, maxLength);
    }

    /** The last {@code rows} rows of each sequence (all of a shorter one). */
    public RaggedLayout tail(int rows) {
        int[] lengths = new int[count()];
        for (int s = 0; s < lengths.length; s++) {
            lengths[s] = Math.min(rows, length(s));
        }
        return ofLengths(lengths, maxLength);
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

    /** Right-aligned position of every row, in row order. */
    public int[] positions() {
        int[] positions = new int[rows()];
        for (int s = 0; s < count(); s++) {
            for (int i = 0; i < length(s); i++) {
                positions[offsets[s] + i] = firstPosition(s) + i;
            }
        }
        return positions;
    }

    /** Coordinate of every row in the padded batch, {@code s * maxLength + position}, in row order. */
    public int[] coordinates() {
        int[] coordinates = positions();
        for (int s = 0; s < count(); s++) {
            for (int row = offsets[s]; row < offsets[s + 1]; row++) {
                coordinates[row] += s * maxLength;
            }
        }
        return coordinates;
    }

    /** Index of the last row of every sequence. */
    public int[] lastRows() {
        int[] rows = new int[count()];
        for (int s = 0; s < rows.length; s++) {
            rows[s] = offsets[s + 1] - 1;
        }
        return rows;
    }

    /**
     * Start of each sequence's block when every query row stores one value a key row of its sequence, for one head;
     * the last entry is the number of such pairs.
     *
     * @param queries a layout with the same sequences or tails of them
     */
    public int[] pairOffsets(RaggedLayout queries) {
        int[] pairs = new int[count() + 1];
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
