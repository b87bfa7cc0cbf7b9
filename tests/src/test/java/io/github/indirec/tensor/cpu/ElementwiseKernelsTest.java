package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.KernelFixtures.assertClose;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertGradient;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBits;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBitsOnAnyThreads;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertVectorEqualsScalar;
import static io.github.indirec.tensor.cpu.KernelFixtures.assumeVector;
import static io.github.indirec.tensor.cpu.KernelFixtures.blank;
import static io.github.indirec.tensor.cpu.KernelFixtures.normal;
import static io.github.indirec.tensor.cpu.KernelFixtures.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Philox;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.ElementwiseKernels;
import io.github.indirec.tensor.spi.HostStorage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class ElementwiseKernelsTest {
    /** Lengths around whole vectors of 8 and 16 values, strips of four of them, and none at all. */
    private static final int[] LENGTHS = {0, 1, 7, 8, 15, 16, 17, 31, 33, 64, 100, 1000};

    private static final int ROWS = 5;
    private static final RandomKey KEY = new RandomKey(42, 3, 7);

    /** One rounding of float32 each for at most two operations, on values of size 1. */
    private static final double FLOAT = 2e-7;

    /** erf (1e-7), exp (1.2e-7) and three roundings, on values of size 1. */
    private static final double GELU = 4e-7;

    /** A sigmoid (2e-7) that a value up to 8 multiplies. */
    private static final double SILU = 2e-6;

    private interface Op {
        void run(ElementwiseKernels kernels, Tensor x, Tensor y, Tensor out);
    }

    /** Every operation of two equal shapes (the second may go unused) and its formula. */
    private static final Map<String, Op> OPS = new LinkedHashMap<>();

    private static final Map<String, DoubleBinaryOperator> FORMULAS = new LinkedHashMap<>();

    static {
        NormalDistribution normal = new NormalDistribution(0, 1);
        op("fill", (k, x, y, out) -> k.fill(out, 1.25), (x, y) -> 1.25);
        op("copy", (k, x, y, out) -> k.copy(x, out), (x, y) -> x);
        op("add", (k, x, y, out) -> k.add(x, y, out), (x, y) -> x + y);
        op("multiply", (k, x, y, out) -> k.multiply(x, y, out), (x, y) -> x * y);
        op("scale", (k, x, y, out) -> k.scale(0.3, x, out), (x, y) -> 0.3 * x);
        op("axpy", ElementwiseKernelsTest::axpy, (x, y) -> 0.3 * x + y);
        op("gelu", (k, x, y, out) -> k.biasGelu(x, y, out), (x, y) -> (x + y) * normal.cumulativeProbability(x + y));
        op(
                "gelu beside its slope",
                (k, x, y, out) -> k.biasGeluWithSlope(x, y, out, blank(x.dtype(), x.size())),
                FORMULAS.get("gelu"));
        op(
                "gelu's slope",
                (k, x, y, out) -> k.biasGeluWithSlope(x, y, blank(x.dtype(), x.size()), out),
                (x, y) -> normal.cumulativeProbability(x + y) + (x + y) * normal.density(x + y));
        op("silu", (k, x, y, out) -> k.silu(x, out), (x, y) -> x / (1 + Math.exp(-x)));
        op("silu's gradient", (k, x, y, out) -> k.siluBackward(x, y, out), (x, y) -> {
            double s = 1 / (1 + Math.exp(-x));
            return y * (s + x * s * (1 - s));
        });
    }

    private static void op(String name, Op op, DoubleBinaryOperator formula) {
        OPS.put(name, op);
        FORMULAS.put(name, formula);
    }

    private static void axpy(ElementwiseKernels kernels, Tensor x, Tensor y, Tensor out) {
        kernels.copy(y, out);
        kernels.axpy(0.3, x, out);
    }

    private static List<Tensor> apply(CpuContext context, String op, DType dtype, double scale, int... dims) {
        Tensor x = normal(dtype, 1, scale, dims);
        Tensor y = normal(dtype, 2, 1, dims);
        Tensor out = blank(dtype, dims);
        OPS.get(op).run(new CpuElementwise(context), x, y, out);
        if (dtype == DType.F32) {
            assertNothingElseWritten(op, out);
        }
        return List.of(out);
    }

    private static void assertNothingElseWritten(String op, Tensor out) {
        float[] memory = HostStorage.floats(out);
        for (int i = 0; i < memory.length; i++) {
            if (i < out.offset() || i >= out.offset() + out.size()) {
                assertTrue(Float.isNaN(memory[i]), op + " wrote outside of its output, at " + (i - out.offset()));
            }
        }
    }

    @Test
    void operationsFollowTheirFormulas() {
        for (String name : OPS.keySet()) {
            double[] x = normal(DType.F32, 1, 2, 1000).toDoubles();
            double[] y = normal(DType.F32, 2, 1, 1000).toDoubles();
            double[] expected = new double[1000];
            Arrays.setAll(expected, i -> FORMULAS.get(name).applyAsDouble(x[i], y[i]));
            double[] found = run(context -> apply(context, name, DType.F32, 2, 1000)).get(0).toDoubles();
            assertClose(name, expected, found, tolerance(name));
        }
    }

    private static double tolerance(String name) {
        return name.startsWith("gelu") ? GELU : name.startsWith("silu") ? SILU : FLOAT;
    }

    @Test
    void vectorOperationsGiveTheScalarBits() {
        assumeVector();
        for (String name : OPS.keySet()) {
            for (int length : LENGTHS) {
                // Times 20 for the saturated ends of erf and exp.
                assertVectorEqualsScalar(
                        name + " of " + length + " values", context -> apply(context, name, DType.F32, 20, length));
            }
        }
    }

    @Test
    void operationsGiveTheSameBitsOnAnyNumberOfThreads() {
        for (String name : OPS.keySet()) {
            assertSameBitsOnAnyThreads(name, context -> apply(context, name, DType.F32, 2, 100_003));
        }
    }

    @Test
    void operationsMayOverwriteTheirInput() {
        List<String> names = List.of(
                "add", "multiply", "scale", "gelu", "gelu beside its slope", "gelu's slope", "silu", "silu's gradient");
        for (String name : names) {
            Tensor expected = run(context -> apply(context, name, DType.F32, 2, 1000)).get(0);
            Tensor x = normal(DType.F32, 1, 2, 1000);
            Tensor y = normal(DType.F32, 2, 1, 1000);
            run(context -> {
                OPS.get(name).run(new CpuElementwise(context), x, y, x);
                return null;
            });
            assertSameBits(name + " in place", List.of(expected), List.of(x));
        }
    }

    @Test
    void geluPassesNaNOnAndStaysFiniteFarOut() {
        Tensor x = Tensor.of(Shape.of(16), new float[16]);
        float[] values = x.toFloats();
        values[0] = Float.NaN;
        values[1] = 1e30f;
        values[2] = -1e30f;
        x.copyFrom(values);
        Tensor out = blank(DType.F32, 16);
        run(context -> {
            new CpuElementwise(context).biasGelu(x, Tensor.zeros(Shape.of(16), DType.F32), out);
            return null;
        });
        float[] found = out.toFloats();
        assertTrue(Float.isNaN(found[0]));
        assertEquals(1e30f, found[1]);
        assertEquals(0f, found[2], 0f);
    }

    @Test
    void theSlopeOfGeluIsItsDerivative() {
        Tensor x = normal(DType.F64, 3, 1.5, 8, 5);
        Tensor bias = normal(DType.F64, 4, 1, 5);
        Tensor slope = blank(DType.F64, 8, 5);
        Tensor out = blank(DType.F64, 8, 5);
        run(context -> {
            CpuElementwise kernels = new CpuElementwise(context);
            kernels.biasGeluWithSlope(x, bias, out, slope);
            assertGradient("gelu", x, slope, moved -> {
                kernels.biasGelu(moved, bias, out);
                return Arrays.stream(out.toDoubles()).sum();
            });
            return null;
        });
    }

    private static List<Tensor> rowwise(CpuContext context, DType dtype, int rows, int width) {
        CpuElementwise kernels = new CpuElementwise(context);
        Tensor x = normal(dtype, 5, 1, rows, width);
        Tensor bias = normal(dtype, 6, 1, width);
        Tensor factors = normal(dtype, 7, 1, rows);
        Tensor added = blank(dtype, rows, width);
        Tensor scaled = blank(dtype, rows, width);
        Tensor sums = blank(dtype, width);
        Tensor accumulated = normal(dtype, 8, 1, width);
        Tensor gelu = blank(dtype, rows, width);
        Tensor geluAlone = blank(dtype, rows, width);
        Tensor slope = blank(dtype, rows, width);
        kernels.addRowVector(x, bias, added);
        kernels.scaleRows(x, factors, scaled);
        kernels.sumRows(x, false, sums);
        kernels.sumRows(x, true, accumulated);
        kernels.biasGelu(x, bias, geluAlone);
        kernels.biasGeluWithSlope(x, bias, gelu, slope);
        assertSameBits("gelu with and without its slope", List.of(geluAlone), List.of(gelu));
        if (dtype == DType.F32) {
            assertNothingElseWritten("addRowVector", added);
            assertNothingElseWritten("scaleRows", scaled);
            assertNothingElseWritten("sumRows", sums);
            assertNothingElseWritten("biasGelu", geluAlone);
            assertNothingElseWritten("biasGeluWithSlope", gelu);
            assertNothingElseWritten("biasGeluWithSlope", slope);
        }
        return List.of(added, scaled, sums, accumulated, gelu, slope);
    }

    @Test
    void rowwiseOperationsFollowTheirFormulas() {
        int rows = 37;
        int width = 50;
        for (DType dtype : DType.values()) {
            double[] x = normal(dtype, 5, 1, rows, width).toDoubles();
            double[] bias = normal(dtype, 6, 1, width).toDoubles();
            double[] factors = normal(dtype, 7, 1, rows).toDoubles();
            double[] accumulated = normal(dtype, 8, 1, width).toDoubles();
            double[] added = new double[rows * width];
            double[] scaled = new double[rows * width];
            double[] sums = new double[width];
            for (int i = 0; i < rows * width; i++) {
                added[i] = x[i] + bias[i % width];
                scaled[i] = factors[i / width] * x[i];
                sums[i % width] += x[i];
                accumulated[i % width] += x[i];
            }
            List<Tensor> found = run(context -> rowwise(context, dtype, rows, width));
            assertClose("addRowVector", added, found.get(0).toDoubles(), FLOAT);
            assertClose("scaleRows", scaled, found.get(1).toDoubles(), FLOAT);
            assertClose("sumRows", sums, found.get(2).toDoubles(), rows * FLOAT);
            assertClose("sumRows, accumulating", accumulated, found.get(3).toDoubles(), rows * FLOAT);
        }
    }

    @Test
    void vectorRowwiseOperationsGiveTheScalarBits() {
        assumeVector();
        for (int width : LENGTHS) {
            for (int rows : new int[] {0, 1, ROWS, 40}) {
                assertVectorEqualsScalar(
                        rows + " x " + width, context -> rowwise(context, DType.F32, rows, width));
            }
        }
    }

    @Test
    void rowwiseOperationsGiveTheSameBitsOnAnyNumberOfThreads() {
        assertSameBitsOnAnyThreads("1501 x 50", context -> rowwise(context, DType.F32, 1501, 50));
    }

    private static List<Tensor> sum(CpuContext context, DType dtype, int count) {
        Tensor out = blank(dtype, 1);
        new CpuElementwise(context).sum(normal(dtype, 9, 1, count), out);
        return List.of(out);
    }

    @Test
    void sumIsTheSumInTheDocumentedOrder() {
        int count = 2 * 4096 + 77;
        float[] x = normal(DType.F32, 9, 1, count).toFloats();
        float expected = 0;
        for (int block = 0; block < count; block += 4096) {
            float[] lanes = new float[16];
            for (int i = block; i < Math.min(count, block + 4096); i++) {
                lanes[(i - block) % 16] += x[i];
            }
            for (int half = 8; half > 0; half /= 2) {
                for (int l = 0; l < half; l++) {
                    lanes[l] += lanes[l + half];
                }
            }
            expected += lanes[0];
        }
        assertEquals(expected, (float) run(context -> sum(context, DType.F32, count)).get(0).item());
    }

    @Test
    void sumGivesTheSameBitsAsVectorAndOnAnyNumberOfThreads() {
        for (int length : LENGTHS) {
            if (VectorSupport.unavailable().isEmpty()) {
                assertVectorEqualsScalar(length + " values", context -> sum(context, DType.F32, length));
            }
        }
        assertSameBitsOnAnyThreads("100003 values", context -> sum(context, DType.F32, 100_003));
        assertEquals(0.0, run(context -> sum(context, DType.F64, 0)).get(0).item());
    }

    private static List<Tensor> dropout(CpuContext context, double p, int[] rows, int width) {
        Tensor x = normal(DType.F32, 10, 1, rows.length, width);
        Tensor out = blank(DType.F32, rows.length, width);
        new CpuElementwise(context).dropout(x, p, KEY, rows, out);
        assertNothingElseWritten("dropout", out);
        return List.of(out);
    }

    @Test
    void dropoutKeepsAndScalesWhatTheWordAtItsCoordinatesKeeps() {
        int[] rows = {5, 0, -1, 1_000_000, 5};
        for (double p : new double[] {0, 0.1, 0.5, 0.9}) {
            float[] x = normal(DType.F32, 10, 1, rows.length, 33).toFloats();
            float[] found = run(context -> dropout(context, p, rows, 33)).get(0).toFloats();
            for (int i = 0; i < x.length; i++) {
                boolean kept = Philox.uniform(Philox.word(KEY, rows[i / 33], i % 33)) >= p;
                assertEquals(kept ? (float) (1 / (1 - p)) * x[i] : 0f, found[i], 0f, "p " + p + ", value " + i);
            }
        }
    }

    @Test
    void dropoutDecidesExactlyAtTheProbability() {
        int[] rows = {12};
        for (int unit = 0; unit < 33; unit++) {
            int at = unit;
            double u = Philox.uniform(Philox.word(KEY, rows[0], unit));
            assertTrue(run(context -> dropout(context, u, rows, 33)).get(0).toFloats()[at] != 0, "p = u = " + u);
            double above = Math.nextUp(u);
            float dropped = run(context -> dropout(context, above, rows, 33)).get(0).toFloats()[at];
            assertEquals(0f, dropped, "p above u = " + u);
        }
    }

    @Test
    void dropoutZeroesTheShareAskedFor() {
        // 100,000 draws: the share has a standard deviation of 0.0015 at most; five of them.
        int[] rows = IntStream.range(0, 1000).toArray();
        for (double p : new double[] {0.1, 0.5}) {
            float[] found = run(context -> dropout(context, p, rows, 100)).get(0).toFloats();
            int zeros = 0;
            for (float value : found) {
                zeros += value == 0 ? 1 : 0;
            }
            assertEquals(p, zeros / 100_000.0, 0.0075, KEY.toString());
        }
    }

    @Test
    void dropoutOfARowDoesNotDependOnTheOthers() {
        Tensor all = run(context -> dropout(context, 0.3, new int[] {3, 4, 5, 6}, 50)).get(0);
        Tensor x = normal(DType.F32, 10, 1, 4, 50).rows(2, 3);
        Tensor alone = blank(DType.F32, 1, 50);
        run(context -> {
            new CpuElementwise(context).dropout(x, 0.3, KEY, new int[] {5}, alone);
            return null;
        });
        assertSameBits("row of coordinate 5", List.of(all.rows(2, 3)), List.of(alone));
    }

    @Test
    void dropoutGivesTheSameBitsAsVectorAndOnAnyNumberOfThreads() {
        int[] rows = IntStream.range(0, 403).map(i -> 7 * i).toArray();
        for (int width : new int[] {0, 1, 7, 8, 15, 16, 17, 31, 33, 64, 100, 1000, 1024, 1025, 3000}) {
            int[] some = Arrays.copyOf(rows, width > 100 ? 3 : 41);
            if (VectorSupport.unavailable().isEmpty()) {
                assertVectorEqualsScalar("width " + width, context -> dropout(context, 0.3, some, width));
            }
        }
        assertSameBitsOnAnyThreads("403 x 64", context -> dropout(context, 0.3, rows, 64));
    }

    @Test
    void doubleDropoutKeepsTheSameValues() {
        int[] rows = {1, 2, 3};
        float[] floats = run(context -> dropout(context, 0.5, rows, 50)).get(0).toFloats();
        Tensor x = normal(DType.F64, 10, 1, 3, 50);
        Tensor out = blank(DType.F64, 3, 50);
        run(context -> {
            new CpuElementwise(context).dropout(x, 0.5, KEY, rows, out);
            return null;
        });
        double[] doubles = out.toDoubles();
        for (int i = 0; i < floats.length; i++) {
            assertEquals(floats[i] == 0, doubles[i] == 0, "value " + i);
        }
    }

    @Test
    void dropoutRefusesProbabilitiesOutsideOfItsRange() {
        for (double p : new double[] {1, -0.1, Double.NaN}) {
            IllegalArgumentException error = assertThrows(
                    IllegalArgumentException.class, () -> run(context -> dropout(context, p, new int[] {0}, 4)));
            assertTrue(error.getMessage().contains("found " + p), error.getMessage());
        }
    }
}
