package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.KernelFixtures.assertClose;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBitsOnAnyThreads;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertVectorEqualsScalar;
import static io.github.indirec.tensor.cpu.KernelFixtures.blank;
import static io.github.indirec.tensor.cpu.KernelFixtures.normal;
import static io.github.indirec.tensor.cpu.KernelFixtures.scalar;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class CosineKernelsTest {
    private static final double EPS = 1e-8;

    /** A loss of order 1 from three float32 sums of up to 100 products: a few units of 6e-8 each. */
    private static final double FLOAT_TOLERANCE = 2e-6;

    private static final double UPSTREAM = 3;
    private static final double FACTOR = 0.25;

    @Test
    void vectorEqualsScalarAtEveryWidth() {
        KernelFixtures.assumeVector();
        for (int width : KernelFixtures.WIDTHS) {
            assertVectorEqualsScalar("width " + width, context -> cosine(context, DType.F32, 37, width));
        }
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBytes() {
        assertSameBitsOnAnyThreads("cosine distance", context -> cosine(context, DType.F32, 2_143, 64));
    }

    @Test
    void lossesAndGradientsAreThoseOfTheFormula() {
        for (int width : new int[] {1, 16, 64, 100}) {
            double[] x = normal(DType.F32, 1, 2, 9, width).toDoubles();
            double[] y = normal(DType.F32, 2, 0.5, 9, width).toDoubles();
            double[] losses = new double[9];
            double[] dx = new double[x.length];
            double[] dy = new double[x.length];
            for (int i = 0; i < 9; i++) {
                double xx = 0;
                double yy = 0;
                double xy = 0;
                for (int j = i * width; j < (i + 1) * width; j++) {
                    xx += x[j] * x[j];
                    yy += y[j] * y[j];
                    xy += x[j] * y[j];
                }
                double cos = xy / Math.sqrt(xx * yy);
                losses[i] = 1 - cos;
                for (int j = i * width; j < (i + 1) * width; j++) {
                    dx[j] = -UPSTREAM * FACTOR * (y[j] / Math.sqrt(xx * yy) - cos * x[j] / xx);
                    dy[j] = -UPSTREAM * FACTOR * (x[j] / Math.sqrt(xx * yy) - cos * y[j] / yy);
                }
            }
            List<Tensor> actual = KernelFixtures.run(context -> cosine(context, DType.F32, 9, width));
            assertClose("losses", losses, actual.get(0).toDoubles(), FLOAT_TOLERANCE);
            // One column: the gradient is 0, the difference of two numbers as large as 1 / |x|.
            double tolerance = width == 1 ? 1e-4 : 10 * FLOAT_TOLERANCE;
            assertClose("dx", dx, actual.get(1).toDoubles(), tolerance);
            assertClose("dy", dy, actual.get(2).toDoubles(), tolerance);
        }
    }

    @Test
    void aRowWithoutDirectionCountsAsOneAndHasNoGradient() {
        KernelFixtures.run(context -> {
            CpuLoss loss = new CpuLoss(context);
            Tensor x = normal(DType.F32, 1, 1e-12, 2, 17);
            Tensor y = normal(DType.F32, 2, 1, 2, 17);
            Tensor losses = blank(DType.F32, 2);
            Tensor dx = blank(DType.F32, 2, 17);
            Tensor dy = blank(DType.F32, 2, 17);
            loss.cosineDistance(x, y, EPS, losses);
            loss.cosineDistanceBackward(x, y, EPS, scalar(DType.F32, UPSTREAM), FACTOR, dx, dy);
            assertClose("losses", new double[] {1, 1}, losses.toDoubles(), 0);
            assertClose("dx", new double[34], dx.toDoubles(), 0);
            assertClose("dy", new double[34], dy.toDoubles(), 0);
            return null;
        });
    }

    /** losses, dx, dy. */
    private static List<Tensor> cosine(CpuContext context, DType dtype, int rows, int width) {
        CpuLoss loss = new CpuLoss(context);
        Tensor x = normal(dtype, 1, 2, rows, width);
        Tensor y = normal(dtype, 2, 0.5, rows, width);
        Tensor losses = blank(dtype, rows);
        Tensor dx = blank(dtype, rows, width);
        Tensor dy = blank(dtype, rows, width);
        loss.cosineDistance(x, y, EPS, losses);
        loss.cosineDistanceBackward(x, y, EPS, scalar(dtype, UPSTREAM), FACTOR, dx, dy);
        return List.of(losses, dx, dy);
    }
}
