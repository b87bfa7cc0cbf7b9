package io.github.indirec.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile of the matrix product: a few rows by a few vectors of C, summed over a stretch of k without leaving
 * the registers. Also packs the panels of B that it reads, {@link #columns} values for each k.
 */
abstract class VectorGemmTile {
    /** The platform's vectors, of at most 512 bits. */
    static final VectorSpecies<Float> FLOATS =
            FloatVector.SPECIES_PREFERRED.length() > 16 ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;

    static final int LANES = FLOATS.length();

    /** Rows of a tile, at most 8. */
    final int rows;

    /** Columns of a tile. */
    final int columns;

    VectorGemmTile(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
    }

    /** Vectors of 512 bits come with 32 registers, shorter ones may have 16. */
    static VectorGemmTile forThisMachine() {
        return LANES >= 16 ? new VectorGemmTileWide() : new VectorGemmTileNarrow();
    }

    /**
     * t = (resume ? t : 0) + A B in the order of k, A along its rows. Where fewer than {@link #rows} of them are left
     * the last one is repeated; t has all its rows nevertheless.
     *
     * @param valid rows of A that exist, at least 1
     */
    abstract void alongRows(
            int k,
            float[] a,
            int a0,
            int lda,
            int valid,
            float[] panel,
            int p0,
            float[] t,
            int t0,
            int ldt,
            boolean resume);

    /**
     * t = (resume ? t : 0) + A^T B in the order of k, the columns of A packed: {@link #rows} values for each k.
     *
     * @param next distance between the values of neighbouring rows, always 1. Not written out, because C2 then
     *     knows that a loop's loads differ by constants, starts them all at once and spills registers: 39 instead of
     *     90 GFLOP/s of 6 x 2 vectors on a Zen 3 core.
     */
    abstract void alongStrip(
            int k,
            float[] strip,
            int s0,
            int next,
            float[] panel,
            int p0,
            float[] t,
            int t0,
            int ldt,
            boolean resume);

    /** Packs the first {@code count} panels of k rows of B. */
    abstract void packRows(int k, int count, float[] b, int b0, int ldb, float[] panels);

    /** Packs {@code count} panels from rows of length k of B, which is transposed. */
    abstract void packColumns(int k, int count, float[] b, int b0, int ldb, float[] panels);
}
