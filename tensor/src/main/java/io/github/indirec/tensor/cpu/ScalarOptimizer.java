package io.github.indirec.tensor.cpu;

import java.util.Arrays;

/** Parameter updates, the specification. */
class ScalarOptimizer {
    /** Values of one partial sum. */
    static final int SUM_BLOCK = 4096;

    /**
     * AdamW (Loshchilov and Hutter, 2019): g' = gradientScale g; m = beta1 m + (1 - beta1) g';
     * v = beta2 v + (1 - beta2) g'^2; p = decay p - stepSize m / (sqrt(v) rootScale + eps).
     *
     * @param decay 1 - learningRate weightDecay
     * @param stepSize learningRate / (1 - beta1^t)
     * @param rootScale 1 / sqrt(1 - beta2^t)
     */
    void adamW(
            float[] p,
            int pOffset,
            float[] g,
            int gOffset,
            float[] m,
            int mOffset,
            float[] v,
            int vOffset,
            int count,
            float gradientScale,
            float beta1,
            float oneMinusBeta1,
            float beta2,
            float oneMinusBeta2,
            float decay,
            float stepSize,
            float rootScale,
            float eps) {
        for (int i = 0; i < count; i++) {
            float gi = gradientScale * g[gOffset + i];
            float mi = Math.fma(beta1, m[mOffset + i], oneMinusBeta1 * gi);
            float vi = Math.fma(beta2, v[vOffset + i], oneMinusBeta2 * (gi * gi));
            float denominator = Math.fma((float) Math.sqrt(vi), rootScale, eps);
            m[mOffset + i] = mi;
            v[vOffset + i] = vi;
            p[pOffset + i] = Math.fma(decay, p[pOffset + i], -(stepSize * mi / denominator));
        }
    }

    /** Sums of squares of the blocks {@code from} to {@code to} of {@link #SUM_BLOCK} values, each over 16 lanes. */
    void blockSquares(float[] x, int xOffset, int count, int from, int to, double[] sums) {
        float[] lanes = new float[Lanes.COUNT];
        for (int block = from; block < to; block++) {
            int first = block * SUM_BLOCK;
            int length = Math.min(SUM_BLOCK, count - first);
            Arrays.fill(lanes, 0f);
            for (int i = 0; i < length; i++) {
                float value = x[xOffset + first + i];
                lanes[i & 15] = Math.fma(value, value, lanes[i & 15]);
            }
            sums[block] = Lanes.tree(lanes);
        }
    }
}
