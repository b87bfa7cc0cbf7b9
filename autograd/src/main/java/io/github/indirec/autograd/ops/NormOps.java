package io.github.indirec.autograd.ops;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.tensor.Tensor;
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
            boolean accumulate = gamma.needsGradient() && gamma.hasGradient();
            Tensor dgamma = gamma.needsGradient() ? gamma.gradientToUpdate() : tape.allocate(x.dtype(), d);
            boolean betaAccumulates = beta.needsGradient() && beta.hasGradient();
            Tensor dbeta = beta.needsGradient() && betaAccumulates == accumulate
                    ? beta.gradientToUpdate()
                    : tape.allocate(x.dtype(), d);
            tape.backend()
                    .norm()
                    .layerNormBackward(x.value(), gamma.value(), mean, rstd, dy, dx, accumulate, dgamma, dbeta);
            if (beta.needsGradient() && betaAccumulates != accumulate) {
                beta.addGradient(dbeta);
            }
            if (x.needsGradient()) {
                x.addGradient(dx);
            }
        }, mean, rstd);
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
