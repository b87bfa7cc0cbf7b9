package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.KernelFixtures.assertClose;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertGradient;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBits;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBitsOnAnyThreads;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertVectorEqualsScalar;
import static io.github.indirec.tensor.cpu.KernelFixtures.blank;
import static io.github.indirec.tensor.cpu.KernelFixtures.normal;
import static io.github.indirec.tensor.cpu.KernelFixtures.scalar;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LossKernelsTest {
    /** Sums of up to 12,103 positive float32 values in 16 lanes: about 750 roundings of 6e-8, in random directions. */
    private static final double FLOAT_TOLERANCE = 5e-6;

    private static final double FACTOR = 0.25;
    private static final double UPSTREAM = 3;

    @Test
    void crossEntropyVectorEqualsScalarAtEveryWidth() {
        KernelFixtures.assumeVector();
        for (int width : KernelFixtures.WIDTHS) {
            assertVectorEqualsScalar("width " + width, context -> crossEntropy(context, DType.F32, 9, width, 4));
        }
        assertVectorEqualsScalar("12103 items", context -> crossEntropy(context, DType.F32, 3, 12_103, 4));
    }

    @Test
    void infoNceVectorEqualsScalarAtEveryWidth() {
        KernelFixtures.assumeVector();
        for (int batch : new int[] {1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 64}) {
            assertVectorEqualsScalar("batch " + batch, context -> infoNce(context, DType.F32, batch, 4));
            assertVectorEqualsScalar("batch " + batch, context -> infoNce(context, DType.F32, batch, 60));
        }
    }

    @Test
    void meanSquaredErrorVectorEqualsScalarAtEverySize() {
        KernelFixtures.assumeVector();
        for (int size : new int[] {1, 7, 8, 15, 16, 17, 31, 33, 100, 4_095, 4_096, 4_097, 20_000}) {
            assertVectorEqualsScalar("size " + size, context -> meanSquaredError(context, DType.F32, size));
        }
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBytes() {
        assertSameBitsOnAnyThreads("cross-entropy", context -> crossEntropy(context, DType.F32, 40, 1_003, 4));
        assertSameBitsOnAnyThreads("InfoNCE", context -> infoNce(context, DType.F32, 96, 4));
        assertSameBitsOnAnyThreads("mean squared error", context -> meanSquaredError(context, DType.F32, 100_003));
    }

    @Test
    void crossEntropyMatchesAStraightforwardDoubleComputation() {
        for (int width : new int[] {1, 17, 1_000, 12_103}) {
            // Far larger logits than exp could take: only differences matter.
            double scale = 40;
            List<Tensor> actual =
                    KernelFixtures.run(context -> crossEntropy(context, DType.F32, 5, width, scale));
            double[] x = normal(DType.F32, 1, scale, 5, width).toDoubles();
            int[] targets = targets(5, width);
            double[] losses = new double[5];
            double[] gradient = new double[x.length];
            for (int i = 0; i < 5; i++) {
                double max = Double.NEGATIVE_INFINITY;
                for (int j = 0; j < width; j++) {
                    max = Math.max(max, x[i * width + j]);
                }
                double sum = 0;
                for (int j = 0; j < width; j++) {
                    sum += Math.exp(x[i * width + j] - max);
                }
                losses[i] = max + Math.log(sum) - x[i * width + targets[i]];
                for (int j = 0; j < width; j++) {
                    double softmax = Math.exp(x[i * width + j] - max) / sum;
                    gradient[i * width + j] = UPSTREAM * FACTOR * (softmax - (j == targets[i] ? 1 : 0));
                }
            }
            // logSumExp is of order 100: its last bit is worth 8e-6.
            assertClose("losses, width " + width, losses, actual.get(0).toDoubles(), 2e-5);
            assertClose("gradient, width " + width, gradient, actual.get(2).toDoubles(), 2e-5);
        }
    }

    @Test
    void crossEntropyBackwardMayOverwriteTheLogits() {
        for (int width : new int[] {5, 16, 1_003}) {
            KernelFixtures.run(context -> {
                List<Tensor> expected = crossEntropy(context, DType.F32, 4, width, 4);
                Tensor logits = normal(DType.F32, 1, 4, 4, width);
                Tensor upstream = scalar(DType.F32, UPSTREAM);
                new CpuLoss(context)
                        .crossEntropyBackward(
                                logits, targets(4, width), expected.get(1), upstream, FACTOR, logits);
                assertSameBits("width " + width, List.of(expected.get(2)), List.of(logits));
                return null;
            });
        }
    }

    @Test
    void crossEntropyGradientMatchesCentralDifferences() {
        KernelFixtures.run(context -> {
            CpuLoss loss = new CpuLoss(context);
            Tensor x = normal(DType.F64, 1, 2, 4, 37);
            int[] targets = targets(4, 37);
            Tensor dx = crossEntropy(context, DType.F64, 4, 37, 2).get(2);
            assertGradient("logits", x, dx, moved -> {
                Tensor losses = blank(DType.F64, 4);
                loss.crossEntropy(moved, targets, losses, blank(DType.F64, 4));
                return UPSTREAM * FACTOR * Arrays.stream(losses.toDoubles()).sum();
            });
            return null;
        });
    }

    @Test
    void infoNceMatchesAStraightforwardDoubleComputation() {
        for (int batch : new int[] {1, 5, 24}) {
            int width = 2 * batch;
            List<Tensor> actual = KernelFixtures.run(context -> infoNce(context, DType.F32, batch, 4));
            double[] sim = normal(DType.F32, 1, 4, width, width).toDoubles();
            int[] groups = groups(batch);
            double[] losses = new double[width];
            for (int i = 0; i < width; i++) {
                int positive = (i + batch) % width;
                double sum = Math.exp(sim[i * width + positive]);
                for (int j = 0; j < width; j++) {
                    sum += groups[j % batch] != groups[i % batch] ? Math.exp(sim[i * width + j]) : 0;
                }
                losses[i] = Math.log(sum) - sim[i * width + positive];
            }
            assertClose("batch " + batch, losses, actual.get(0).toDoubles(), FLOAT_TOLERANCE);
        }
    }

    @Test
    void aMaskedPairHasNoInfluenceAtAll() {
        int batch = 12;
        int width = 2 * batch;
        int[] groups = groups(batch);
        KernelFixtures.run(context -> {
            CpuLoss loss = new CpuLoss(context);
            List<Tensor> expected = infoNce(context, DType.F32, batch, 4);
            for (double extreme : new double[] {1_000, -1_000, Double.POSITIVE_INFINITY}) {
                double[] values = normal(DType.F32, 1, 4, width, width).toDoubles();
                for (int i = 0; i < width; i++) {
                    for (int j = 0; j < width; j++) {
                        if (groups[i % batch] == groups[j % batch] && j != (i + batch) % width) {
                            values[i * width + j] = extreme;
                        }
                    }
                }
                Tensor sim = blank(DType.F32, width, width);
                sim.copyFrom(values);
                Tensor losses = blank(DType.F32, width);
                Tensor logSumExp = blank(DType.F32, width);
                Tensor dsim = blank(DType.F32, width, width);
                loss.infoNce(sim, groups, losses, logSumExp);
                loss.infoNceBackward(sim, groups, logSumExp, scalar(DType.F32, UPSTREAM), FACTOR, dsim);
                assertSameBits("masked at " + extreme, expected, List.of(losses, logSumExp, dsim));
            }
            return null;
        });
    }

    @Test
    void infoNceOfABatchOfOneGroupIsZero() {
        KernelFixtures.run(context -> {
            Tensor sim = normal(DType.F32, 1, 4, 20, 20);
            Tensor losses = blank(DType.F32, 20);
            new CpuLoss(context).infoNce(sim, new int[10], losses, blank(DType.F32, 20));
            assertClose("losses", new double[20], losses.toDoubles(), 0);
            return null;
        });
    }

    @Test
    void infoNceGradientMatchesCentralDifferences() {
        KernelFixtures.run(context -> {
            CpuLoss loss = new CpuLoss(context);
            Tensor sim = normal(DType.F64, 1, 2, 14, 14);
            int[] groups = groups(7);
            Tensor dsim = infoNce(context, DType.F64, 7, 2).get(2);
            assertGradient("sim", sim, dsim, moved -> {
                Tensor losses = blank(DType.F64, 14);
                loss.infoNce(moved, groups, losses, blank(DType.F64, 14));
                return UPSTREAM * FACTOR * Arrays.stream(losses.toDoubles()).sum();
            });
            return null;
        });
    }

    @Test
    void meanSquaredErrorMatchesAStraightforwardDoubleComputationAndItsGradientCentralDifferences() {
        int size = 9_001;
        List<Tensor> actual = KernelFixtures.run(context -> meanSquaredError(context, DType.F32, size));
        double[] x = normal(DType.F32, 1, 2, size).toDoubles();
        double[] y = normal(DType.F32, 2, 2, size).toDoubles();
        double mean = 0;
        for (int i = 0; i < size; i++) {
            mean += (x[i] - y[i]) * (x[i] - y[i]) / size;
        }
        assertClose("mean", new double[] {mean}, actual.get(0).toDoubles(), FLOAT_TOLERANCE);
        KernelFixtures.run(context -> {
            Tensor moving = normal(DType.F64, 1, 2, 50);
            Tensor fixed = normal(DType.F64, 2, 2, 50);
            Tensor dx = meanSquaredError(context, DType.F64, 50).get(1);
            assertGradient("x", moving, dx, moved -> {
                Tensor out = blank(DType.F64, 1);
                new CpuLoss(context).meanSquaredError(moved, fixed, out);
                return UPSTREAM * out.item();
            });
            return null;
        });
    }

    @Test
    void aTargetOutsideOfTheLogitsIsNamed() {
        KernelFixtures.run(context -> {
            Exception error = assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> new CpuLoss(context)
                            .crossEntropy(
                                    normal(DType.F32, 1, 1, 2, 5),
                                    new int[] {4, 5},
                                    blank(DType.F32, 2),
                                    blank(DType.F32, 2)));
            assertTrue(error.getMessage().contains("targets[1] is 5"), error.getMessage());
            assertEquals(
                    "infoNce: groups has 3 values, expected 5, half the columns of sim",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> new CpuLoss(context)
                                            .infoNce(
                                                    normal(DType.F32, 1, 1, 10, 10),
                                                    new int[3],
                                                    blank(DType.F32, 10),
                                                    blank(DType.F32, 10)))
                            .getMessage());
            return null;
        });
    }

    /** losses, logSumExp, dlogits. */
    private static List<Tensor> crossEntropy(CpuContext context, DType dtype, int rows, int width, double scale) {
        CpuLoss loss = new CpuLoss(context);
        Tensor logits = normal(dtype, 1, scale, rows, width);
        Tensor losses = blank(dtype, rows);
        Tensor logSumExp = blank(dtype, rows);
        Tensor dlogits = blank(dtype, rows, width);
        loss.crossEntropy(logits, targets(rows, width), losses, logSumExp);
        loss.crossEntropyBackward(
                logits, targets(rows, width), logSumExp, scalar(dtype, UPSTREAM), FACTOR, dlogits);
        return List.of(losses, logSumExp, dlogits);
    }

    /** losses, logSumExp, dsim. */
    private static List<Tensor> infoNce(CpuContext context, DType dtype, int batch, double scale) {
        CpuLoss loss = new CpuLoss(context);
        Tensor sim = normal(dtype, 1, scale, 2 * batch, 2 * batch);
        Tensor losses = blank(dtype, 2 * batch);
        Tensor logSumExp = blank(dtype, 2 * batch);
        Tensor dsim = blank(dtype, 2 * batch, 2 * batch);
        loss.infoNce(sim, groups(batch), losses, logSumExp);
        loss.infoNceBackward(sim, groups(batch), logSumExp, scalar(dtype, UPSTREAM), FACTOR, dsim);
        return List.of(losses, logSumExp, dsim);
    }

    /** mean, dx. */
    private static List<Tensor> meanSquaredError(CpuContext context, DType dtype, int size) {
        CpuLoss loss = new CpuLoss(context);
        Tensor x = normal(dtype, 1, 2, size);
        Tensor y = normal(dtype, 2, 2, size);
        Tensor out = blank(dtype, 1);
        Tensor dx = blank(dtype, size);
        loss.meanSquaredError(x, y, out);
        loss.meanSquaredErrorBackward(x, y, scalar(dtype, UPSTREAM), dx);
        return List.of(out, dx);
    }

    private static int[] targets(int rows, int width) {
        int[] targets = new Random(7).ints(rows, 0, width).toArray();
        targets[rows - 1] = width - 1;
        return targets;
    }

    /** About three rows a group. */
    private static int[] groups(int batch) {
        return new Random(8).ints(batch, 0, 1 + batch / 3).toArray();
    }
}
