package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.RandomKey;

/**
 * Diffusion over rows, composed of products, arithmetic and normal numbers: where those come in vectors, so does this.
 */
final class ScalarDiffusion {
    private final ScalarGemm gemm;
    private final ScalarElementwise elementwise;
    private final ScalarRandom random;

    ScalarDiffusion(ScalarGemm gemm, ScalarElementwise elementwise, ScalarRandom random) {
        this.gemm = gemm;
        this.elementwise = elementwise;
        this.random = random;
    }

    /** out = signalScale x0 + noiseScale noise of one row, the products rounded before their sum. */
    void qSample(
            float signalScale,
            float[] x0,
            int x0Offset,
            float noiseScale,
            float[] noise,
            int noiseOffset,
            int width,
            float[] out,
            int outOffset) {
        for (int j = 0; j < width; j++) {
            out[outOffset + j] = signalScale * x0[x0Offset + j] + noiseScale * noise[noiseOffset + j];
        }
    }

    /** dx0 = signalScale dout of one row. */
    void qSampleBackward(float signalScale, float[] dout, int doutOffset, int width, float[] dx0, int dx0Offset) {
        elementwise.scale(signalScale, dout, doutOffset, width, dx0, dx0Offset);
    }

    /**
     * Rows of x_T: normal numbers.
     *
     * @param first row of the batch that the first one is
     */
    void start(RandomKey key, int first, int rows, int width, int[] words, float[] x, int xOffset) {
        random.normalRows(key, first, first + rows, width, words, x, xOffset);
    }

    /**
     * x = coef1 ((x Wx^T + u) + q) + coef2 x of some rows.
     *
     * @param u of these rows
     * @param q of the step, [width]
     * @param scratch at least rows width values
     */
    void step(
            float coef1,
            float coef2,
            int rows,
            int width,
            float[] wx,
            int wxOffset,
            float[] u,
            int uOffset,
            float[] q,
            int qOffset,
            float[] x,
            int xOffset,
            float[] scratch) {
        gemm.gemm(
                false, true, rows, width, width, 1f, x, xOffset, width, wx, wxOffset, width, 0f, scratch, 0, width);
        elementwise.add(scratch, 0, u, uOffset, rows * width, scratch, 0);
        elementwise.addRowVector(scratch, 0, q, qOffset, width, 0, rows, scratch, 0);
        elementwise.scale(coef2, x, xOffset, rows * width, x, xOffset);
        elementwise.axpy(coef1, scratch, 0, rows * width, x, xOffset);
    }

    /** x = x + noiseScale z with normal numbers z, rows as in {@link #start}. */
    void noise(
            float noiseScale,
            RandomKey key,
            int first,
            int rows,
            int width,
            int[] words,
            float[] x,
            int xOffset,
            float[] scratch) {
        random.normalRows(key, first, first + rows, width, words, scratch, 0);
        elementwise.axpy(noiseScale, scratch, 0, rows * width, x, xOffset);
    }
}
