package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.KernelFixtures.assertClose;
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

/** Binary cross-entropy against one sampled negative a row. */
class SampledCrossEntropyTest {
    /** Products of at most 64 float32 terms of order 1, and functions with errors of 1e-7. */
    private static final double FLOAT_TOLERANCE = 2e-5;

    private static final double FLOAT64_TOLERANCE = 1e-13;
    private static final double FACTOR = 0.25;
    private static final double UPSTREAM = 3;
    private static final int ITEMS = 40;

    @Test
    void vectorEqualsScalarAtEveryWidth() {
        KernelFixtures.assumeVector();
        for (int width : KernelFixtures.WIDTHS) {
            assertVectorEqualsScalar("width " + width, context -> run(context, DType.F32, 23, width));
        }
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBytes() {
        assertSameBitsOnAnyThreads("sampled cross-entropy", context -> run(context, DType.F32, 3_000, 64));
    }

    @Test
    void lossesAndGradientsFollowTheFormula() {
        for (int width : new int[] {1, 16, 64}) {
            for (DType dtype : DType.values()) {
                double tolerance = dtype == DType.F32 ? FLOAT_TOLERANCE : FLOAT64_TOLERANCE;
                List<Tensor> actual = KernelFixtures.run(context -> run(context, dtype, 50, width));
                double[][] expected = formula(dtype, 50, width);
                for (int output = 0; output < expected.length; output++) {
                    String name = dtype + " width " + width + " output " + output;
                    assertClose(name, expected[output], actual.get(output).toDoubles(), tolerance);
                }
            }
        }
    }

    @Test
    void aConfidentMistakeKeepsItsLossAndItsGradient() {
        KernelFixtures.run(context -> {
            CpuLoss loss = new CpuLoss(context);
            Tensor x = scalar(DType.F32, 1).reshape(1, 1);
            Tensor table = blank(DType.F32, 2, 1);
            table.copyFrom(new float[] {-30, 30});
            Tensor losses = blank(DType.F32, 1);
            Tensor scores = blank(DType.F32, 1, 2);
            Tensor dx = blank(DType.F32, 1, 1);
            loss.sampledCrossEntropy(x, table, new int[] {0}, new int[] {1}, losses, scores);
            assertEquals(60, losses.item());
            loss.sampledCrossEntropyBackward(
                    x, table, new int[] {0}, new int[] {1}, scores, scalar(DType.F32, 1), 1, dx, null);
            assertEquals(60, dx.item(), "1 - sigmoid(30) is 0 in float32; its logarithm would have no slope");
            return null;
        });
    }

    @Test
    void theTableGradientIsAddedToAndEitherGradientMayBeLeftOut() {
        KernelFixtures.run(context -> {
            List<Tensor> expected = run(context, DType.F32, 9, 8);
            assertSameBits("dx alone", List.of(expected.get(1)), List.of(run(context, DType.F32, 9, 8, true, 0).get(1)));
            Tensor dtable = run(context, DType.F32, 9, 8, false, 1).get(2);
            double[] shifted = expected.get(2).toDoubles();
            for (int i = 0; i < shifted.length; i++) {
                shifted[i] += 1;
            }
            assertClose("dtable over ones", shifted, dtable.toDoubles(), FLOAT_TOLERANCE);
            return null;
        });
    }

    @Test
    void itemsOutsideOfTheTableAreRefused() {
        KernelFixtures.run(context -> {
            CpuLoss loss = new CpuLoss(context);
            Tensor x = normal(DType.F32, 1, 1, 1, 4);
            Tensor table = normal(DType.F32, 2, 1, ITEMS, 4);
            IndexOutOfBoundsException error = assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> loss.sampledCrossEntropy(
                            x, table, new int[] {1}, new int[] {ITEMS}, blank(DType.F32, 1), blank(DType.F32, 1, 2)));
            assertTrue(error.getMessage().contains("is " + ITEMS), error.getMessage());
            return null;
        });
    }

    /** losses, dx, dtable from 0. */
    private static List<Tensor> run(CpuContext context, DType dtype, int rows, int width) {
        CpuLoss loss = new CpuLoss(context);
        return run(loss, dtype, rows, width, blank(dtype, rows, width), filled(dtype, width, 0));
    }

    /** The same with one gradient alone. */
    private static List<Tensor> run(CpuContext context, DType dtype, int rows, int width, boolean onlyDx, double start) {
        Tensor dx = onlyDx ? blank(dtype, rows, width) : null;
        return run(new CpuLoss(context), dtype, rows, width, dx, onlyDx ? null : filled(dtype, width, start));
    }

    private static List<Tensor> run(CpuLoss loss, DType dtype, int rows, int width, Tensor dx, Tensor dtable) {
        Tensor x = normal(dtype, 1, 0.7, rows, width);
        Tensor table = normal(dtype, 2, 0.7, ITEMS, width);
        Tensor losses = blank(dtype, rows);
        Tensor scores = blank(dtype, rows, 2);
        loss.sampledCrossEntropy(x, table, items(rows, 3), items(rows, 4), losses, scores);
        loss.sampledCrossEntropyBackward(
                x, table, items(rows, 3), items(rows, 4), scores, scalar(dtype, UPSTREAM), FACTOR, dx, dtable);
        return List.of(losses, dx == null ? losses : dx, dtable == null ? losses : dtable);
    }

    private static Tensor filled(DType dtype, int width, double value) {
        Tensor tensor = blank(dtype, ITEMS, width);
        double[] values = new double[tensor.size()];
        Arrays.fill(values, value);
        tensor.copyFrom(values);
        return tensor;
    }

    private static int[] items(int rows, long seed) {
        return new Random(seed).ints(rows, 0, ITEMS).toArray();
    }

    /** -log sigmoid(s+) - log(1 - sigmoid(s-)) and its derivatives, in float64 as the definition has them. */
    private static double[][] formula(DType dtype, int rows, int width) {
        double[] x = normal(dtype, 1, 0.7, rows, width).toDoubles();
        double[] table = normal(dtype, 2, 0.7, ITEMS, width).toDoubles();
        int[][] sampled = {items(rows, 3), items(rows, 4)};
        double[] losses = new double[rows];
        double[] dx = new double[rows * width];
        double[] dtable = new double[ITEMS * width];
        for (int i = 0; i < rows; i++) {
            for (int label = 1; label >= 0; label--) {
                int item = sampled[1 - label][i];
                double score = 0;
                for (int c = 0; c < width; c++) {
                    score += x[i * width + c] * table[item * width + c];
                }
                double probability = 1 / (1 + Math.exp(-score));
                losses[i] -= Math.log(label == 1 ? probability : 1 - probability);
                double slope = (probability - label) * UPSTREAM * FACTOR;
                for (int c = 0; c < width; c++) {
                    dx[i * width + c] += slope * table[item * width + c];
                    dtable[item * width + c] += slope * x[i * width + c];
                }
            }
        }
        return new double[][] {losses, dx, dtable};
    }
}
