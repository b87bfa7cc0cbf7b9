package io.github.indirec.autograd.ops;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.ElementwiseKernels;
import java.util.List;

/** Row-wise normalisation. */
public final class NormOps {
    private NormOps() {}

    /**
     * y = gamma xhat + beta with xhat = (x - mean) / sqrt(var + eps) over each row of length D.
     *
     * <p>With g = gamma dy: dx = (g - mean(g) - xhat mean(g xhat)) / sqrt(var + eps); dgamma and dbeta are the column
     * sums of dy xhat and dy.
     *
     * @param gamma [D]
     * @param beta [D]
     */
    public static Variable layerNorm(Variable x, Variable gamma, Variable beta, double eps) {
        int d = x.shape().rowLength();
        gamma.shape().require("layerNorm", "gamma", d);
        beta.shape().require("layerNorm", "beta", d);
        Tape tape = x.tape();
        Tensor y = tape.allocate(x.dtype(), x.shape());
        Tensor mean = tape.allocate(x.dtype(), x.shape().rows());
        Tensor rstd = tape.allocate(x.dtype(), x.shape().rows());
        tape.backend().norm().layerNorm(x.value(), gamma.value(), beta.value(), eps, y, mean, rstd);
        return tape.record("layerNorm", y, List.of(x, gamma, beta), dy -> {
            Tensor dx = tape.allocate(x.dtype(), x.shape());
            layerNormBackward(x.value(), gamma, beta, mean, rstd, dy, dx);
            if (x.needsGradient()) {
                x.addGradient(dx);
            }
        }, mean, rstd);
    }

    /**
     * y = layerNorm(dropout(x + bias) + residual): the end of a Transformer's sub-layer, fused, so that its rows pass
     * through the cache once. With p = 0 there is no dropout.
     *
     * <p>With ds the gradient of the sum: dresidual = ds, dx = dropout(ds) with the same mask, dbias = column sums of dx.
     *
     * @param x [N x D]
     * @param bias [D]
     * @param rows coordinate of each row, as in {@link ElementwiseOps#dropout}
     * @param residual [N x D]
     * @param gamma [D]
     * @param beta [D]
     */
    public static Variable residualNorm(
            Variable x,
            Variable bias,
            double p,
            RandomKey key,
            int[] rows,
            Variable residual,
            Variable gamma,
            Variable beta,
            double eps) {
        int d = x.shape().rowLength();
        ElementwiseOps.requireDropout("residualNorm", x, p, rows);
        ElementwiseOps.requireSameShape("residualNorm", x, residual);
        bias.shape().require("residualNorm", "bias", d);
        gamma.shape().require("residualNorm", "gamma", d);
        beta.shape().require("residualNorm", "beta", d);
        Tape tape = x.tape();
        Tensor sum = tape.allocate(x.dtype(), x.shape());
        Tensor y = tape.allocate(x.dtype(), x.shape());
        Tensor mean = tape.allocate(x.dtype(), x.shape().rows());
        Tensor rstd = tape.allocate(x.dtype(), x.shape().rows());
        tape.backend()
                .norm()
                .residualNorm(
                        x.value(), bias.value(), p, key, rows, residual.value(), gamma.value(), beta.value(), eps, sum,
                        y, mean, rstd);
        return tape.record("residualNorm", y, List.of(x, bias, residual, gamma, beta), dy -> {
            ElementwiseKernels kernels = tape.backend().elementwise();
            Tensor ds = tape.allocate(x.dtype(), x.shape());
            layerNormBackward(sum, gamma, beta, mean, rstd, dy, ds);
            Tensor dx = tape.allocate(x.dtype(), x.shape());
            if (p > 0) {
                kernels.dropout(ds, p, key, rows, dx);
            } else {
                kernels.copy(ds, dx);
            }
            if (residual.needsGradient()) {
                residual.addGradient(ds);
            }
            if (bias.needsGradient()) {
                boolean accumulate = bias.hasGradient();
                kernels.sumRows(dx, accumulate, bias.gradientToUpdate());
            }
            if (x.needsGradient()) {
                x.addGradient(dx);
            }
        }, sum, mean, rstd);
    }

    /** Stores dx and adds to the gradients of gamma and beta where they are asked for. */
    private static void layerNormBackward(
            Tensor x, Variable gamma, Variable beta, Tensor mean, Tensor rstd, Tensor dy, Tensor dx) {
        Tape tape = gamma.tape();
        int d = x.shape().rowLength();
        boolean accumulate = gamma.needsGradient() && gamma.hasGradient();
        Tensor dgamma = gamma.needsGradient() ? gamma.gradientToUpdate() : tape.allocate(x.dtype(), d);
        boolean betaAccumulates = beta.needsGradient() && beta.hasGradient();
        Tensor dbeta = beta.needsGradient() && betaAccumulates == accumulate
                ? beta.gradientToUpdate()
                : tape.allocate(x.dtype(), d);
        tape.backend().norm().layerNormBackward(x, gamma.value(), mean, rstd, dy, dx, accumulate, dgamma, dbeta);
        if (beta.needsGradient() && betaAccumulates != accumulate) {
            beta.addGradient(dbeta);
        }
    }

    /**
     * y = x / |x| row by row, with |x| at least eps.
     *
     * <p>dx = (dy - y (y . dy)) / |x|.
     */
    public static Variable normalizeRows(Variable x, double eps) {
        Tape tape = x.tape();
        Tensor y = tape.allocate(x.dtype(), x.shape());
        Tensor norm = tape.allocate(x.dtype(), x.shape().rows());
        tape.backend().norm().normalizeRows(x.value(), eps, y, norm);
        return tape.record("normalizeRows", y, List.of(x), dy -> {
            Tensor dx = tape.allocate(x.dtype(), x.shape());
            tape.backend().norm().normalizeRowsBackward(y, norm, dy, dx);
            x.addGradient(dx);
        }, norm);
    }
}
