package io.github.indirec.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A few rows times a matrix, C = A B, with B read where it lies: so few rows do not pay for packing it. The same bits
 * as {@link ScalarGemm}: each element takes its terms in the order of k.
 *
 * <p>A tile of 4 rows by 2 vectors, whose eight sums keep both multiply-add units of a core busy and leave room in 16
 * registers. Where fewer than four rows are left the last one is repeated, and where fewer columns than a tile's are
 * left the tile moves back over columns that are done: both store the same values to the same place again.
 */
final class VectorFewRows {
    private static final VectorSpecies<Float> FLOATS = VectorGemmTile.FLOATS;
    private static final int LANES = FLOATS.length();
    private static final int ROWS = 4;

    /** Columns of a tile, the fewest that C may have. */
    static final int COLUMNS = 2 * LANES;

    private VectorFewRows() {}

    /** C [m x n] = A [m x k] B [k x n] with n at least {@link #COLUMNS}. */
    static void multiply(
            int m,
            int n,
            int k,
            float[] a,
            int aOffset,
            int lda,
            float[] b,
            int bOffset,
            int ldb,
            float[] c,
            int cOffset,
            int ldc) {
        // Rows within columns: these columns of B are still in the cache for the next rows.
        for (int j = 0; j < n; j += COLUMNS) {
            int column = Math.min(j, n - COLUMNS);
            for (int i = 0; i < m; i += ROWS) {
                tile(Math.min(ROWS, m - i) - 1, k, a, aOffset + i * lda, lda, b, bOffset + column, ldb, c,
                        cOffset + i * ldc + column, ldc);
            }
        }
    }

    /**
     * @param last the last row that exists, 0 to 3
     */
    private static void tile(
            int last, int k, float[] a, int a0, int lda, float[] b, int b0, int ldb, float[] c, int c0, int ldc) {
        int a1 = a0 + Math.min(1, last) * lda;
        int a2 = a0 + Math.min(2, last) * lda;
        int a3 = a0 + last * lda;
        FloatVector c00 = FloatVector.zero(FLOATS);
        FloatVector c01 = FloatVector.zero(FLOATS);
        FloatVector c10 = FloatVector.zero(FLOATS);
        FloatVector c11 = FloatVector.zero(FLOATS);
        FloatVector c20 = FloatVector.zero(FLOATS);
        FloatVector c21 = FloatVector.zero(FLOATS);
        FloatVector c30 = FloatVector.zero(FLOATS);
        FloatVector c31 = FloatVector.zero(FLOATS);
        for (int p = 0; p < k; p++) {
            FloatVector y0 = FloatVector.fromArray(FLOATS, b, b0 + p * ldb);
            FloatVector y1 = FloatVector.fromArray(FLOATS, b, b0 + p * ldb + LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[a0 + p]);
            c00 = x.fma(y0, c00);
            c01 = x.fma(y1, c01);
            x = FloatVector.broadcast(FLOATS, a[a1 + p]);
            c10 = x.fma(y0, c10);
            c11 = x.fma(y1, c11);
            x = FloatVector.broadcast(FLOATS, a[a2 + p]);
            c20 = x.fma(y0, c20);
            c21 = x.fma(y1, c21);
            x = FloatVector.broadcast(FLOATS, a[a3 + p]);
            c30 = x.fma(y0, c30);
            c31 = x.fma(y1, c31);
        }
        int c1 = c0 + Math.min(1, last) * ldc;
        int c2 = c0 + Math.min(2, last) * ldc;
        int c3 = c0 + last * ldc;
        c00.intoArray(c, c0);
        c01.intoArray(c, c0 + LANES);
        c10.intoArray(c, c1);
        c11.intoArray(c, c1 + LANES);
        c20.intoArray(c, c2);
        c21.intoArray(c, c2 + LANES);
        c30.intoArray(c, c3);
        c31.intoArray(c, c3 + LANES);
    }
}
