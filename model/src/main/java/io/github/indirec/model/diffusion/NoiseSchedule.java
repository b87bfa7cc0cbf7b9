package io.github.indirec.model.diffusion;

/**
 * The variances beta_0 .. beta_{T-1} of the diffusion steps and every table that follows from them.
 *
 * <p>The forward process draws x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) noise, abar_t = prod_{s &lt;= t} (1 - beta_s);
 * the reverse process draws x_{t-1} around coef1_t x_0 + coef2_t x_t (Ho et al. 2020, eq. 4, 6 and 7):
 *
 * <pre>
 * coef1_t    = beta_t sqrt(abar_{t-1}) / (1 - abar_t)
 * coef2_t    = (1 - abar_{t-1}) sqrt(1 - beta_t) / (1 - abar_t)
 * variance_t = beta_t (1 - abar_{t-1}) / (1 - abar_t),      abar_{-1} = 1
 * </pre>
 *
 * so that at t = 0 the mean is x_0 itself, up to rounding, and no noise is added.
 *
 * <p>Reference quirk: the tables are rounded where PyTorch rounds them, the product in 64 bits, everything else in 32. That
 * loses digits where beta is small (1 - abar_0 of the linear schedule is off by 1.7e-4 relative, and coef1_0 with it), and
 * gives the authors' numbers to the last bit. Immutable and thread-safe; every array
 * that is handed out has T elements and is the caller's own copy.
 */
public final class NoiseSchedule {
    /** More steps than any published setting by a factor of ten; a bound that catches swapped arguments. */
    static final int MAX_STEPS = 10_000;

    private static final float MIN_BETA = 1e-6f;

    private final float[] betas;
    private final float[] alphasCumprod;
    private final float[] sqrtAlphasCumprod;
    private final float[] sqrtOneMinusAlphasCumprod;
    private final float[] posteriorMeanCoef1;
    private final float[] posteriorMeanCoef2;
    private final float[] posteriorVariance;

    private NoiseSchedule(float[] betas) {
        int steps = betas.length;
        this.betas = betas;
        alphasCumprod = new float[steps];
        sqrtAlphasCumprod = new float[steps];
        sqrtOneMinusAlphasCumprod = new float[steps];
        posteriorMeanCoef1 = new float[steps];
        posteriorMeanCoef2 = new float[steps];
        posteriorVariance = new float[steps];
        double product = 1;
        float previous = 1;
        for (int t = 0; t < steps; t++) {
            float alpha = 1 - betas[t];
            product *= alpha;
            float alphaCumprod = (float) product;
            float noise = 1 - alphaCumprod;
            float previousNoise = 1 - previous;
            alphasCumprod[t] = alphaCumprod;
            sqrtAlphasCumprod[t] = (float) Math.sqrt(alphaCumprod);
            sqrtOneMinusAlphasCumprod[t] = (float) Math.sqrt(noise);
            posteriorMeanCoef1[t] = betas[t] * (float) Math.sqrt(previous) / noise;
            posteriorMeanCoef2[t] = previousNoise * (float) Math.sqrt(alpha) / noise;
            posteriorVariance[t] = betas[t] * previousNoise / noise;
            previous = alphaCumprod;
        }
    }

    /**
     * The schedule with the given betas.
     *
     * @param betas one variance a step, each from 1e-6, below which 32 bits cannot tell 1 - beta from 1, and below 1; 1 to
     *     10,000 of them
     * @throws IllegalArgumentException if a beta or their number is out of range
     */
    public static NoiseSchedule of(float... betas) {
        if (betas.length < 1 || betas.length > MAX_STEPS) {
            throw new IllegalArgumentException("noise schedule: expected 1 to " + MAX_STEPS
                    + " betas, one a diffusion step, found " + betas.length);
        }
        for (int t = 0; t < betas.length; t++) {
            if (!(betas[t] >= MIN_BETA && betas[t] < 1)) {
                throw new IllegalArgumentException("noise schedule: expected every beta from 1e-6 and below 1, found "
                        + betas[t] + " at step " + t + " of " + betas.length);
            }
        }
        return new NoiseSchedule(betas.clone());
    }

    /** Number T of diffusion steps. */
    public int steps() {
        return betas.length;
    }

    /** beta_t, the variance that step t adds. */
    public float[] betas() {
        return betas.clone();
    }

    /** abar_t, the share of the item's variance that is left after step t. */
    public float[] alphasCumprod() {
        return alphasCumprod.clone();
    }

    /** sqrt(abar_t), the factor of x_0 in x_t. */
    public float[] sqrtAlphasCumprod() {
        return sqrtAlphasCumprod.clone();
    }

    /** sqrt(1 - abar_t), the factor of the noise in x_t. */
    public float[] sqrtOneMinusAlphasCumprod() {
        return sqrtOneMinusAlphasCumprod.clone();
    }

    /** The factor of x_0 in the mean of x_{t-1}; 1 at t = 0. */
    public float[] posteriorMeanCoef1() {
        return posteriorMeanCoef1.clone();
    }

    /** The factor of x_t in the mean of x_{t-1}; 0 at t = 0. */
    public float[] posteriorMeanCoef2() {
        return posteriorMeanCoef2.clone();
    }

    /** The variance of x_{t-1} given x_t and x_0; 0 at t = 0. */
    public float[] posteriorVariance() {
        return posteriorVariance.clone();
    }
}
