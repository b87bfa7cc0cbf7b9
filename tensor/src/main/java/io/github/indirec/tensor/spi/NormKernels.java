package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;

/** Row-wise normalisation. Row sums run over 16 lanes and a fixed tree. */
public interface NormKernels {
    /**
     * out = gamma (x - mean) / sqrt(var + eps) + beta over the last axis, var with divisor D.
     *
     * @param mean output, one value a row
     * @param rstd output, one value a row: 1 / sqrt(var + eps)
     */
    void layerNorm(Tensor x, Tensor gamma, Tensor beta, double eps, Tensor out, Tensor mean, Tensor rstd);

    /**
     * Gradients of {@link #layerNorm}. dgamma and dbeta are added to when {@code accumulate}, else stored; rows fall
     * into 16 equal chunks for them, as in {@link ElementwiseKernels#sumRows}.
     */
    void layerNormBackward(
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor rstd,
            Tensor dy,
            Tensor dx,
            boolean accumulate,
            Tensor dgamma,
            Tensor dbeta);

    /**
     * {@link #layerNorm} of sum = dropout(x + bias) + residual, the end of a Transformer's sub-layer.
     *
     * @param bias one value a column
     * @param p probability of zeroing, in [0, 1); key and rows as in {@link ElementwiseKernels#dropout}
     * @param sum output, of the shape of x; may be x
     */
    void residualNorm(
            Tensor x,
            Tensor bias,
            double p,
            RandomKey key,
            int[] rows,
            Tensor residual,
            Tensor gamma,
            Tensor beta,
            double eps,
            Tensor sum,
            Tensor out,
            Tensor mean,
            Tensor rstd);

    /** out[i, :] = x[i, :] / norm[i] with norm[i] = max(|x[i, :]|_2, eps); norm is an output. */
    void normalizeRows(Tensor x, double eps, Tensor out, Tensor norm);

    /** dx[i, :] = (dy[i, :] - out[i, :] (out[i, :] . dy[i, :])) / norm[i]. */
    void normalizeRowsBackward(Tensor out, Tensor norm, Tensor dy, Tensor dx);
}
