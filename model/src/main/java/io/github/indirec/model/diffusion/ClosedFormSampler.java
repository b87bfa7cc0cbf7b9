package io.github.indirec.model.diffusion;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.autograd.ops.MatmulOps;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.ElementwiseKernels;
import io.github.indirec.tensor.spi.LinalgKernels;

/**
 * The guided reverse chain of {@code mlp1} without its steps. With the affine denoiser, xhat_0 = Wx x_t + u + q_t, where
 * u = Ws ((1 + w) s - w null) and q_t = Wt tau(t) + b, a step of {@link GuidedSampler} is
 *
 * <pre>x_{t-1} = G_t x_t + coef1_t (u + q_t) + sigma_t z_t,   G_t = coef1_t Wx + coef2_t I.</pre>
 *
 * With P_t = G_0 G_1 ... G_t (P_{-1} = I) it unrolls to
 *
 * <pre>x = P_{T-1} x_T + sum_t P_{t-1} (coef1_t (u + q_t) + sigma_t z_t),</pre>
 *
 * a Gaussian: mean S u + o with S = sum_t coef1_t P_{t-1} and o = sum_t coef1_t P_{t-1} q_t, covariance
 * Sigma = P_{T-1} P_{T-1}^T + sum_t sigma_t^2 P_{t-1} P_{t-1}^T. One draw with Sigma's Cholesky factor has the
 * distribution of the whole chain.
 *
 * <p>Deviation: neither paper nor code has this; both run the loop.
 */
final class ClosedFormSampler {
    private final float[] coef1;
    private final float[] coef2;
    private final float[] variance;

    ClosedFormSampler(NoiseSchedule schedule) {
        this.coef1 = schedule.posteriorMeanCoef1();
        this.coef2 = schedule.posteriorMeanCoef2();
        this.variance = schedule.posteriorVariance();
    }

    /** Sees by what each noise reaches the sample. */
    @FunctionalInterface
    interface NoiseMaps {
        /**
         * @param t of the noise z_t that is added at step t; T for x_T
         * @param scale sigma_t; 1 for x_T
         * @param map P_{t-1} [D x D], which then changes
         */
        void map(int t, double scale, Tensor map);
    }

    /** The distribution of the chain from x_T down to, but not including, step {@code stop}. */
    ViewDistribution distribution(LinearDenoiser.AffineGuidance guided, int stop, Tape tape, NoiseMaps noiseMaps) {
        int d = guided.wx().shape().dim(0);
        int batch = guided.conditionTerm().shape().dim(0);
        Backend backend = tape.backend();
        LinalgKernels linalg = backend.linalg();
        ElementwiseKernels elementwise = backend.elementwise();
        Tensor wx = guided.wx().value();
        Tensor product = identity(tape, wx);
        Tensor next = tape.allocate(wx.dtype(), d, d);
        Tensor response = zeros(tape, wx, d, d);
        Tensor offset = zeros(tape, wx, 1, d);
        Tensor covariance = zeros(tape, wx, d, d);
        for (int t = stop; t < variance.length; t++) {
            elementwise.axpy(coef1[t], product, response);
            linalg.gemm(false, true, coef1[t], guided.stepTerms().value().rows(t, t + 1), product, 1, offset);
            if (t > 0) {
                linalg.gemm(false, true, variance[t], product, product, 1, covariance);
                noiseMaps.map(t, Math.sqrt(variance[t]), product);
            }
            linalg.gemm(false, false, coef1[t], product, wx, 0, next);
            elementwise.axpy(coef2[t], product, next);
            Tensor swap = product;
            product = next;
            next = swap;
        }
        linalg.gemm(false, true, 1, product, product, 1, covariance);
        noiseMaps.map(variance.length, 1, product);
        Tensor mean = tape.allocate(wx.dtype(), batch, d);
        linalg.gemm(false, true, 1, guided.conditionTerm().value(), response, 0, mean);
        elementwise.addRowVector(mean, offset.reshape(d), mean);
        return new ViewDistribution(tape.constant(mean), covariance);
    }

    /** One draw: x = mean + z L^T with L L^T = Sigma. */
    void sample(ViewDistribution distribution, DiffusionDraws.ReverseNoise noise, Tensor x, Tape tape) {
        int d = x.shape().dim(1);
        Tensor z = tape.allocate(x.dtype(), x.shape());
        noise.start(0, z);
        Tensor factor = tape.allocate(x.dtype(), d, d);
        factor.copyFrom(Cholesky.factor(distribution.covariance().toDoubles(), d));
        Variable spread = MatmulOps.matmul(tape.constant(z), tape.constant(factor), false, true);
        Variable sample = ElementwiseOps.add(distribution.mean(), spread);
        tape.backend().elementwise().copy(sample.value(), x);
    }

    private static Tensor identity(Tape tape, Tensor like) {
        int d = like.shape().dim(0);
        double[] values = new double[d * d];
        for (int i = 0; i < d; i++) {
            values[i * (d + 1)] = 1;
        }
        Tensor identity = tape.allocate(like.dtype(), Shape.of(d, d));
        identity.copyFrom(values);
        return identity;
    }

    private static Tensor zeros(Tape tape, Tensor like, int rows, int columns) {
        Tensor zeros = tape.allocate(like.dtype(), rows, columns);
        tape.backend().elementwise().fill(zeros, 0);
        return zeros;
    }
}
