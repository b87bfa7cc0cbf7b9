package io.github.indirec.tensor.cpu;

/**
 * Raw kernels of the assignment step of k-means, argmin over k of |x - c_k|^2 = |x|^2 + (|c_k|^2 - 2 x . c_k), given
 * the dot products: the specification of {@link VectorNearestCentroid}. There is no float64 form.
 */
class NearestCentroid {
    private static final int ROWS = 8;

    /**
     * norms[i] = |x[i, :]|^2, one fused multiply-add a value, in order. Eight rows at a time, since one alone would
     * wait for each addition.
     */
    static void squaredNorms(float[] x, int offset, int rows, int width, float[] norms, int normsOffset) {
        int i = 0;
        for (; i + ROWS <= rows; i += ROWS) {
            eightNorms(x, offset + i * width, width, norms, normsOffset + i);
        }
        for (; i < rows; i++) {
            float sum = 0;
            for (int j = 0; j < width; j++) {
                float value = x[offset + i * width + j];
                sum = Math.fma(value, value, sum);
            }
            norms[normsOffset + i] = sum;
        }
    }

    private static void eightNorms(float[] x, int r0, int width, float[] norms, int to) {
        int r1 = r0 + width;
        int r2 = r1 + width;
        int r3 = r2 + width;
        int r4 = r3 + width;
        int r5 = r4 + width;
        int r6 = r5 + width;
        int r7 = r6 + width;
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        for (int j = 0; j < width; j++) {
            s0 = Math.fma(x[r0 + j], x[r0 + j], s0);
            s1 = Math.fma(x[r1 + j], x[r1 + j], s1);
            s2 = Math.fma(x[r2 + j], x[r2 + j], s2);
            s3 = Math.fma(x[r3 + j], x[r3 + j], s3);
            s4 = Math.fma(x[r4 + j], x[r4 + j], s4);
            s5 = Math.fma(x[r5 + j], x[r5 + j], s5);
            s6 = Math.fma(x[r6 + j], x[r6 + j], s6);
            s7 = Math.fma(x[r7 + j], x[r7 + j], s7);
        }
        norms[to] = s0;
        norms[to + 1] = s1;
        norms[to + 2] = s2;
        norms[to + 3] = s3;
        norms[to + 4] = s4;
        norms[to + 5] = s5;
        norms[to + 6] = s6;
        norms[to + 7] = s7;
    }

    /**
     * scores[i] = norms[k] - 2 x[i, :] . c_k with k = own[o0 + i]. Four rows at a time, for the reason above.
     *
     * @param x0 start of row 0 in x
     * @param centroids from 0 on
     */
    static void ownScores(
            float[] x,
            int x0,
            int rows,
            int width,
            float[] centroids,
            int[] own,
            int o0,
            float[] norms,
            float[] scores) {
        for (int i = 0; i < rows; i += 4) {
            // Beyond the last row it is repeated.
            int i1 = Math.min(i + 1, rows - 1);
            int i2 = Math.min(i + 2, rows - 1);
            int i3 = Math.min(i + 3, rows - 1);
            int c0 = own[o0 + i] * width;
            int c1 = own[o0 + i1] * width;
            int c2 = own[o0 + i2] * width;
            int c3 = own[o0 + i3] * width;
            float dot0 = 0;
            float dot1 = 0;
            float dot2 = 0;
            float dot3 = 0;
            for (int j = 0; j < width; j++) {
                dot0 = Math.fma(x[x0 + i * width + j], centroids[c0 + j], dot0);
                dot1 = Math.fma(x[x0 + i1 * width + j], centroids[c1 + j], dot1);
                dot2 = Math.fma(x[x0 + i2 * width + j], centroids[c2 + j], dot2);
                dot3 = Math.fma(x[x0 + i3 * width + j], centroids[c3 + j], dot3);
            }
            scores[i] = Math.fma(-2f, dot0, norms[own[o0 + i]]);
            scores[i1] = Math.fma(-2f, dot1, norms[own[o0 + i1]]);
            scores[i2] = Math.fma(-2f, dot2, norms[own[o0 + i2]]);
            scores[i3] = Math.fma(-2f, dot3, norms[own[o0 + i3]]);
        }
    }

    /**
     * Continues the search over centroids {@code first} to {@code first + count}: best[i] and bestScore[i] = the
     * smallest norms[k] - 2 dots[i, k - first] so far, ties to the smaller k.
     *
     * <p>Score and index are compared as one long, without a branch: which centroid wins cannot be predicted. The upper
     * half is the score's bits, made to order like the score; -0, which would sort below 0, does not occur, since norms
     * are sums from +0.
     *
     * @param dots [rows x count]
     */
    void search(
            float[] dots, int rows, int first, int count, float[] norms, int offset, int[] best, float[] bestScore) {
        for (int i = 0; i < rows; i++) {
            long key = first == 0 ? Long.MAX_VALUE : key(bestScore[offset + i], best[offset + i]);
            for (int k = 0; k < count; k++) {
                key = Math.min(key, key(Math.fma(-2f, dots[i * count + k], norms[first + k]), first + k));
            }
            best[offset + i] = (int) key;
            bestScore[offset + i] = score(key);
        }
    }

    static long key(float score, int k) {
        return (long) ordered(Float.floatToRawIntBits(score)) << 32 | k;
    }

    static float score(long key) {
        return Float.intBitsToFloat(ordered((int) (key >> 32)));
    }

    /** Bits of a float to an int of the same order, and back. */
    static int ordered(int bits) {
        return bits ^ (bits >> 31 & Integer.MAX_VALUE);
    }
}
