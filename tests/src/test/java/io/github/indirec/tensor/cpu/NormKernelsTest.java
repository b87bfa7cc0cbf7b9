package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.KernelFixtures.assertClose;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertGradient;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBits;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBitsOnAnyThreads;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertVectorEqualsScalar;
import static io.github.indirec.tensor.cpu.KernelFixtures.blank;
import static io.github.indirec.tensor.cpu.KernelFixtures.dot;
import static io.github.indirec.tensor.cpu.KernelFixtures.normal;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NormKernelsTest {
    private static final double EPS = 1e-12;

    /** Values of order 1 after at most 100 float32 additions: a few units of 6e-8 each. */
    private static final double FLOAT_TOLERANCE = 5e-6;

    private static final int ROWS = 37;
    private static final RandomKey KEY = new RandomKey(5, 4, 3);

    @Test
    void layerNormVectorEqualsScalarAtEveryWidth() {
        KernelFixtures.assumeVector();
        for (int width : KernelFixtures.WIDTHS) {
            assertVectorEqualsScalar("width " + width, context -> layerNorm(context, DType.F32, ROWS, width, false));
            assertVectorEqualsScalar("width " + width, context -> layerNorm(context, DType.F32, ROWS, width, true));
        }
    }

    @Test
    void normalizeRowsVectorEqualsScalarAtEveryWidth() {
        KernelFixtures.assumeVector();
        for (int width : KernelFixtures.WIDTHS) {
            assertVectorEqualsScalar("width " + width, context -> normalizeRows(context, DType.F32, ROWS, width));
        }
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBytes() {
        for (int rows : new int[] {1, 5, 300, 2_143}) {
            assertSameBitsOnAnyThreads(rows + " rows", context -> layerNorm(context, DType.F32, rows, 64, true));
            assertSameBitsOnAnyThreads(rows + " rows", context -> normalizeRows(context, DType.F32, rows, 64));
        }
    }

    @Test
    void residualNormGivesTheBitsOfItsFourParts() {
        int[] coordinates = new Random(11).ints(300, 0, 10_000).toArray();
        for (DType dtype : DType.values()) {
            for (double p : new double[] {0, 0.3}) {
                for (int width : KernelFixtures.WIDTHS) {
                    KernelFixtures.run(context -> {
                        List<Tensor> fused = residualNorm(context, dtype, 300, width, p, coordinates);
                        Tensor sum = normal(dtype, 1, 2, 300, width);
                        Tensor beta = normal(dtype, 3, 1, width);
                        Tensor out = blank(dtype, 300, width);
                        CpuElementwise elementwise = new CpuElementwise(context);
                        elementwise.addRowVector(sum, normal(dtype, 4, 1, width), sum);
                        if (p > 0) {
                            elementwise.dropout(sum, p, KEY, coordinates, sum);
                        }
                        elementwise.add(sum, normal(dtype, 5, 1, 300, width), sum);
                        Tensor mean = blank(dtype, 300);
                        Tensor rstd = blank(dtype, 300);
                        new CpuNorm(context).layerNorm(sum, normal(dtype, 2, 1, width), beta, EPS, out, mean, rstd);
                        assertSameBits(
                                dtype + ", p " + p + ", width " + width, List.of(sum, out, mean, rstd), fused);
                        return null;
                    });
                }
            }
        }
        assertSameBitsOnAnyThreads(
                "residualNorm", context -> residualNorm(context, DType.F32, 300, 64, 0.3, coordinates));
    }

    private static List<Tensor> residualNorm(
            CpuContext context, DType dtype, int rows, int width, double p, int[] coordinates) {
        Tensor sum = blank(dtype, rows, width);
        Tensor out = blank(dtype, rows, width);
        Tensor mean = blank(dtype, rows);
        Tensor rstd = blank(dtype, rows);
        new CpuNorm(context)
                .residualNorm(
                        normal(dtype, 1, 2, rows, width),
                        normal(dtype, 4, 1, width),
                        p,
                        KEY,
                        coordinates,
                        normal(dtype, 5, 1, rows, width),
                        normal(dtype, 2, 1, width),
                        normal(dtype, 3, 1, width),
                        EPS,
                        sum,
                        out,
                        mean,
                        rstd);
        return List.of(sum, out, mean, rstd);
    }

    @Test
    void layerNormMatchesAStraightforwardDoubleComputation() {
        for (int width : new int[] {2, 16, 64, 100}) {
            List<Tensor> actual = KernelFixtures.run(context -> layerNorm(context, DType.F32, ROWS, width, false));
            double[] x = normal(DType.F32, 1, 2, ROWS, width).toDoubles();
            double[] gamma = normal(DType.F32, 2, 1, width).toDoubles();
            double[] beta = normal(DType.F32, 3, 1, width).toDoubles();
            double[] expected = new double[x.length];
            for (int i = 0; i < ROWS; i++) {
                double mean = 0;
                for (int j = 0; j < width; j++) {
                    mean += x[i * width + j] / width;
                }
                double variance = 0;
                for (int j = 0; j < width; j++) {
                    variance += Math.pow(x[i * width + j] - mean, 2) / width;
                }
                for (int j = 0; j < width; j++) {
                    double xhat = (x[i * width + j] - mean) / Math.sqrt(variance + EPS);
                    expected[i * width + j] = gamma[j] * xhat + beta[j];
                }
            }
            // Two columns may lie close together: their difference loses digits that the mean has lost before.
            double tolerance = width == 2 ? 1e-3 : FLOAT_TOLERANCE;
            assertClose("width " + width, expected, actual.get(0).toDoubles(), tolerance);
        }
    }

    @Test
    void floatAndDoubleAgree() {
        List<Tensor> single = KernelFixtures.run(context -> layerNorm(context, DType.F32, ROWS, 64, true));
        List<Tensor> twin = KernelFixtures.run(context -> layerNorm(context, DType.F64, ROWS, 64, true));
        for (int t = 0; t < single.size(); t++) {
            // dgamma and dbeta sum 37 rows.
            assertClose(
                    "output " + t, twin.get(t).toDoubles(), single.get(t).toDoubles(), 10 * FLOAT_TOLERANCE);
        }
    }

    @Test
    void layerNormGradientsMatchCentralDifferences() {
        for (int width : new int[] {5, 16, 19}) {
            KernelFixtures.run(context -> {
                CpuNorm norm = new CpuNorm(context);
                Tensor x = normal(DType.F64, 1, 2, 18, width);
                Tensor gamma = normal(DType.F64, 2, 1, width);
                Tensor beta = normal(DType.F64, 3, 1, width);
                Tensor dy = normal(DType.F64, 4, 1, 18, width);
                Tensor out = blank(DType.F64, 18, width);
                Tensor mean = blank(DType.F64, 18);
                Tensor rstd = blank(DType.F64, 18);
                Tensor dx = blank(DType.F64, 18, width);
                Tensor dgamma = blank(DType.F64, width);
                Tensor dbeta = blank(DType.F64, width);
                norm.layerNorm(x, gamma, beta, EPS, out, mean, rstd);
                norm.layerNormBackward(x, gamma, mean, rstd, dy, dx, false, dgamma, dbeta);
                List<Tensor> inputs = List.of(x, gamma, beta);
                List<Tensor> gradients = List.of(dx, dgamma, dbeta);
                for (int t = 0; t < 3; t++) {
                    assertGradient("input " + t + ", width " + width, inputs.get(t), gradients.get(t), moved -> {
                        norm.layerNorm(x, gamma, beta, EPS, out, mean, rstd);
                        return dot(out, dy);
                    });
                }
                return null;
            });
        }
    }

    @Test
    void normalizeRowsGradientMatchesCentralDifferences() {
        KernelFixtures.run(context -> {
            CpuNorm norm = new CpuNorm(context);
            Tensor x = normal(DType.F64, 1, 2, 6, 19);
            Tensor dy = normal(DType.F64, 4, 1, 6, 19);
            Tensor out = blank(DType.F64, 6, 19);
            Tensor length = blank(DType.F64, 6);
            Tensor dx = blank(DType.F64, 6, 19);
            norm.normalizeRows(x, EPS, out, length);
            norm.normalizeRowsBackward(out, length, dy, dx);
            assertGradient("x", x, dx, moved -> {
                norm.normalizeRows(moved, EPS, out, length);
                return dot(out, dy);
            });
            return null;
        });
    }

    @Test
    void accumulatedParameterGradientsAreTheOldOnesPlusTheStoredOnes() {
        List<Tensor> stored = KernelFixtures.run(context -> layerNorm(context, DType.F32, ROWS, 33, false));
        List<Tensor> added = KernelFixtures.run(context -> layerNorm(context, DType.F32, ROWS, 33, true));
        for (int t = 4; t < 6; t++) {
            float[] expected = normal(DType.F32, 5, 1, 33).toFloats();
            float[] gradient = stored.get(t).toFloats();
            for (int j = 0; j < expected.length; j++) {
                expected[j] += gradient[j];
            }
            assertSameBits(
                    "output " + t,
                    List.of(Tensor.of(stored.get(t).shape(), expected)),
                    List.of(added.get(t)));
        }
    }

    @Test
    void aConstantRowGivesBetaAndAZeroRowStaysZero() {
        KernelFixtures.run(context -> {
            CpuNorm norm = new CpuNorm(context);
            Tensor x = normal(DType.F32, 1, 0, 3, 17);
            Tensor beta = normal(DType.F32, 2, 1, 1, 17);
            Tensor out = blank(DType.F32, 3, 17);
            Tensor gamma = normal(DType.F32, 3, 1, 17);
            norm.layerNorm(x, gamma, beta, EPS, out, blank(DType.F32, 3), blank(DType.F32, 3));
            for (int i = 0; i < 3; i++) {
                assertSameBits("row " + i, List.of(beta), List.of(out.rows(i, i + 1)));
            }
            norm.normalizeRows(x, EPS, out, blank(DType.F32, 3));
            assertClose("zero rows", new double[51], out.toDoubles(), 0);
            return null;
        });
    }

    /** out, mean, rstd, dx, dgamma, dbeta. */
    private static List<Tensor> layerNorm(CpuContext context, DType dtype, int rows, int width, boolean accumulate) {
        CpuNorm norm = new CpuNorm(context);
        Tensor x = normal(dtype, 1, 2, rows, width);
        Tensor gamma = normal(dtype, 2, 1, width);
        Tensor beta = normal(dtype, 3, 1, width);
        Tensor dy = normal(dtype, 4, 1, rows, width);
        Tensor out = blank(dtype, rows, width);
        Tensor mean = blank(dtype, rows);
        Tensor rstd = blank(dtype, rows);
        Tensor dx = blank(dtype, rows, width);
        Tensor dgamma = accumulate ? normal(dtype, 5, 1, width) : blank(dtype, width);
        Tensor dbeta = accumulate ? normal(dtype, 5, 1, width) : blank(dtype, width);
        norm.layerNorm(x, gamma, beta, EPS, out, mean, rstd);
        norm.layerNormBackward(x, gamma, mean, rstd, dy, dx, accumulate, dgamma, dbeta);
        return List.of(out, mean, rstd, dx, dgamma, dbeta);
    }

    /** out, norm, dx. */
    private static List<Tensor> normalizeRows(CpuContext context, DType dtype, int rows, int width) {
        CpuNorm norm = new CpuNorm(context);
        Tensor x = normal(dtype, 1, 2, rows, width);
        Tensor dy = normal(dtype, 4, 1, rows, width);
        Tensor out = blank(dtype, rows, width);
        Tensor length = blank(dtype, rows);
        Tensor dx = blank(dtype, rows, width);
        norm.normalizeRows(x, EPS, out, length);
        norm.normalizeRowsBackward(out, length, dy, dx);
        return List.of(out, length, dx);
    }
}
