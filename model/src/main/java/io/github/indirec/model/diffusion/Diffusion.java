package io.github.indirec.model.diffusion;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.DiffusionOps;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.autograd.ops.LossOps;
import io.github.indirec.tensor.Tensor;
import java.util.Arrays;

/**
 * Intent-guided diffusion over item embeddings: forward noising, denoising loss, and generation of a view under the
 * guidance of an intent.
 */
public final class Diffusion {
    /** Factor of the condition, and of the null embedding, by {@link DiffusionDraws#keepCondition}. */
    private static final float[] KEPT = {0, 1};

    private static final float[] REPLACED = {1, 0};

    private final DiffusionConfig config;
    private final NoiseSchedule schedule;
    private final float[] signalScale;
    private final float[] noiseScale;
    private final GuidedSampler loop;
    private final ClosedFormSampler closedForm;
    private final Parameter nothing;
    private final StepEmbedding stepEmbedding;
    private final Denoiser denoiser;
    private final int size;
    private final RepeatedRow repeated = new RepeatedRow();

    public Diffusion(Parameters parameters, DiffusionConfig config, int size) {
        this.config = config;
        this.size = size;
        this.schedule = config.schedule();
        this.signalScale = schedule.sqrtAlphasCumprod();
        this.noiseScale = schedule.sqrtOneMinusAlphasCumprod();
        this.loop = new GuidedSampler(schedule);
        this.closedForm = new ClosedFormSampler(schedule);
        this.nothing = parameters.create("none_embedding.weight", 1, size);
        this.stepEmbedding = new StepEmbedding(parameters, config.timesteps(), size);
        this.denoiser =
                switch (config.denoiser()) {
                    case MLP1 -> new LinearDenoiser(parameters, size);
                    case MLP2 -> new MlpDenoiser(parameters, size);
                };
    }

    public NoiseSchedule schedule() {
        return schedule;
    }

    /** The null embedding [1 x D]. */
    public Parameter nothing() {
        return nothing;
    }

    public StepEmbedding stepEmbedding() {
        return stepEmbedding;
    }

    /** What the denoising loss is made of. */
    public record Denoising(Variable guidance, Variable noisy, Variable predicted, Variable loss) {}

    /**
     * L_diff = mean over batch and dimensions of (x_0 - f(x_t, s, t))^2 with x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t)
     * eps. x_0 is not detached: the gradient reaches it from both sides.
     *
     * @param x0 [B x D]
     * @param condition s [B x D], before the null embedding replaces some rows
     */
    public Denoising denoise(Variable x0, Variable condition, DiffusionDraws draws) {
        Tape tape = x0.tape();
        int batch = x0.shape().dim(0);
        Variable guidance = replaceByNothing(condition, draws.keepCondition());
        Tensor noise = tape.allocate(x0.dtype(), batch, size);
        draws.forwardNoise().fill(noise);
        Variable noisy = DiffusionOps.qSample(x0, noise, signalScale, noiseScale, draws.t());
        Variable predicted = denoiser.forward(noisy, guidance, stepEmbedding.forward(tape, draws.t()));
        return new Denoising(guidance, noisy, predicted, LossOps.meanSquaredError(x0, predicted));
    }

    /** keep_i s_i + (1 - keep_i) null. */
    private Variable replaceByNothing(Variable condition, int[] keep) {
        Tape tape = condition.tape();
        return ElementwiseOps.add(
                ElementwiseOps.scaleRows(condition, column(tape, condition, KEPT, keep)),
                ElementwiseOps.scaleRows(nothings(tape, keep.length), column(tape, condition, REPLACED, keep)));
    }

    /** The null embedding in every row, [B x D]. */
    private Variable nothings(Tape tape, int batch) {
        return repeated.rows(tape.leaf(nothing), batch);
    }

    /**
     * Generates x_0 under guidance, without gradient.
     *
     * @param condition shat [B x D]
     * @param trajectory sees the steps, where the sampler has any
     * @return [B x D], a constant on the tape of {@code condition}
     */
    public Variable generate(
            Variable condition, DiffusionDraws.ReverseNoise noise, GuidedSampler.Trajectory trajectory) {
        return run(condition, noise, 0, trajectory);
    }

    /**
     * Generates x_0 with a gradient through the last reverse step to the denoiser, the step embedding and the null
     * embedding. At t = 0 the posterior mean is xhat_0 itself.
     *
     * <p>Deviation: neither paper nor code has a gradient here; the condition stays a constant.
     */
    public Variable generateWithGradient(Tape tape, Variable condition, DiffusionDraws.ReverseNoise noise) {
        Variable x1 = run(condition, noise, 1, GuidedSampler.Trajectory.NONE);
        int batch = condition.shape().dim(0);
        Variable start = tape.copyOf(x1);
        Variable step = repeated.rows(stepEmbedding.forward(tape, new int[] {0}), batch);
        Variable nothings = nothings(tape, batch);
        return ElementwiseOps.add(
                ElementwiseOps.scale(denoiser.forward(start, tape.copyOf(condition), step), 1 + config.guidance()),
                ElementwiseOps.scale(denoiser.forward(start, nothings, step), -config.guidance()));
    }

    private Variable run(
            Variable condition, DiffusionDraws.ReverseNoise noise, int stop, GuidedSampler.Trajectory trajectory) {
        Tape tape = condition.tape();
        Tensor x = tape.allocate(condition.dtype(), condition.shape());
        try (Tape chain = Tape.inference(tape.backend())) {
            switch (config.sampler()) {
                case LOOP -> loop.sample(
                        denoiser.guided(
                                chain.constant(condition.value()),
                                nothings(chain, condition.shape().dim(0)),
                                steps(chain),
                                config.guidance()),
                        noise,
                        x,
                        stop,
                        trajectory,
                        chain);
                case CLOSED_FORM -> closedForm.sample(
                        distribution(chain, condition, stop, (t, scale, map) -> {}), noise, x, chain);
            }
        }
        return tape.constant(x);
    }

    /**
     * The distribution of {@link #generate}, with the null embedding, the weights and w of this model.
     *
     * @param condition s [B x D]
     * @return on the tape of {@code condition}
     * @throws IllegalStateException if the denoiser is not affine
     */
    public ViewDistribution distribution(Variable condition) {
        return distribution(condition.tape(), condition, 0, (t, scale, map) -> {});
    }

    ViewDistribution distribution(
            Tape tape, Variable condition, int stop, ClosedFormSampler.NoiseMaps noiseMaps) {
        if (!(denoiser instanceof LinearDenoiser affine)) {
            throw new IllegalStateException("Diffusion.distribution: the denoiser is "
                    + config.denoiser().label() + ", expected mlp1; the chain of another is not Gaussian");
        }
        return closedForm.distribution(
                affine.guided(
                        tape.constant(condition.value()),
                        nothings(tape, condition.shape().dim(0)),
                        steps(tape),
                        config.guidance()),
                stop,
                tape,
                noiseMaps);
    }

    /** tau of all steps, [T x D]. */
    private Variable steps(Tape tape) {
        int[] all = new int[schedule.steps()];
        Arrays.setAll(all, t -> t);
        return stepEmbedding.forward(tape, all);
    }

    /** table[ids[i]] of every row, [B]. */
    private static Tensor column(Tape tape, Variable like, float[] table, int[] ids) {
        Tensor values = tape.allocate(like.dtype(), table.length, 1);
        values.copyFrom(table);
        Tensor column = tape.allocate(like.dtype(), ids.length, 1);
        tape.backend().index().gatherRows(values, ids, column);
        return column.reshape(ids.length);
    }
}
