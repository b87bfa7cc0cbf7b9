package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.KernelFixtures.assertClose;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBits;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBitsOnAnyThreads;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertVectorEqualsScalar;
import static io.github.indirec.tensor.cpu.KernelFixtures.blank;
import static io.github.indirec.tensor.cpu.KernelFixtures.normal;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateKernelsTest {
    /** A float32 exponential, a division and a sum of two products of order 1: a few units of 6e-8. */
    private static final double FLOAT_TOLERANCE = 1e-6;

    @Test
    void vectorEqualsScalarAtEveryWidth() {
        KernelFixtures.assumeVector();
        for (int width : KernelFixtures.WIDTHS) {
            for (int rows : new int[] {1, 37}) {
                String shape = rows + " x " + width;
                assertVectorEqualsScalar(shape, context -> gate(context, DType.F32, 3, rows, width, false));
                assertVectorEqualsScalar(shape + ", shared", context -> gate(context, DType.F32, 3, rows, width, true));
            }
        }
        assertVectorEqualsScalar("extreme gates", context -> gate(context, DType.F32, 60, 9, 33, false));
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBytes() {
        assertSameBitsOnAnyThreads("rows of gates", context -> gate(context, DType.F32, 3, 1_003, 64, false));
        assertSameBitsOnAnyThreads("one row of gates", context -> gate(context, DType.F32, 3, 1_003, 64, true));
    }

    @Test
    void valuesAndGradientsAreThoseOfTheFormula() {
        for (boolean shared : new boolean[] {false, true}) {
            double[] z = normal(DType.F32, 1, 3, shared ? 1 : 37, 19).toDoubles();
            double[] x = normal(DType.F32, 2, 1, 37, 19).toDoubles();
            double[] y = normal(DType.F32, 3, 1, 37, 19).toDoubles();
            double[] dout = normal(DType.F32, 4, 1, 37, 19).toDoubles();
            double[][] expected = new double[5][x.length];
            for (int i = 0; i < x.length; i++) {
                double g = 1 / (1 + Math.exp(-z[shared ? i % 19 : i]));
                expected[0][i] = g;
                expected[1][i] = g * x[i] + (1 - g) * y[i];
                expected[2][i] = dout[i] * (x[i] - y[i]) * g * (1 - g);
                expected[3][i] = dout[i] * g;
                expected[4][i] = dout[i] * (1 - g);
            }
            List<Tensor> actual = KernelFixtures.run(context -> gate(context, DType.F32, 3, 37, 19, shared));
            for (int t = 0; t < expected.length; t++) {
                assertClose("output " + t, expected[t], actual.get(t).toDoubles(), FLOAT_TOLERANCE);
            }
        }
    }

    @Test
    void anOpenGateGivesOneSideAndAClosedOneTheOtherExactly() {
        KernelFixtures.run(context -> {
            CpuElementwise elementwise = new CpuElementwise(context);
            Tensor x = normal(DType.F32, 2, 1, 3, 17);
            Tensor y = normal(DType.F32, 3, 1, 3, 17);
            Tensor out = blank(DType.F32, 3, 17);
            Tensor z = blank(DType.F32, 17);
            elementwise.fill(z, 100);
            elementwise.gate(z, x, y, blank(DType.F32, 3, 17), out);
            assertSameBits("open", List.of(x), List.of(out));
            elementwise.fill(z, -100);
            elementwise.gate(z, x, y, blank(DType.F32, 3, 17), out);
            // The exponential ends at e^88, so a closed gate still lets 6e-39 through, which no float32 sum can see.
            assertSameBits("closed", List.of(y), List.of(out));
            return null;
        });
    }

    /** gates, out, dz, dx, dy. */
    private static List<Tensor> gate(
            CpuContext context, DType dtype, double scale, int rows, int width, boolean shared) {
        CpuElementwise elementwise = new CpuElementwise(context);
        Tensor z = normal(dtype, 1, scale, shared ? 1 : rows, width);
        Tensor x = normal(dtype, 2, 1, rows, width);
        Tensor y = normal(dtype, 3, 1, rows, width);
        Tensor dout = normal(dtype, 4, 1, rows, width);
        Tensor gates = blank(dtype, rows, width);
        Tensor out = blank(dtype, rows, width);
        Tensor dz = blank(dtype, rows, width);
        Tensor dx = blank(dtype, rows, width);
        Tensor dy = blank(dtype, rows, width);
        elementwise.gate(z, x, y, gates, out);
        elementwise.gateBackward(gates, x, y, dout, dz, dx, dy);
        return List.of(gates, out, dz, dx, dy);
    }
}
