package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.KernelFixtures.assertClose;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBits;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBitsOnAnyThreads;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertVectorEqualsScalar;
import static io.github.indirec.tensor.cpu.KernelFixtures.blank;
import static io.github.indirec.tensor.cpu.KernelFixtures.normal;
import static io.github.indirec.tensor.cpu.KernelFixtures.scalar;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Cross-entropy over an item table, chunk by chunk. */
class TableCrossEntropyTest {
    /** Sums of up to 9,000 positive float32 values in 16 lanes a chunk: roundings of 6e-8 in random directions. */
    private static final double FLOAT_TOLERANCE = 5e-6;

    private static final double FACTOR = 0.25;
    private static final double UPSTREAM = 3;

    @Test
    void vectorEqualsScalarAroundEveryChunkOfItems() {
        KernelFixtures.assumeVector();
        for (int items : new int[] {1, 7, 33, 255, 256, 257, 300, 513}) {
            assertVectorEqualsScalar("items " + items, context -> tableCrossEntropy(context, DType.F32, 5, items, 9));
        }
        assertVectorEqualsScalar("5000 items", context -> tableCrossEntropy(context, DType.F32, 3, 5_000, 16));
    }

    @Test
    void itIsTheCrossEntropyOfTheProduct() {
        for (int items : new int[] {1, 256, 257, 5_000}) {
            assertIsTheCrossEntropyOfTheProduct(items, DType.F32, FLOAT_TOLERANCE);
            assertIsTheCrossEntropyOfTheProduct(items, DType.F64, 1e-13);
        }
    }

    private static void assertIsTheCrossEntropyOfTheProduct(int items, DType dtype, double tolerance) {
        int rows = 6;
        int width = 11;
        KernelFixtures.run(context -> {
            CpuLinalg linalg = new CpuLinalg(context);
            CpuLoss loss = new CpuLoss(context);
            Tensor h = normal(dtype, 1, 1, rows, width);
            Tensor table = normal(dtype, 2, 1, items, width);
            Tensor logits = blank(dtype, rows, items);
            Tensor losses = blank(dtype, rows);
            Tensor logSumExp = blank(dtype, rows);
            Tensor dh = blank(dtype, rows, width);
            Tensor dtable = blank(dtype, items, width);
            linalg.gemm(false, true, 1, h, table, 0, logits);
            loss.crossEntropy(logits, targets(rows, items), losses, logSumExp);
            loss.crossEntropyBackward(
                    logits, targets(rows, items), logSumExp, scalar(dtype, UPSTREAM), FACTOR, logits);
            linalg.gemm(false, false, 1, logits, table, 0, dh);
            linalg.gemm(true, false, 1, logits, h, 0, dtable);
            List<Tensor> fused = tableCrossEntropy(context, dtype, rows, items, width);
            String name = dtype + ", " + items + " items";
            assertClose("losses, " + name, losses.toDoubles(), fused.get(0).toDoubles(), tolerance);
            assertClose("dh, " + name, dh.toDoubles(), fused.get(1).toDoubles(), tolerance);
            assertClose("dtable, " + name, dtable.toDoubles(), fused.get(2).toDoubles(), tolerance);
            return null;
        });
    }

    @Test
    void exponentialsThatAreNotKeptGiveTheSameBits() {
        int items = 9_000;
        int kept = ScalarTableCrossEntropy.MOST_KEPT / (items + 300);
        int rows = 3 * kept;
        assertTrue(
                ScalarTableCrossEntropy.scratch(kept / 2, items) == 0
                        && ScalarTableCrossEntropy.scratch(rows, items) > 0,
                "half a batch keeps its exponentials, the whole does not");
        KernelFixtures.run(context -> {
            List<Tensor> whole = tableCrossEntropy(context, DType.F32, rows, items, 4);
            // Rows do not depend on one another, so losses and dh of a part are those of the whole.
            CpuLoss loss = new CpuLoss(context);
            Tensor h = normal(DType.F32, 1, 1, rows, 4).rows(0, kept / 2);
            Tensor table = normal(DType.F32, 2, 1, items, 4);
            int[] targets = targets(rows, items);
            Tensor losses = blank(DType.F32, kept / 2);
            Tensor dh = blank(DType.F32, kept / 2, 4);
            Tensor saved = blank(DType.F32, loss.tableCrossEntropySaved(kept / 2, items));
            loss.tableCrossEntropy(h, table, targets, losses, saved);
            loss.tableCrossEntropyBackward(
                    h, table, targets, saved, scalar(DType.F32, UPSTREAM), FACTOR, false, dh, false, null);
            assertSameBits(
                    "part and whole",
                    List.of(whole.get(0).rows(0, kept / 2), whole.get(1).rows(0, kept / 2)),
                    List.of(losses, dh));
            return null;
        });
    }

    @Test
    void itAddsToGradientsWhereAskedAndLeavesOutWhatIsNot() {
        KernelFixtures.run(context -> {
            CpuLoss loss = new CpuLoss(context);
            Tensor h = normal(DType.F32, 1, 1, 4, 8);
            Tensor table = normal(DType.F32, 2, 1, 300, 8);
            int[] targets = targets(4, 300);
            List<Tensor> expected = tableCrossEntropy(context, DType.F32, 4, 300, 8);
            Tensor upstream = scalar(DType.F32, UPSTREAM);
            Tensor saved = blank(DType.F32, loss.tableCrossEntropySaved(4, 300));
            Tensor dh = normal(DType.F32, 5, 1, 4, 8);
            Tensor dtable = normal(DType.F32, 6, 1, 300, 8);
            double[] sumDh = sum(dh, expected.get(1));
            double[] sumDtable = sum(dtable, expected.get(2));
            loss.tableCrossEntropy(h, table, targets, blank(DType.F32, 4), saved);
            loss.tableCrossEntropyBackward(h, table, targets, saved, upstream, FACTOR, true, dh, false, null);
            assertClose("dh", sumDh, dh.toDoubles(), FLOAT_TOLERANCE);
            loss.tableCrossEntropy(h, table, targets, blank(DType.F32, 4), saved);
            loss.tableCrossEntropyBackward(h, table, targets, saved, upstream, FACTOR, false, null, true, dtable);
            assertClose("dtable", sumDtable, dtable.toDoubles(), FLOAT_TOLERANCE);
            return null;
        });
    }

    private static double[] sum(Tensor x, Tensor y) {
        double[] sum = x.toDoubles();
        double[] other = y.toDoubles();
        Arrays.setAll(sum, i -> sum[i] + other[i]);
        return sum;
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBytes() {
        assertSameBitsOnAnyThreads(
                "table cross-entropy", context -> tableCrossEntropy(context, DType.F32, 20, 9_000, 16));
    }

    /** losses, dh, dtable. */
    private static List<Tensor> tableCrossEntropy(
            CpuContext context, DType dtype, int rows, int items, int width) {
        CpuLoss loss = new CpuLoss(context);
        Tensor h = normal(dtype, 1, 1, rows, width);
        Tensor table = normal(dtype, 2, 1, items, width);
        Tensor losses = blank(dtype, rows);
        Tensor saved = blank(dtype, loss.tableCrossEntropySaved(rows, items));
        Tensor dh = blank(dtype, rows, width);
        Tensor dtable = blank(dtype, items, width);
        int[] targets = targets(rows, items);
        loss.tableCrossEntropy(h, table, targets, losses, saved);
        loss.tableCrossEntropyBackward(
                h, table, targets, saved, scalar(dtype, UPSTREAM), FACTOR, false, dh, false, dtable);
        return List.of(losses, dh, dtable);
    }

    private static int[] targets(int rows, int items) {
        int[] targets = new Random(7).ints(rows, 0, items).toArray();
        targets[rows - 1] = items - 1;
        return targets;
    }
}
