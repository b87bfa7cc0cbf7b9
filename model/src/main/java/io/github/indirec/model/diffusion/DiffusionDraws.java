package io.github.indirec.model.diffusion;

import io.github.indirec.model.RandomStreams;
import io.github.indirec.tensor.IntArena;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.RandomSequence;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.Optional;

/**
 * The random decisions of the diffusion part of one training step. Separate from the arithmetic, so that a recorded step
 * of another implementation can be replayed.
 *
 * @param t [B] diffusion step of each row, 0 to T - 1, uniform
 * @param keepCondition [B] 0 where the null embedding replaces the condition, with probability p, else 1
 * @param forwardNoise writes the [B x D] standard normal noise of the forward process
 * @param reverse noise of the reverse process
 */
public record DiffusionDraws(int[] t, int[] keepCondition, NoiseField forwardNoise, ReverseNoise reverse) {

    /** Fills a tensor with standard normal numbers. */
    @FunctionalInterface
    public interface NoiseField {
        void fill(Tensor out);
    }

    /** x_T and the z of every reverse step. */
    public interface ReverseNoise {
        /**
         * Fills {@code out} with rows of x_T.
         *
         * @param firstRow which row of the batch the first one is
         */
        void start(int firstRow, Tensor out);

        /** Noise added at step index t, T - 1 down to 1; rows as in {@link #start}. May be called by several threads. */
        void step(int t, int firstRow, Tensor out);

        /**
         * The addresses of all these numbers, for a chain that draws them itself; empty where they come from elsewhere,
         * such as a recorded run.
         *
         * @param steps T
         */
        default Optional<Keys> keys(int steps) {
            return Optional.empty();
        }

        /**
         * Philox addresses of the rows of x_T and of the noise of each step.
         *
         * @param start of x_T
         * @param steps [T] by step index; that of step 0, which adds no noise, is null
         */
        record Keys(RandomKey start, RandomKey[] steps) {}
    }

    /**
     * Draws from Philox, addressed by seed and training step.
     *
     * @param arena where the arrays come from
     */
    public static DiffusionDraws of(
            Backend backend, long seed, int step, int batch, DiffusionConfig config, IntArena arena) {
        RandomSequence steps = new RandomSequence(RandomStreams.TIMESTEP.key(seed, step));
        RandomSequence keeps = new RandomSequence(RandomStreams.NULL_CONDITION.key(seed, step));
        int[] t = arena.exactly(batch);
        int[] keep = arena.exactly(batch);
        for (int i = 0; i < batch; i++) {
            t[i] = steps.nextInt(config.timesteps());
            keep[i] = keeps.nextFloat() >= config.nullProbability() ? 1 : 0;
        }
        return new DiffusionDraws(
                t,
                keep,
                out -> backend.random().normal(RandomStreams.FORWARD_NOISE.key(seed, step), 0, out),
                reverse(backend, seed, step));
    }

    /** As {@link #of(Backend, long, int, int, DiffusionConfig, IntArena)}, with arrays of its own. */
    public static DiffusionDraws of(Backend backend, long seed, int step, int batch, DiffusionConfig config) {
        return of(backend, seed, step, batch, config, IntArena.NONE);
    }

    private static ReverseNoise reverse(Backend backend, long seed, int step) {
        return new ReverseNoise() {
            @Override
            public void start(int firstRow, Tensor out) {
                backend.random().normal(startKey(), firstRow, out);
            }

            @Override
            public void step(int t, int firstRow, Tensor out) {
                backend.random().normal(stepKey(t), firstRow, out);
            }

            @Override
            public Optional<Keys> keys(int steps) {
                RandomKey[] keys = new RandomKey[steps];
                for (int t = 1; t < steps; t++) {
                    keys[t] = stepKey(t);
                }
                return Optional.of(new Keys(startKey(), keys));
            }

            private RandomKey startKey() {
                return RandomStreams.REVERSE_START.key(seed, step);
            }

            private RandomKey stepKey(int t) {
                return RandomStreams.REVERSE_NOISE.key(seed, step, t);
            }
        };
    }
}
