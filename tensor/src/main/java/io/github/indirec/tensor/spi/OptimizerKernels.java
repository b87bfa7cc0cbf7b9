package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.Tensor;

/** Parameter updates. */
public interface OptimizerKernels {
    /**
     * The scalars of one AdamW step (Loshchilov and Hutter, 2019).
     *
     * @param gradientScale factor applied to the gradient first: the clipping
     * @param step number of this step, from 1, for the bias corrections
     */
    record AdamW(
            double learningRate,
            double beta1,
            double beta2,
            double eps,
            double weightDecay,
            double gradientScale,
            int step) {}

    /** Sum of squares of all values, in blocks of 4096 over 16 lanes, block sums added in order in float64. */
    double sumOfSquares(Tensor x);

    /**
     * p = p (1 - lr wd); m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
     * p = p - lr / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + eps).
     */
    void adamW(Tensor parameter, Tensor gradient, Tensor m, Tensor v, AdamW settings);
}
