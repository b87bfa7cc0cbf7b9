package io.github.indirec.tensor.cpu;

import java.util.Arrays;

/**
 * Matrix product in plain Java that the compiler turns into vector code by itself: for where the Vector API is not
 * enabled.
 *
 * <p>A row of C is summed in a buffer, eight values of k at a time, {@code t[j] = fma(a7, b7[j], ... fma(a0, b0[j],
 * t[j]))}: each element adds in the order of k, as {@link ScalarGemm} does. Rows of B are copied to arrays of their
 * own, because C2 vectorises such a loop only where every array is indexed by j alone.
 */
final class ScalarRowGemm extends ScalarGemm {
    private static final int UNROLL = 8;

    /** Rows of B at a time. */
    private static final int K_BLOCK = 128;

    /** Columns at a time: a block of B fills 128 KiB. */
    private static final int COLUMNS = 256;

    private final ThreadLocal<Buffers> buffers = ThreadLocal.withInitial(Buffers::new);

    private static final class Buffers {
        final float[][] rows = new float[K_BLOCK][COLUMNS];
        final float[] t = new float[COLUMNS];
        final float[] x = new float[K_BLOCK];
        float[] sums = new float[0];
    }

    @Override
    void gemm(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            float alpha,
            float[] a,
            int aOffset,
            int lda,
            float[] b,
            int bOffset,
            int ldb,
            float beta,
            float[] c,
            int cOffset,
            int ldc) {
        Buffers mine = buffers.get();
        boolean once = k <= K_BLOCK;
        if (!once && mine.sums.length < m * COLUMNS) {
            mine.sums = new float[m * COLUMNS];
        }
        for (int j = 0; j < n; j += COLUMNS) {
            int width = Math.min(COLUMNS, n - j);
            int p = 0;
            do {
                int depth = Math.min(K_BLOCK, k - p);
                copyRows(transB, depth, width, b, bOffset + (transB ? j * ldb + p : p * ldb + j), ldb, mine.rows);
                for (int i = 0; i < m; i++) {
                    copyFactors(transA, depth, a, aOffset + (transA ? p * lda + i : i * lda + p), lda, mine.x);
                    if (p == 0) {
                        Arrays.fill(mine.t, 0, width, 0);
                    } else {
                        System.arraycopy(mine.sums, i * COLUMNS, mine.t, 0, width);
                    }
                    addRows(depth, width, mine.x, mine.rows, mine.t);
                    if (p + depth == k) {
                        finish(width, alpha, mine.t, beta, c, cOffset + i * ldc + j);
                    } else {
                        System.arraycopy(mine.t, 0, mine.sums, i * COLUMNS, width);
                    }
                }
                p += depth;
            } while (p < k);
        }
    }

    private static void copyRows(boolean transB, int depth, int width, float[] b, int from, int ldb, float[][] rows) {
        for (int p = 0; p < depth; p++) {
            if (transB) {
                float[] row = rows[p];
                for (int j = 0; j < width; j++) {
                    row[j] = b[from + j * ldb + p];
                }
            } else {
                System.arraycopy(b, from + p * ldb, rows[p], 0, width);
            }
        }
    }

    private static void copyFactors(boolean transA, int depth, float[] a, int from, int lda, float[] x) {
        if (transA) {
            for (int p = 0; p < depth; p++) {
                x[p] = a[from + p * lda];
            }
        } else {
            System.arraycopy(a, from, x, 0, depth);
        }
    }

    private static void addRows(int depth, int width, float[] x, float[][] rows, float[] t) {
        int p = 0;
        for (; p + UNROLL <= depth; p += UNROLL) {
            addEight(width, x, p, rows[p], rows[p + 1], rows[p + 2], rows[p + 3], rows[p + 4], rows[p + 5], rows[p + 6],
                    rows[p + 7], t);
        }
        for (; p < depth; p++) {
            float x0 = x[p];
            float[] row = rows[p];
            for (int j = 0; j < width; j++) {
                t[j] = Math.fma(x0, row[j], t[j]);
            }
        }
    }

    private static void addEight(
            int width,
            float[] x,
            int p,
            float[] b0,
            float[] b1,
            float[] b2,
            float[] b3,
            float[] b4,
            float[] b5,
            float[] b6,
            float[] b7,
            float[] t) {
        float x0 = x[p];
        float x1 = x[p + 1];
        float x2 = x[p + 2];
        float x3 = x[p + 3];
        float x4 = x[p + 4];
        float x5 = x[p + 5];
        float x6 = x[p + 6];
        float x7 = x[p + 7];
        for (int j = 0; j < width; j++) {
            float sum = Math.fma(x0, b0[j], t[j]);
            sum = Math.fma(x1, b1[j], sum);
            sum = Math.fma(x2, b2[j], sum);
            sum = Math.fma(x3, b3[j], sum);
            sum = Math.fma(x4, b4[j], sum);
            sum = Math.fma(x5, b5[j], sum);
            sum = Math.fma(x6, b6[j], sum);
            t[j] = Math.fma(x7, b7[j], sum);
        }
    }

    private static void finish(int width, float alpha, float[] t, float beta, float[] c, int to) {
        for (int j = 0; j < width; j++) {
            c[to + j] = combine(alpha, t[j], beta, c[to + j]);
        }
    }
}
