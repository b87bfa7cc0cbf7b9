package io.github.indirec.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * One row times a matrix, c = a B: every value of B is used once, so B is read where it lies, in the order in which it
 * lies, and nothing is packed. The same bits as {@link ScalarGemm}: each element takes its terms in the order of k.
 *
 * <p>Eight rows of B at a time pass over a stretch of C that stays in the first-level cache. On one Zen 3 core a product
 * with a [64 x 12,103] matrix in the third-level cache takes 47 us, as long as reading panels packed beforehand; eight
 * scalar sums over a [12,103 x 64] table take 180 us.
 */
final class VectorRowProduct {
    private static final VectorSpecies<Float> FLOATS = VectorGemmTile.FLOATS;
    private static final int LANES = FLOATS.length();

    /** Rows of B that meet a vector of C between its load and its store. */
    private static final int ROWS = 8;

    /** Columns at a time: 8 KiB of C. */
    private static final int STRETCH = 2048;

    private VectorRowProduct() {}

    /** c[j] = sum over p of a[p] b[p, j] for j below n. */
    static void multiply(
            int n, int k, float[] a, int aOffset, float[] b, int bOffset, int ldb, float[] c, int cOffset) {
        for (int j = 0; j < n; j += STRETCH) {
            int width = Math.min(STRETCH, n - j);
            int vectors = width / LANES * LANES;
            stretch(vectors, k, a, aOffset, b, bOffset + j, ldb, c, cOffset + j);
            for (int t = j + vectors; t < j + width; t++) {
                float sum = 0;
                for (int p = 0; p < k; p++) {
                    sum = Math.fma(a[aOffset + p], b[bOffset + p * ldb + t], sum);
                }
                c[cOffset + t] = sum;
            }
        }
    }

    private static void stretch(
            int n, int k, float[] a, int aOffset, float[] b, int bOffset, int ldb, float[] c, int cOffset) {
        for (int j = 0; j < n; j += LANES) {
            FloatVector.zero(FLOATS).intoArray(c, cOffset + j);
        }
        int p = 0;
        for (; p + ROWS <= k; p += ROWS) {
            eight(n, a, aOffset + p, b, bOffset + p * ldb, ldb, c, cOffset);
        }
        for (; p < k; p++) {
            FloatVector x = FloatVector.broadcast(FLOATS, a[aOffset + p]);
            for (int j = 0; j < n; j += LANES) {
                FloatVector sum = FloatVector.fromArray(FLOATS, c, cOffset + j);
                x.fma(FloatVector.fromArray(FLOATS, b, bOffset + p * ldb + j), sum).intoArray(c, cOffset + j);
            }
        }
    }

    private static void eight(
            int n, float[] a, int a0, float[] b, int b0, int ldb, float[] c, int cOffset) {
        int b1 = b0 + ldb;
        int b2 = b1 + ldb;
        int b3 = b2 + ldb;
        int b4 = b3 + ldb;
        int b5 = b4 + ldb;
        int b6 = b5 + ldb;
        int b7 = b6 + ldb;
        FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0]);
        FloatVector x1 = FloatVector.broadcast(FLOATS, a[a0 + 1]);
        FloatVector x2 = FloatVector.broadcast(FLOATS, a[a0 + 2]);
        FloatVector x3 = FloatVector.broadcast(FLOATS, a[a0 + 3]);
        FloatVector x4 = FloatVector.broadcast(FLOATS, a[a0 + 4]);
        FloatVector x5 = FloatVector.broadcast(FLOATS, a[a0 + 5]);
        FloatVector x6 = FloatVector.broadcast(FLOATS, a[a0 + 6]);
        FloatVector x7 = FloatVector.broadcast(FLOATS, a[a0 + 7]);
        for (int j = 0; j < n; j += LANES) {
            FloatVector sum = FloatVector.fromArray(FLOATS, c, cOffset + j);
            sum = x0.fma(FloatVector.fromArray(FLOATS, b, b0 + j), sum);
            sum = x1.fma(FloatVector.fromArray(FLOATS, b, b1 + j), sum);
            sum = x2.fma(FloatVector.fromArray(FLOATS, b, b2 + j), sum);
            sum = x3.fma(FloatVector.fromArray(FLOATS, b, b3 + j), sum);
            sum = x4.fma(FloatVector.fromArray(FLOATS, b, b4 + j), sum);
            sum = x5.fma(FloatVector.fromArray(FLOATS, b, b5 + j), sum);
            sum = x6.fma(FloatVector.fromArray(FLOATS, b, b6 + j), sum);
            x7.fma(FloatVector.fromArray(FLOATS, b, b7 + j), sum).intoArray(c, cOffset + j);
        }
    }
}
