package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A kernel family on one thread, as the CPU backend calls it, scalar and vector. Before anything is timed the two have
 * written the same bits.
 *
 * <p>A benchmark has its operands in fields, one method a kernel, and the two methods below. Forks, because the compiler
 * decides about inlining once a process: three processes show whether it always decides well.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public abstract class KernelBenchmark {
    @Param({"scalar", "vector"})
    String implementation;

    /** The kernels that are timed. */
    CpuBackend backend;

    /** Calls every kernel of this benchmark once, always with the same operands. */
    abstract void callAll(CpuBackend kernels);

    /** What {@link #callAll} writes. */
    abstract List<Tensor> written();

    @Setup
    public void checkThenReady() {
        backend = VectorUnit.backend(implementation.equals("vector"));
        List<float[]> expected;
        try (CpuBackend scalar = VectorUnit.backend(false)) {
            expected = written(scalar);
        }
        List<float[]> found = written(backend);
        for (int i = 0; i < expected.size(); i++) {
            String kernel = getClass().getSimpleName() + ", " + implementation + ", output " + i;
            Agreement.requireSameBits(kernel, expected.get(i), found.get(i));
        }
        WarmUp.settle(() -> callAll(backend));
    }

    /** Copies of what the kernels write; a value that they do not store is NaN. */
    private List<float[]> written(CpuBackend kernels) {
        for (Tensor tensor : written()) {
            float[] nan = new float[tensor.size()];
            Arrays.fill(nan, Float.NaN);
            tensor.copyFrom(nan);
        }
        callAll(kernels);
        return written().stream().map(Tensor::toFloats).toList();
    }

    @TearDown
    public void release() {
        backend.close();
    }

    /** Standard normal values. */
    static Tensor normal(long seed, int... dims) {
        Random random = new Random(seed);
        Tensor tensor = blank(dims);
        float[] values = new float[tensor.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        tensor.copyFrom(values);
        return tensor;
    }

    /** Room for a result. */
    static Tensor blank(int... dims) {
        Shape shape = Shape.of(dims);
        return Tensor.of(shape, new float[shape.size()]);
    }

    /** Distinct enough targets, one a row. */
    static int[] targets(int rows, int items) {
        return new Random(rows).ints(rows, 0, items).toArray();
    }
}
