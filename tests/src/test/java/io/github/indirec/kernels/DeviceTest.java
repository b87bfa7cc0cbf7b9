package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.sim.LaunchResult;
import io.github.indirec.kernels.sim.SimulatedDriver;
import io.github.indirec.kernels.sim.SimulatorOptions;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

/**
 * What tests of kernels share: a simulated device that runs the shipped PTX, tensors on it, comparison with the CPU.
 *
 * <p>A test fails on any report of the simulator (illegal or uninitialised access, race, diverging barrier), whatever
 * the values, and when kernels keep memory.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("simulated")
abstract class DeviceTest {
    /** Two schedules of blocks and warps: a missing barrier shows in the values or as a race. */
    static final long[] SCHEDULES = {1, 2};

    /** Results have the CPU's bits: the kernel rounds as the specification does. */
    static final double SAME_BITS = 0;

    /** How much wider a tolerance is where the approximate instructions err as far as they may. */
    static final double NOISE = 4;

    /** Kept for all tests of a class: loading the kernels takes longer than most tests. */
    private final Map<SimulatorOptions, CudaDevice> devices = new HashMap<>();

    private final List<Tensor> opened = new ArrayList<>();

    /** Where an op's tensors live, so that one lambda can run on both devices. */
    interface Place {
        /** A tensor with a copy of the values of {@code host}. */
        Tensor in(Tensor host);

        /** A tensor for an output, of undefined contents. */
        Tensor out(int... dims);
    }

    /** Runs a test on a simulated device whose schedule is drawn from the seed. */
    final void withDevice(long seed, Consumer<CudaDevice> test) {
        withDevice(SimulatorOptions.DEFAULT.withSeed(seed), test);
    }

    /** Any report is an exception. Closes the test's tensors afterwards and checks that no memory is left. */
    final void withDevice(SimulatorOptions options, Consumer<CudaDevice> test) {
        CudaDevice device = devices.computeIfAbsent(options, o -> open(o, CudaDevice::shipped));
        boolean passed = false;
        try {
            run(device, test);
            passed = true;
        } finally {
            if (!passed) {
                devices.remove(options).close();
            }
        }
    }

    /**
     * As {@link #withDevice(SimulatorOptions, Consumer)} with other kernels than the shipped ones.
     *
     * @param ptx the PTX text of a family by its name
     */
    final void withDevice(SimulatorOptions options, Function<String, byte[]> ptx, Consumer<CudaDevice> test) {
        try (CudaDevice device = open(options, ptx)) {
            run(device, test);
        }
    }

    private void run(CudaDevice device, Consumer<CudaDevice> test) {
        try {
            test.accept(device);
            device.synchronize();
            opened.forEach(Tensor::close);
            assertEquals(0, device.lentBlocks(), "blocks of memory that the kernels have kept");
        } finally {
            opened.clear();
        }
    }

    private static CudaDevice open(SimulatorOptions options, Function<String, byte[]> ptx) {
        SimulatedDriver driver = new SimulatedDriver(SimulatedDriver.DEFAULT_DEVICE, options);
        return new CudaDevice(driver, Device.parse("sim"), true, ptx);
    }

    @AfterAll
    final void closeDevices() {
        devices.values().forEach(CudaDevice::close);
    }

    /** A copy on the device, closed after the test. */
    final Tensor onDevice(CudaDevice device, Tensor host) {
        Tensor copy = undefined(device, 0, host.shape().toArray());
        copy.copyFrom(host.toFloats());
        return copy;
    }

    /** A tensor of undefined contents, closed after the test. */
    final Tensor undefined(CudaDevice device, int... dims) {
        return undefined(device, 0, dims);
    }

    /** As {@link #undefined}, and its first value stands {@code shift} values after a 256-byte boundary. */
    private Tensor undefined(CudaDevice device, int shift, int... dims) {
        int size = Shape.of(dims).size();
        Tensor whole = device.allocate(DType.F32, Shape.of(shift + size));
        opened.add(whole);
        return whole.rows(shift, shift + size).reshape(dims);
    }

    final Place on(CudaDevice device, int shift) {
        return new Place() {
            @Override
            public Tensor in(Tensor host) {
                Tensor copy = out(host.shape().toArray());
                copy.copyFrom(host.toFloats());
                return copy;
            }

            @Override
            public Tensor out(int... dims) {
                return undefined(device, shift, dims);
            }
        };
    }

    static Place onHost() {
        return new Place() {
            @Override
            public Tensor in(Tensor host) {
                return Tensor.of(host.shape(), host.toFloats());
            }

            @Override
            public Tensor out(int... dims) {
                float[] values = new float[Shape.of(dims).size()];
                Arrays.fill(values, Float.NaN);
                return Tensor.of(Shape.of(dims), values);
            }
        };
    }

    /**
     * Runs an op family's op on the CPU and, under each schedule and with tensors at and beside 16-byte boundaries, on
     * the simulated device, and compares the tensors that it returns.
     *
     * @param cpu the family of the CPU's backend
     * @param cuda makes the family on a device
     * @param relative greatest error relative to the CPU's value; errors up to {@code absolute} are always accepted
     */
    final <K> void compare(
            String what,
            Function<Backend, K> cpu,
            Function<CudaDevice, K> cuda,
            double relative,
            double absolute,
            BiFunction<K, Place, List<Tensor>> op) {
        List<float[]> expected = onCpu(cpu, op);
        for (long seed : SCHEDULES) {
            compare(what, expected, cuda, SimulatorOptions.DEFAULT.withSeed(seed), relative, absolute, op);
        }
    }

    /**
     * As {@link #compare} with the approximate instructions as wrong as NVIDIA allows, and tolerances {@value #NOISE}
     * times as wide.
     */
    final <K> void compareWithNoise(
            String what,
            Function<Backend, K> cpu,
            Function<CudaDevice, K> cuda,
            double relative,
            double absolute,
            BiFunction<K, Place, List<Tensor>> op) {
        SimulatorOptions noisy = SimulatorOptions.DEFAULT.withSeed(SCHEDULES[0]).withNoise(true);
        compare(what, onCpu(cpu, op), cuda, noisy, NOISE * relative, NOISE * absolute, op);
    }

    private static <K> List<float[]> onCpu(Function<Backend, K> family, BiFunction<K, Place, List<Tensor>> op) {
        try (Backend backend = Backends.cpu(1)) {
            return op.apply(family.apply(backend), onHost()).stream().map(Tensor::toFloats).toList();
        }
    }

    private <K> void compare(
            String what,
            List<float[]> expected,
            Function<CudaDevice, K> cuda,
            SimulatorOptions options,
            double relative,
            double absolute,
            BiFunction<K, Place, List<Tensor>> op) {
        int shift = (int) (options.seed() % 2);
        withDevice(options, device -> {
            List<Tensor> actual = op.apply(cuda.apply(device), on(device, shift));
            assertEquals(expected.size(), actual.size(), "number of results");
            for (int i = 0; i < actual.size(); i++) {
                String name = what + ", result " + i + ", schedule " + options.seed() + ", shift " + shift;
                assertClose(name, expected.get(i), actual.get(i).toFloats(), relative, absolute);
            }
        });
    }

    /** What the simulator counted for each launch of an op. */
    static List<LaunchResult> launches(CudaDevice device, Runnable op) {
        SimulatedDriver driver = (SimulatedDriver) device.driver();
        driver.record(true);
        op.run();
        driver.record(false);
        return driver.results();
    }

    /**
     * Fails at the first value whose error is more than {@code relative} times the expected magnitude and more than
     * {@code absolute}; with both 0 the bits must be equal.
     */
    static void assertClose(String what, float[] expected, float[] actual, double relative, double absolute) {
        assertEquals(expected.length, actual.length, what + ": number of values");
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToIntBits(expected[i]) == Float.floatToIntBits(actual[i])) {
                continue;
            }
            double error = Math.abs((double) expected[i] - actual[i]);
            double bound = Math.max(relative * Math.abs(expected[i]), absolute);
            if (bound == 0 || !(error <= bound)) {
                fail(what + ": value " + i + " of " + expected.length + " is " + actual[i] + ", expected " + expected[i]
                        + " within " + bound + ", error " + error);
            }
        }
    }

    /** Normal numbers on the host. */
    static Tensor normals(long seed, int... dims) {
        Random random = new Random(seed);
        float[] values = new float[Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(Shape.of(dims), values);
    }

    /** Numbers from 0 to {@code bound - 1}. */
    static int[] integers(long seed, int count, int bound) {
        return new Random(seed).ints(count, 0, bound).toArray();
    }
}
