package io.github.indirec.model.diffusion;

/**
 * The diffusion step as a vector of sines and cosines, input of the step network tau(t).
 *
 * <p>Waves from 2 pi to 20,000 pi steps long let a linear layer tell near steps apart as well as far ones (Vaswani et
 * al. 2017):
 *
 * <pre>
 * out[t, k] = sin(t f_k),  out[t, D/2 + k] = cos(t f_k),  f_k = exp(-k ln(10000) / (D/2 - 1)),  k = 0 .. D/2 - 1
 * </pre>
 *
 * {@link StrictMath} in double precision: the same bits on every Java.
 */
public final class SinusoidalEmbedding {
    private static final double LONGEST_PERIOD = 10_000;

    private SinusoidalEmbedding() {}

    /**
     * The embeddings of the steps 0 .. T-1.
     *
     * @param steps number T of steps, 1 to 10,000
     * @param dim width D of an embedding, even and at least 4
     * @return row-major [T, D]
     * @throws IllegalArgumentException if an argument is out of range
     */
    public static float[] table(int steps, int dim) {
        check(steps, dim);
        return waves(steps, dim, dim / 2 - 1, 0);
    }

    /**
     * The embeddings in the form of Dhariwal and Nichol (2021): the cosines first, and f_k = exp(-k ln(10000) / (D/2)), so
     * that the longest wave is a little shorter.
     *
     * @param steps number T of steps, 1 to 10,000
     * @param dim width D of an embedding, even and at least 4
     * @return row-major [T, D]
     * @throws IllegalArgumentException if an argument is out of range
     */
    public static float[] cosinesFirst(int steps, int dim) {
        check(steps, dim);
        return waves(steps, dim, dim / 2, dim / 2);
    }

    /** Sines from column {@code sines} on, cosines in the other half. */
    private static float[] waves(int steps, int dim, int divisor, int sines) {
        int half = dim / 2;
        float[] table = new float[Math.multiplyExact(steps, dim)];
        for (int k = 0; k < half; k++) {
            double frequency = StrictMath.exp(-k * StrictMath.log(LONGEST_PERIOD) / divisor);
            for (int t = 0; t < steps; t++) {
                table[t * dim + sines + k] = (float) StrictMath.sin(t * frequency);
                table[t * dim + half - sines + k] = (float) StrictMath.cos(t * frequency);
            }
        }
        return table;
    }

    private static void check(int steps, int dim) {
        if (steps < 1 || steps > NoiseSchedule.MAX_STEPS) {
            throw new IllegalArgumentException("sinusoidal embedding: expected 1 to " + NoiseSchedule.MAX_STEPS
                    + " diffusion steps, found " + steps);
        }
        if (dim < 4 || dim % 2 != 0) {
            throw new IllegalArgumentException("sinusoidal embedding: expected an even width of at least 4 (one half"
                    + " sines, one half cosines), found " + dim);
        }
    }
}
