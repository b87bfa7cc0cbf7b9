package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;

/** Element-wise arithmetic, broadcasting over rows, activations and dropout. In-place use (out = x) is allowed. */
public interface ElementwiseKernels {
    /** x = value. */
    void fill(Tensor x, double value);

    /** out = x. */
    void copy(Tensor x, Tensor out);

    /** out = x + y, equal shapes. */
    void add(Tensor x, Tensor y, Tensor out);

    /** y = y + alpha x, one fused multiply-add a value. */
    void axpy(double alpha, Tensor x, Tensor y);

    /** out = x * y, equal shapes. */
    void multiply(Tensor x, Tensor y, Tensor out);

    /** out = alpha x. */
    void scale(double alpha, Tensor x, Tensor out);

    /** out[i, j] = x[i, j] + bias[j]. */
    void addRowVector(Tensor x, Tensor bias, Tensor out);

    /**
     * out[j] = sum over rows of x[i, j], added to out when {@code accumulate}. Rows fall into 16 equal chunks whatever
     * the number of threads; each is summed in order, then the chunks in order.
     */
    void sumRows(Tensor x, boolean accumulate, Tensor out);

    /** out[i, j] = factors[i] x[i, j]; {@code factors} has one value a row. */
    void scaleRows(Tensor x, Tensor factors, Tensor out);

    /** out[i, j] = v Phi(v) with v = x[i, j] + bias[j], the exact (erf) GELU of a linear layer. */
    void biasGelu(Tensor x, Tensor bias, Tensor out);

    /** As {@link #biasGelu}, and slope[i, j] = Phi(v) + v phi(v), its derivative. {@code slope} may be x. */
    void biasGeluWithSlope(Tensor x, Tensor bias, Tensor out, Tensor slope);

    /**
     * out = g x + (1 - g) y element by element, with the gates g = sigmoid(z).
     *
     * @param z of the shape of x, or one row for all rows of x
     * @param gates output, of the shape of x; may not be one of the inputs
     */
    void gate(Tensor z, Tensor x, Tensor y, Tensor gates, Tensor out);

    /** Gradients of {@link #gate}, all of the shape of x: dx = g dout, dy = (1 - g) dout, dz = dout (x - y) g (1 - g). */
    void gateBackward(Tensor gates, Tensor x, Tensor y, Tensor dout, Tensor dz, Tensor dx, Tensor dy);

    /**
     * out[i, j] = x[i, j] / (1 - p) where the Philox word at (key, rows[i], j) keeps the value, else 0. The same call
     * on dy is its backward.
     *
     * @param p probability of zeroing, in [0, 1)
     * @param rows coordinate of each row of x
     */
    void dropout(Tensor x, double p, RandomKey key, int[] rows, Tensor out);

    /** out[0] = sum of all values of x: blocks of 4096 values over 16 lanes, block sums in order. */
    void sum(Tensor x, Tensor out);
}
