package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;

/** Gaussian diffusion over rows: the forward noising, and guided reverse chains as one computation. */
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
     * The steps of a reverse chain, whatever predicts xhat_0.
     *
     * @param coef1 [T] factor of xhat_0
     * @param coef2 [T] factor of x_t
     * @param noiseScale [T] factor of the noise; that of step 0 is not read
     * @param start address of x_T
     * @param noise [T] addresses of the noise; that of step 0 is not read
     * @param stop the last step to take
     */
    record Steps(
            float[] coef1, float[] coef2, float[] noiseScale, RandomKey start, RandomKey[] noise, int stop) {
        /** T. */
        public int count() {
            return coef1.length;
        }
    }

    /**
     * A reverse chain with an affine prediction xhat_0 = x_t Wx^T + u + q_t of x_0.
     *
     * @param wx [D x D]
     * @param conditionTerm u [B x D]
     * @param stepTerms q [T x D]
     */
    record Chain(Tensor wx, Tensor conditionTerm, Tensor stepTerms, Steps steps) {}

    /**
     * Runs the chain: x starts as the normal numbers at (start, row, column); then for t = T - 1 down to {@code stop}
     *
     * <pre>
     * xhat = (x Wx^T + u) + q_t
     * x = fma(coef1[t], xhat, coef2[t] x)
     * x = fma(noiseScale[t], normal numbers at (noise[t], row, column), x)     where t > 0
     * </pre>
     *
     * Rows do not depend on one another.
     *
     * @param x output [B x D]
     */
    void reverseChain(Chain chain, Tensor x);

    /**
     * A reverse chain that is guided by two branches of a perceptron with one hidden layer of width F: with h a row of
     * hidden values,
     *
     * <pre>
     * xhat_0 = (1 + w) (W2 h + b2) - w (W2 h' + b2) = W2 ((1 + w) h - w h') + b2
     * h = GELU(W1 x_t + u + q_t),   h' = GELU(W1 x_t + r_t),
     * </pre>
     *
     * so that the branches share both products.
     *
     * @param w1 what the first layer does to x_t [F x D]
     * @param conditionTerm u, what it does to the condition [B x F]
     * @param stepTerms q, what it does to the step, and its bias [T x F]
     * @param nothingTerms r, the same and what it does to the null embedding [T x F]
     * @param w2 [D x F]
     * @param b2 [D]
     * @param w strength of the guidance
     */
    record MlpChain(
            Tensor w1,
            Tensor conditionTerm,
            Tensor stepTerms,
            Tensor nothingTerms,
            Tensor w2,
            Tensor b2,
            double w,
            Steps steps) {}

    /**
     * As {@link #reverseChain(Chain, Tensor)} with
     *
     * <pre>
     * p = x W1^T
     * m = fma(1 + w, GELU((p + u) + q_t), -w GELU(p + r_t))
     * xhat = m W2^T + b2
     * </pre>
     *
     * @param x output [B x D]
     */
    void reverseChain(MlpChain chain, Tensor x);

    /**
     * Whether a sampler should prefer {@link #reverseChain(MlpChain, Tensor)} to a loop over the steps. Unlike the
     * affine chain it does not have the bits of that loop, whose first layer is one sum over x_t, condition and step: a
     * device says no if it is to reproduce what the loop gave.
     */
    boolean prefersMlpChain();
}
