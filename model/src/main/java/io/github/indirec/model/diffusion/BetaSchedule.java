package io.github.indirec.model.diffusion;

import io.github.indirec.model.config.Choice;

/**
 * The shape of the noise over the diffusion steps: how much variance beta_t each step adds.
 *
 * <p>It decides at which steps the denoiser still sees the item and at which it has to guess from the intent: with
 * abar_t = prod_{s &lt;= t} (1 - beta_s) the noised item is sqrt(abar_t) x_0 + sqrt(1 - abar_t) noise. Betas are
 * computed with {@link StrictMath}, for the same bits on every Java, in double precision but for {@link #COSINE}, and
 * kept as floats.
 */
public enum BetaSchedule implements Choice {
    /** Equal steps from 1e-4 to 0.02, whatever the number of steps (Ho et al. 2020). */
    LINEAR {
        @Override
        double beta(int t, int steps) {
            return evenlySpaced(t, steps, LINEAR_START, LINEAR_END);
        }
    },

    /** beta_t = 1 - exp(-0.1 / T - x_t * 0.5 * 9.9 / T^2), x_t from 1 to 2T + 1; the default of the model. */
    EXP {
        @Override
        double beta(int t, int steps) {
            double x = evenlySpaced(t, steps, 1, 2.0 * steps + 1);
            return 1 - StrictMath.exp(-0.1 / steps - x * 0.5 * 9.9 / ((double) steps * steps));
        }
    },

    /** abar(u) = cos^2((u / T + 0.008) / 1.008 * pi / 2), betas clipped to [1e-4, 0.9999] (Nichol, Dhariwal 2021). */
    COSINE {
        @Override
        double beta(int t, int steps) {
            float beta = 1 - squaredCosine(t + 1, steps) / squaredCosine(t, steps);
            return Math.min(Math.max(beta, 1e-4), 0.9999);
        }
    },

    /** abar(v) = 1 - sqrt(v + 1e-4) at v = t / T, betas at most 0.999 (Li et al. 2022, Diffusion-LM). */
    SQRT {
        @Override
        double beta(int t, int steps) {
            double next = 1 - Math.sqrt((t + 1.0) / steps + 1e-4);
            double here = 1 - Math.sqrt((double) t / steps + 1e-4);
            return Math.min(1 - next / here, 0.999);
        }
    };

    private static final double LINEAR_START = 1e-4;
    private static final double LINEAR_END = 0.02;

    abstract double beta(int t, int steps);

    /**
     * The tables of this schedule.
     *
     * @param steps number T of diffusion steps, 1 to 10,000
     * @throws IllegalArgumentException if {@code steps} is out of range
     */
    public NoiseSchedule schedule(int steps) {
        checkSteps(steps);
        float[] betas = new float[steps];
        for (int t = 0; t < steps; t++) {
            betas[t] = (float) beta(t, steps);
        }
        return NoiseSchedule.of(betas);
    }

    /**
     * A linear schedule between two betas of one's own.
     *
     * @param steps number T of diffusion steps, 1 to 10,000
     * @param start beta of the first step, above 0 and below 1
     * @param end beta of the last step, above 0 and below 1 (not used if there is one step only)
     * @throws IllegalArgumentException if an argument is out of range
     */
    public static NoiseSchedule linear(int steps, double start, double end) {
        checkSteps(steps);
        float[] betas = new float[steps];
        for (int t = 0; t < steps; t++) {
            betas[t] = (float) evenlySpaced(t, steps, start, end);
        }
        return NoiseSchedule.of(betas);
    }

    private static void checkSteps(int steps) {
        if (steps < 1 || steps > NoiseSchedule.MAX_STEPS) {
            throw new IllegalArgumentException("beta schedule: expected 1 to " + NoiseSchedule.MAX_STEPS
                    + " diffusion steps, found " + steps + "; the paper uses 50 to 200");
        }
    }

    private static double evenlySpaced(int t, int steps, double start, double end) {
        return steps == 1 ? start : start + (end - start) * t / (steps - 1);
    }

    /**
     * Reference quirk: 32-bit floats throughout. Late betas lose digits to cancellation, up to 3.3e-6 of them, and the
     * smallest abar, a product of many small 1 - beta, inherits it: in 64 bits it would differ by 1.4e-5 relative.
     */
    private static float squaredCosine(int u, int steps) {
        return squaredCosine((float) u / steps) / squaredCosine(0);
    }

    private static float squaredCosine(float share) {
        float angle = (share + 0.008f) / 1.008f * (float) (Math.PI / 2);
        float cosine = (float) StrictMath.cos(angle);
        return cosine * cosine;
    }
}
