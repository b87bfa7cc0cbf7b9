package io.github.indirec.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What the kernel tests share: operands away from offset 0, contexts, equality of bits, central differences. */
final class KernelFixtures {
    /** Widths around every block of 8, 16 and 32 columns. */
    static final int[] WIDTHS = {1, 7, 8, 15, 16, 17, 31, 33, 64, 100};

    private static final int[] THREADS = {1, 2, 3, 8};

    private KernelFixtures() {}

    static void assumeVector() {
        assumeTrue(
                VectorSupport.unavailable().isEmpty(),
                () -> "vector kernels are not available: " + VectorSupport.unavailable().orElse(""));
    }

    private static boolean vector() {
        return VectorSupport.unavailable().isEmpty();
    }

    /** Standard normal values times {@code scale}, as a view that does not begin at offset 0 of its memory. */
    static Tensor normal(DType dtype, long seed, double scale, int... dims) {
        Random random = new Random(seed);
        Tensor tensor = blank(dtype, dims);
        double[] values = new double[tensor.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = scale * random.nextGaussian();
        }
        tensor.copyFrom(values);
        return tensor;
    }

    /** A tensor of NaN, so that a value that was not stored shows, at an offset of 3. */
    static Tensor blank(DType dtype, int... dims) {
        int size = Shape.of(dims).size();
        Tensor base = Tensor.zeros(Shape.of(size + 3 + Lanes.COUNT), dtype);
        double[] nan = new double[base.size()];
        Arrays.fill(nan, Double.NaN);
        base.copyFrom(nan);
        return base.rows(3, 3 + size).reshape(dims);
    }

    static Tensor scalar(DType dtype, double value) {
        Tensor scalar = blank(dtype, 1);
        scalar.copyFrom(new double[] {value});
        return scalar;
    }

    /** Runs under a context of its own and ends its threads. */
    static <T> T with(int threads, boolean vector, Function<CpuContext, T> run) {
        CpuContext context = new CpuContext(threads, vector);
        try {
            return run.apply(context);
        } finally {
            context.parallel.close();
        }
    }

    /** Runs on one thread with the fastest kernels of this JVM. */
    static <T> T run(Function<CpuContext, T> run) {
        return with(1, vector(), run);
    }

    static void assertVectorEqualsScalar(String message, Function<CpuContext, List<Tensor>> run) {
        assertSameBits(message, with(1, false, run), with(1, true, run));
    }

    static void assertSameBitsOnAnyThreads(String message, Function<CpuContext, List<Tensor>> run) {
        List<Tensor> expected = with(1, vector(), run);
        for (int threads : THREADS) {
            assertSameBits(message + ", " + threads + " threads", expected, with(threads, vector(), run));
        }
    }

    static void assertSameBits(String message, List<Tensor> expected, List<Tensor> actual) {
        assertEquals(expected.size(), actual.size(), message);
        for (int t = 0; t < expected.size(); t++) {
            assertArrayEquals(
                    expected.get(t).toFloats(), actual.get(t).toFloats(), message + ", output " + t);
        }
    }

    static void assertClose(String message, double[] expected, double[] actual, double tolerance) {
        assertEquals(expected.length, actual.length, message);
        for (int i = 0; i < expected.length; i++) {
            double bound = tolerance * Math.max(1, Math.abs(expected[i]));
            assertTrue(
                    Math.abs(expected[i] - actual[i]) <= bound,
                    message + ": value " + i + " is " + actual[i] + ", expected " + expected[i] + " within " + bound);
        }
    }

    /** Compares a gradient with central differences of a loss in float64, moving {@code x} in place. */
    static void assertGradient(String message, Tensor x, Tensor dx, ToDoubleFunction<Tensor> loss) {
        // Rounding of the loss, about 1e-15 / STEP, and the cubic term, about STEP^2, are both below 1e-9.
        double step = 1e-5;
        double[] values = x.toDoubles();
        double[] numerical = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double value = values[i];
            values[i] = value + step;
            x.copyFrom(values);
            double up = loss.applyAsDouble(x);
            values[i] = value - step;
            x.copyFrom(values);
            double down = loss.applyAsDouble(x);
            values[i] = value;
            numerical[i] = (up - down) / (2 * step);
        }
        x.copyFrom(values);
        assertClose(message, numerical, dx.toDoubles(), 1e-7);
    }

    /** Sum of x y: a scalar whose gradient by x is y. */
    static double dot(Tensor x, Tensor y) {
        double[] a = x.toDoubles();
        double[] b = y.toDoubles();
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
