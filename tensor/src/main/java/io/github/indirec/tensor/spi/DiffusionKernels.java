package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;

/** Gaussian diffusion over rows: the forward noising, and a guided reverse chain as one computation. */
public interface DiffusionKernels {
    /**
     * out_i = signalScale[t_i] x0_i + noiseScale[t_i] noise_i, the two products rounded before their sum.
     *
     * @param signalScale sqrt(abar) of each of the T steps
     * @param noiseScale sqrt(1 - abar) of each of the T steps
     * @param t step of each row, 0 to T - 1
     */
    void qSample(Tensor x0, Tensor noise, float[] signalScale, float[] noiseScale, int[] t, Tensor out);

    /** Gradient of {@link #qSample} for x0: dx0_i = signalScale[t_i] dout_i, stored. */
    void qSampleBackward(Tensor dout, float[] signalScale, int[] t, Tensor dx0);

    /**
     * A reverse chain with an affine prediction xhat_0 = x_t Wx^T + u + q_t of x_0.
     *
     * @param wx [D x D]
     * @param conditionTerm u [B x D]
     * @param stepTerms q [T x D]
     * @param coef1 [T] factor of xhat_0
     * @param coef2 [T] factor of x_t
     * @param noiseScale [T] factor of the noise; that of step 0 is not read
     * @param start address of x_T
     * @param steps [T] addresses of the noise; that of step 0 is not read
     * @param stop the last step to take
     */
    record Chain(
            Tensor wx,
            Tensor conditionTerm,
            Tensor stepTerms,
            float[] coef1,
            float[] coef2,
            float[] noiseScale,
            RandomKey start,
            RandomKey[] steps,
            int stop) {}

    /**
     * Runs the chain: x starts as the normal numbers at (start, row, column); then for t = T - 1 down to {@code stop}
     *
     * <pre>
     * xhat = (x Wx^T + u) + q_t
     * x = fma(coef1[t], xhat, coef2[t] x)
     * x = fma(noiseScale[t], normal numbers at (steps[t], row, column), x)     where t > 0
     * </pre>
     *
     * Rows do not depend on one another.
     *
     * @param x output [B x D]
     */
    void reverseChain(Chain chain, Tensor x);
}
