package io.github.indirec.model.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.kernels.CudaBackend;
import io.github.indirec.kernels.sim.LaunchResult;
import io.github.indirec.kernels.sim.SimulatedDriver;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.DiffusionKernels;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuidedSamplerTest {
    private static final long SEED = 20_261_123;
    private static final int BATCH = 133;
    private static final int SIZE = 8;
    private static final int STEPS = 7;

    /** Sums of three parts in place of one over all: a few units in the last place of values around 1, in 7 steps. */
    private static final float ROUNDING = 1e-5f;

    private static float[] generate(int threads, String denoiser, GuidedSampler.Trajectory trajectory) {
        return generate(threads, denoiser, noise -> noise, trajectory);
    }

    private static float[] generate(
            int threads,
            String denoiser,
            UnaryOperator<DiffusionDraws.ReverseNoise> noise,
            GuidedSampler.Trajectory trajectory) {
        return generate(Backends.cpu(threads), denoiser, noise, trajectory);
    }

    /** Closes the backend. */
    private static float[] generate(
            Backend opened,
            String denoiser,
            UnaryOperator<DiffusionDraws.ReverseNoise> noise,
            GuidedSampler.Trajectory trajectory) {
        DiffusionConfig config = InDiRecConfig.of(Presets.settings("beauty", Mode.OFFICIAL)
                        .with(Map.of("timesteps", Integer.toString(STEPS), "denoiser", denoiser), "test"))
                .diffusion();
        Random random = new Random(SEED);
        try (Backend backend = opened;
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

    /** A CPU that would rather run a perceptron's chain as one computation, and counts how often it does. */
    private static Backend preferring(Backend cpu, AtomicInteger chains) {
        DiffusionKernels kernels = cpu.diffusion();
        DiffusionKernels eager = proxy(DiffusionKernels.class, (method, arguments) -> {
            if (method.getName().equals("prefersMlpChain")) {
                return true;
            }
            if (method.getName().equals("reverseChain") && arguments[0] instanceof DiffusionKernels.MlpChain) {
                chains.incrementAndGet();
            }
            return method.invoke(kernels, arguments);
        });
        return proxy(Backend.class, (method, arguments) ->
                method.getName().equals("diffusion") ? eager : method.invoke(cpu, arguments));
    }

    private interface Calls {
        Object answer(Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    private static <T> T proxy(Class<T> type, Calls calls) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) ->
                        calls.answer(method, arguments)));
    }

    @Test
    void aPerceptronsChainIsOneComputationWhereTheBackendPrefersThat_andEqualsItsStepsWithinRounding() {
        AtomicInteger chains = new AtomicInteger();
        float[] steps = generate(1, "mlp2", GuidedSampler.Trajectory.NONE);
        float[] chain =
                generate(preferring(Backends.cpu(1), chains), "mlp2", noise -> noise, GuidedSampler.Trajectory.NONE);
        assertEquals(1, chains.get());
        assertArrayEquals(steps, chain, ROUNDING, "seed " + SEED);
        generate(preferring(Backends.cpu(1), chains), "mlp2", noise -> noise, (t, x) -> {});
        generate(
                preferring(Backends.cpu(1), chains), "mlp2", GuidedSamplerTest::recorded,
                GuidedSampler.Trajectory.NONE);
        assertEquals(1, chains.get(), "chains that somebody watches, or whose noise was recorded, go step by step");
    }

    @Test
    @Tag("simulated")
    void onACudaDeviceAPerceptronsChainIsOneLaunch_andEqualsTheCpusStepsWithinRounding() {
        SimulatedDriver driver = new SimulatedDriver();
        driver.record(true);
        float[] chain = generate(
                CudaBackend.open(driver, Device.parse("sim"), true), "mlp2", noise -> noise,
                GuidedSampler.Trajectory.NONE);
        List<String> chains = driver.results().stream()
                .map(LaunchResult::kernel)
                .filter(kernel -> kernel.startsWith("mlpChain"))
                .toList();
        assertEquals(List.of("mlpChain64"), chains);
        assertArrayEquals(generate(1, "mlp2", GuidedSampler.Trajectory.NONE), chain, ROUNDING, "seed " + SEED);
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
