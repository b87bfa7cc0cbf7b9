package io.github.indirec.tensor.cpu;

/** What a step of the guided chain of a perceptron predicts, composed of products, arithmetic and GELU. */
final class ScalarMlpChain {
    private final ScalarGemm gemm;
    private final ScalarElementwise elementwise;

    ScalarMlpChain(ScalarGemm gemm, ScalarElementwise elementwise) {
        this.gemm = gemm;
        this.elementwise = elementwise;
    }

    /**
     * m = present GELU((x W1^T + u) + q) + absent GELU(x W1^T + r) of some rows.
     *
     * @param present 1 + w, of the branch with the condition
     * @param absent -w, of the one without
     * @param u of these rows
     * @param q of the step, [inner]
     * @param r of the step, [inner]
     * @param m output; twice rows inner values, of which the second half is scratch
     */
    void hidden(
            float present,
            float absent,
            int rows,
            int width,
            int inner,
            float[] x,
            int xOffset,
            float[] w1,
            int w1Offset,
            float[] u,
            int uOffset,
            float[] q,
            int qOffset,
            float[] r,
            int rOffset,
            float[] m) {
        int count = rows * inner;
        gemm.gemm(false, true, rows, inner, width, 1f, x, xOffset, width, w1, w1Offset, width, 0f, m, 0, inner);
        elementwise.add(m, 0, u, uOffset, count, m, count);
        elementwise.biasGelu(m, count, q, qOffset, inner, 0, rows, m, count);
        elementwise.biasGelu(m, 0, r, rOffset, inner, 0, rows, m, 0);
        elementwise.scale(absent, m, 0, count, m, 0);
        elementwise.axpy(present, m, count, count, m, 0);
    }

    /**
     * x = coef1 (m W2^T + b2) + coef2 x of some rows.
     *
     * @param scratch at least rows width values
     */
    void step(
            float coef1,
            float coef2,
            int rows,
            int width,
            int inner,
            float[] m,
            float[] w2,
            int w2Offset,
            float[] b2,
            int b2Offset,
            float[] x,
            int xOffset,
            float[] scratch) {
        gemm.gemm(false, true, rows, width, inner, 1f, m, 0, inner, w2, w2Offset, inner, 0f, scratch, 0, width);
        elementwise.addRowVector(scratch, 0, b2, b2Offset, width, 0, rows, scratch, 0);
        elementwise.scale(coef2, x, xOffset, rows * width, x, xOffset);
        elementwise.axpy(coef1, scratch, 0, rows * width, x, xOffset);
    }
}
