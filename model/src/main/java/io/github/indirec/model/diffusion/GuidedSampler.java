package io.github.indirec.model.diffusion;

import io.github.indirec.autograd.Tape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.DiffusionKernels;
import io.github.indirec.tensor.spi.ElementwiseKernels;
import java.util.Optional;

/**
 * The guided reverse chain (classifier-free guidance; Ho and Salimans, 2022, in DreamRec's x0 form):
 *
 * <pre>xhat_0 = (1 + w) f(x_t, s, t) - w f(x_t, null, t)
 * x_{t-1} = coef1_t xhat_0 + coef2_t x_t + sqrt(posterior variance_t) z,   no noise at t = 0</pre>
 */
public final class GuidedSampler {
    /** Rows that are worth a thread: at 64 columns some 50 microseconds a step, half of it noise. */
    private static final int LEAST_ROWS = 32;

    private final float[] coef1;
    private final float[] coef2;
    private final float[] noiseScale;

    public GuidedSampler(NoiseSchedule schedule) {
        this.coef1 = schedule.posteriorMeanCoef1();
        this.coef2 = schedule.posteriorMeanCoef2();
        this.noiseScale = schedule.posteriorVariance();
        for (int t = 0; t < noiseScale.length; t++) {
            noiseScale[t] = (float) Math.sqrt(noiseScale[t]);
        }
    }

    /** Sees x after each reverse step. */
    @FunctionalInterface
    public interface Trajectory {
        /** Nobody looks. */
        Trajectory NONE = (t, x) -> {};

        void after(int t, Tensor x);
    }

    /**
     * Runs the chain from x_T down to, but not including, step {@code stop}. Where the noise has addresses and nobody
     * looks on, the backend runs it as one computation: with the same bits where the denoiser is affine, and within
     * rounding, if it prefers that to the steps, where it is a perceptron.
     *
     * @param x output [B x D]: the generated x_0 when {@code stop} is 0, else x before step {@code stop - 1}
     * @param stop 0 for the whole chain; 1 leaves the last step to the caller
     * @param trajectory where it looks on, all rows take each step together
     */
    public void sample(
            Denoiser.Guided guided,
            DiffusionDraws.ReverseNoise noise,
            Tensor x,
            int stop,
            Trajectory trajectory,
            Tape tape) {
        Optional<DiffusionDraws.ReverseNoise.Keys> keys =
                trajectory == Trajectory.NONE ? noise.keys(coef1.length) : Optional.empty();
        DiffusionKernels kernels = tape.backend().diffusion();
        if (keys.isPresent() && guided instanceof LinearDenoiser.AffineGuidance affine) {
            kernels.reverseChain(affine.chain(steps(keys.get(), stop)), x);
        } else if (keys.isPresent() && guided instanceof MlpDenoiser.TwoBranches mlp && kernels.prefersMlpChain()) {
            kernels.reverseChain(mlp.chain(steps(keys.get(), stop), tape), x);
        } else {
            stepByStep(guided, noise, x, stop, trajectory, tape);
        }
    }

    private DiffusionKernels.Steps steps(DiffusionDraws.ReverseNoise.Keys keys, int stop) {
        return new DiffusionKernels.Steps(coef1, coef2, noiseScale, keys.start(), keys.steps(), stop);
    }

    /**
     * Rows do not depend on one another, so every thread runs the whole chain on rows of its own: a step alone is too
     * short to be shared out.
     */
    void stepByStep(
            Denoiser.Guided guided,
            DiffusionDraws.ReverseNoise noise,
            Tensor x,
            int stop,
            Trajectory trajectory,
            Tape tape) {
        int batch = x.shape().dim(0);
        int pieces = trajectory == Trajectory.NONE
                ? Math.max(1, Math.min(tape.backend().concurrency(), batch / LEAST_ROWS))
                : 1;
        tape.backend().forEach(pieces, piece -> {
            int from = (int) ((long) batch * piece / pieces);
            int to = (int) ((long) batch * (piece + 1) / pieces);
            try (Tape rows = Tape.inference(tape.backend())) {
                sampleRows(guided.rows(from, to), noise, from, x.rows(from, to), stop, trajectory, rows);
            }
        });
    }

    private void sampleRows(
            Denoiser.Guided guided,
            DiffusionDraws.ReverseNoise noise,
            int firstRow,
            Tensor x,
            int stop,
            Trajectory trajectory,
            Tape tape) {
        ElementwiseKernels kernels = tape.backend().elementwise();
        Tensor z = tape.allocate(x.dtype(), x.shape());
        noise.start(firstRow, x);
        for (int t = noiseScale.length - 1; t >= stop; t--) {
            try (Tape step = Tape.inference(tape.backend())) {
                Tensor predicted = guided.predict(step.constant(x), t).value();
                kernels.scale(coef2[t], x, x);
                kernels.axpy(coef1[t], predicted, x);
            }
            if (t > 0) {
                noise.step(t, firstRow, z);
                kernels.axpy(noiseScale[t], z, x);
            }
            trajectory.after(t, x);
        }
    }
}
