package io.github.indirec.model.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuidedSamplerTest {
    private static final long SEED = 20_261_123;
    private static final int BATCH = 133;
    private static final int SIZE = 8;
    private static final int STEPS = 7;

    private static float[] generate(int threads, String denoiser, GuidedSampler.Trajectory trajectory) {
        return generate(threads, denoiser, noise -> noise, trajectory);
    }

    private static float[] generate(
            int threads,
            String denoiser,
            UnaryOperator<DiffusionDraws.ReverseNoise> noise,
            GuidedSampler.Trajectory trajectory) {
        DiffusionConfig config = InDiRecConfig.of(Presets.settings("beauty", Mode.OFFICIAL)
                        .with(Map.of("timesteps", Integer.toString(STEPS), "denoiser", denoiser), "test"))
                .diffusion();
        Random random = new Random(SEED);
        try (Backend backend = Backends.cpu(threads);
                Parameters parameters = new Parameters(backend, DType.F32);
                Tape tape = Tape.inference(backend)) {
            Diffusion diffusion = new Diffusion(parameters, config, SIZE);
            for (Parameter parameter : parameters.all()) {
                parameter.value().copyFrom(gaussians(random, parameter.shape().size(), 0.2));
            }
            Variable condition = tape.constant(Shape.of(BATCH, SIZE), gaussians(random, BATCH * SIZE, 1));
            DiffusionDraws.ReverseNoise drawn =
                    DiffusionDraws.of(backend, SEED, 3, BATCH, config).reverse();
            return diffusion.generate(condition, noise.apply(drawn), trajectory).value().toFloats();
        }
    }

    private static float[] gaussians(Random random, int count, double scale) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mlp1", "mlp2"})
    void rowsOnSeveralThreadsAreThoseOfOneChain(String denoiser) {
        List<Integer> seen = new ArrayList<>();
        float[] together = generate(1, denoiser, (t, x) -> seen.add(t));
        assertEquals(List.of(6, 5, 4, 3, 2, 1, 0), seen);
        for (int threads : new int[] {1, 2, 3}) {
            assertArrayEquals(
                    together,
                    generate(threads, denoiser, GuidedSampler.Trajectory.NONE),
                    denoiser + ", " + threads + " threads, seed " + SEED);
        }
    }

    /** The same numbers, but without addresses, as of a recorded run. */
    private static DiffusionDraws.ReverseNoise recorded(DiffusionDraws.ReverseNoise noise) {
        return new DiffusionDraws.ReverseNoise() {
            @Override
            public void start(int firstRow, Tensor out) {
                noise.start(firstRow, out);
            }

            @Override
            public void step(int t, int firstRow, Tensor out) {
                noise.step(t, firstRow, out);
            }
        };
    }

    @Test
    void theChainAsOneComputationHasTheBitsOfItsSteps() {
        for (int threads : new int[] {1, 3}) {
            assertArrayEquals(
                    generate(threads, "mlp1", GuidedSamplerTest::recorded, GuidedSampler.Trajectory.NONE),
                    generate(threads, "mlp1", GuidedSampler.Trajectory.NONE),
                    threads + " threads, seed " + SEED);
        }
    }
}
