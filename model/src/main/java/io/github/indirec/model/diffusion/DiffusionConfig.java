package io.github.indirec.model.diffusion;

import static io.github.indirec.model.config.Checks.choice;
import static io.github.indirec.model.config.Checks.range;

import io.github.indirec.model.config.Choice;

/**
 * Settings of the diffusion model.
 *
 * @param timesteps T
 * @param betaSchedule noise schedule
 * @param betaStart first beta, read by the linear schedule alone
 * @param betaEnd last beta, read by the linear schedule alone
 * @param guidance w of classifier-free guidance; -1 is the unconditional sampler
 * @param nullProbability p: how often training replaces the condition by the null embedding
 * @param denoiser architecture of f
 * @param x0 what is noised and generated
 * @param sampler how views are drawn
 */
public record DiffusionConfig(
        int timesteps,
        BetaSchedule betaSchedule,
        double betaStart,
        double betaEnd,
        double guidance,
        double nullProbability,
        DenoiserType denoiser,
        Start x0,
        Sampler sampler) {

    /** How the reverse process is drawn from. */
    public enum Sampler implements Choice {
        /** Step by step, as paper and code do. */
        LOOP,
        /** One draw from the same distribution, which is Gaussian where the denoiser is affine. */
        CLOSED_FORM
    }

    /** Architecture of the denoiser. */
    public enum DenoiserType implements Choice {
        /** One affine layer 3D to D. */
        MLP1,
        /** 3D to 2D, GELU, 2D to D. */
        MLP2
    }

    /** What x_0 is. */
    public enum Start implements Choice {
        /** The target item's embedding, as in the authors' code. */
        ITEM,
        /**
         * The representation of the sequence that ends with the target.
         *
         * <p>Deviation: the paper's words are "target sequence embedding"; that it is the encoder's output with its own
         * dropout mask, gradient included, is our reading.
         */
        SEQUENCE
    }

    public DiffusionConfig {
        range("timesteps", timesteps, 2, 10_000);
        choice("beta_schedule", betaSchedule);
        range("beta_start", betaStart, 1e-6, 0.999);
        range("beta_end", betaEnd, betaStart, 0.999);
        range("guidance", guidance, -1, 100);
        range("null_probability", nullProbability, 0, 1);
        choice("denoiser", denoiser);
        choice("x0", x0);
        choice("sampler", sampler);
        if (sampler == Sampler.CLOSED_FORM && denoiser != DenoiserType.MLP1) {
            throw new IllegalArgumentException("sampler is closed-form and denoiser " + denoiser.label()
                    + ", expected mlp1: only an affine chain has a closed form; set sampler=loop");
        }
    }

    /** The tables of the chosen schedule. */
    public NoiseSchedule schedule() {
        return betaSchedule == BetaSchedule.LINEAR
                ? BetaSchedule.linear(timesteps, betaStart, betaEnd)
                : betaSchedule.schedule(timesteps);
    }
}
