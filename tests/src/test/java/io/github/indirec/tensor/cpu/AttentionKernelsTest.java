package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.KernelFixtures.assertClose;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertGradient;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBits;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBitsOnAnyThreads;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertVectorEqualsScalar;
import static io.github.indirec.tensor.cpu.KernelFixtures.blank;
import static io.github.indirec.tensor.cpu.KernelFixtures.dot;
import static io.github.indirec.tensor.cpu.KernelFixtures.normal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Philox;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels.Layout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttentionKernelsTest {
    private static final RandomKey KEY = new RandomKey(2022, 5, 17);
    private static final int MAX_LENGTH = 50;

    /** Every length once, in an order that puts long and short ones side by side. */
    private static final int[] ALL_LENGTHS =
            IntStream.rangeClosed(1, MAX_LENGTH).map(i -> (i * 19) % 51).toArray();

    /** Values of order 1; float32 dot products of 32 terms, an exponential and a sum over at most 50 keys. */
    private static final double FLOAT_TOLERANCE = 1e-5;

    @Test
    void vectorEqualsScalarAtEveryLengthAndHeadWidth() {
        KernelFixtures.assumeVector();
        int[][] headsAndWidths = {{2, 64}, {2, 16}, {1, 5}, {3, 51}, {1, 48}, {2, 86}};
        forEachLayout(ALL_LENGTHS, layout -> {
            for (int[] headsAndWidth : headsAndWidths) {
                Layout wide = withHeads(layout, headsAndWidth[0]);
                assertVectorEqualsScalar(
                        describe(wide) + " width " + headsAndWidth[1],
                        context -> run(context, DType.F32, wide, headsAndWidth[1]));
            }
        });
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBytes() {
        int[] lengths = new Random(3).ints(200, 1, 20).toArray();
        forEachLayout(lengths, layout ->
                assertSameBitsOnAnyThreads(describe(layout), context -> run(context, DType.F32, layout, 64)));
    }

    @Test
    void raggedEqualsAPaddedBatchWithAnAdditiveMask() {
        int[] lengths = {1, 50, 4, 17, 8, 2, 33};
        forEachLayout(lengths, layout -> {
            double[] expected = paddedOracle(layout, 64);
            double[] single = KernelFixtures.run(context -> run(context, DType.F32, layout, 64)).get(0).toDoubles();
            assertClose(describe(layout), expected, single, FLOAT_TOLERANCE);
        });
    }

    @Test
    void tailQueriesGiveTheSameRowsAsTheFullResultBitForBit() {
        for (boolean causal : new boolean[] {true, false}) {
            for (double dropout : new double[] {0, 0.5}) {
                RaggedLayout keys = RaggedLayout.ofLengths(ALL_LENGTHS, MAX_LENGTH);
                Layout full = new Layout(keys, keys, 2, causal, dropout, KEY);
                for (int tail : new int[] {1, 3}) {
                    Layout last = new Layout(keys.tail(tail), keys, 2, causal, dropout, KEY);
                    assertTailEqualsFull(full, last);
                }
            }
        }
    }

    private static void assertTailEqualsFull(Layout full, Layout tail) {
        int width = 64;
        // Only the tail's rows have an upstream gradient, so that both backward passes mean the same.
        Tensor dout = normal(DType.F32, 4, 1, tail.queries().rows(), width);
        Tensor fullDout = spread(dout, tail, full);
        List<Tensor> tailResult = KernelFixtures.run(context -> run(context, tail, width, dout));
        List<Tensor> fullResult = KernelFixtures.run(context -> run(context, full, width, fullDout));
        for (int output : new int[] {0, 2}) {
            Tensor rows = gatherTails(fullResult.get(output), tail, full);
            assertSameBits(describe(tail), List.of(rows), List.of(tailResult.get(output)));
        }
        for (int output : new int[] {3, 4}) {
            // As doubles, since a sum over absent rows may be +0 where a sum over zero gradients is -0.
            assertClose(
                    describe(tail),
                    fullResult.get(output).toDoubles(),
                    tailResult.get(output).toDoubles(),
                    0);
        }
    }

    @Test
    void weightsAreASoftmaxWhoseSignMarksWhatDropoutZeroed() {
        RaggedLayout keys = RaggedLayout.ofLengths(ALL_LENGTHS, MAX_LENGTH);
        double dropout = 0.3;
        Layout layout = new Layout(keys.tail(20), keys, 2, true, dropout, KEY);
        float[] weights =
                KernelFixtures.run(context -> run(context, DType.F32, layout, 64)).get(1).toFloats();
        int at = 0;
        int dropped = 0;
        int seen = 0;
        for (int s = 0; s < keys.count(); s++) {
            for (int h = 0; h < 2; h++) {
                for (int i = 0; i < layout.queries().length(s); i++) {
                    double sum = 0;
                    for (int j = 0; j < keys.length(s); j++, at++) {
                        int word = Philox.word(KEY, coordinate(layout, s, i), unit(layout, s, h, j));
                        boolean visible = isVisible(layout, s, i, j);
                        boolean marked = Float.floatToRawIntBits(weights[at]) < 0;
                        assertEquals(visible && (word >>> 8) * 0x1p-24f < (float) dropout, marked, "weight " + at);
                        assertTrue(visible || Float.floatToRawIntBits(weights[at]) == 0, "hidden weight " + at);
                        sum += Math.abs(weights[at]);
                        seen += visible ? 1 : 0;
                        dropped += marked ? 1 : 0;
                    }
                    assertEquals(1, sum, FLOAT_TOLERANCE, "row sum before weight " + at);
                }
            }
        }
        assertEquals(layout.weights(), at);
        // Four standard deviations of a binomial share of about 30,000 weights.
        assertEquals(dropout, (double) dropped / seen, 4 * Math.sqrt(dropout * (1 - dropout) / seen));
    }

    @Test
    void gradientsMatchCentralDifferences() {
        int[] lengths = {1, 4, 9, 2, 17};
        int width = 10;
        forEachLayout(lengths, layout -> KernelFixtures.run(context -> {
            CpuAttention attention = new CpuAttention(context);
            Tensor[] inputs = inputs(DType.F64, layout, width);
            Tensor dout = normal(DType.F64, 4, 1, layout.queries().rows(), width);
            List<Tensor> gradients = run(context, DType.F64, layout, width).subList(2, 5);
            for (int t = 0; t < 3; t++) {
                assertGradient(describe(layout) + ", input " + t, inputs[t], gradients.get(t), moved -> {
                    Tensor out = blank(DType.F64, layout.queries().rows(), width);
                    attention.forward(
                            inputs[0], inputs[1], inputs[2], layout, out, blank(DType.F64, layout.weights()));
                    return dot(out, dout);
                });
            }
            return null;
        }));
    }

    @Test
    void floatGradientsAgreeWithDouble() {
        forEachLayout(ALL_LENGTHS, layout -> {
            List<Tensor> single = KernelFixtures.run(context -> run(context, DType.F32, layout, 64));
            List<Tensor> twin = KernelFixtures.run(context -> run(context, DType.F64, layout, 64));
            for (int t = 0; t < 5; t++) {
                assertClose(
                        describe(layout) + ", output " + t,
                        twin.get(t).toDoubles(),
                        single.get(t).toDoubles(),
                        FLOAT_TOLERANCE);
            }
        });
    }

    @Test
    void largeScoresDoNotOverflow() {
        RaggedLayout keys = RaggedLayout.ofLengths(new int[] {3, 20}, MAX_LENGTH);
        Layout layout = new Layout(keys, keys, 2, true, 0, null);
        KernelFixtures.run(context -> {
            Tensor q = normal(DType.F32, 1, 1e4, keys.rows(), 64);
            Tensor out = blank(DType.F32, keys.rows(), 64);
            Tensor v = normal(DType.F32, 3, 1, keys.rows(), 64);
            new CpuAttention(context).forward(q, q, v, layout, out, blank(DType.F32, layout.weights()));
            for (float value : out.toFloats()) {
                assertTrue(Float.isFinite(value));
            }
            return null;
        });
    }

    private static void forEachLayout(int[] lengths, Consumer<Layout> test) {
        RaggedLayout keys = RaggedLayout.ofLengths(lengths, MAX_LENGTH);
        for (boolean causal : new boolean[] {true, false}) {
            for (double dropout : new double[] {0, 0.5}) {
                for (RaggedLayout queries : List.of(keys, keys.tail(1), keys.tail(3))) {
                    test.accept(new Layout(queries, keys, 2, causal, dropout, KEY));
                }
            }
        }
    }

    private static Layout withHeads(Layout layout, int heads) {
        return new Layout(
                layout.queries(), layout.keys(), heads, layout.causal(), layout.dropout(), layout.key());
    }

    private static String describe(Layout layout) {
        return "heads " + layout.heads() + (layout.causal() ? " causal" : " bidirectional") + " dropout "
                + layout.dropout() + " " + layout.queries().rows() + " queries of "
                + layout.keys().rows() + " keys";
    }

    private static Tensor[] inputs(DType dtype, Layout layout, int width) {
        return new Tensor[] {
            normal(dtype, 1, 1, layout.queries().rows(), width),
            normal(dtype, 2, 1, layout.keys().rows(), width),
            normal(dtype, 3, 1, layout.keys().rows(), width)
        };
    }

    /** out, weights, dq, dk, dv. */
    private static List<Tensor> run(CpuContext context, DType dtype, Layout layout, int width) {
        Tensor dout = normal(dtype, 4, 1, layout.queries().rows(), width);
        return run(context, layout, width, inputs(dtype, layout, width), dout);
    }

    /** The same with queries that belong to positions, whatever the query layout. */
    private static List<Tensor> run(CpuContext context, Layout layout, int width, Tensor dout) {
        Layout full = new Layout(layout.keys(), layout.keys(), layout.heads(), false, 0, null);
        Tensor[] inputs = inputs(DType.F32, full, width);
        inputs[0] = gatherTails(inputs[0], layout, full);
        return run(context, layout, width, inputs, dout);
    }

    private static List<Tensor> run(CpuContext context, Layout layout, int width, Tensor[] inputs, Tensor dout) {
        CpuAttention attention = new CpuAttention(context);
        DType dtype = dout.dtype();
        Tensor out = blank(dtype, layout.queries().rows(), width);
        Tensor weights = blank(dtype, layout.weights());
        Tensor dq = blank(dtype, layout.queries().rows(), width);
        Tensor dk = blank(dtype, layout.keys().rows(), width);
        Tensor dv = blank(dtype, layout.keys().rows(), width);
        attention.forward(inputs[0], inputs[1], inputs[2], layout, out, weights);
        attention.backward(inputs[0], inputs[1], inputs[2], layout, out, weights, dout, dq, dk, dv);
        return List.of(out, weights, dq, dk, dv);
    }

    private static Tensor gatherTails(Tensor full, Layout tail, Layout fullLayout) {
        int width = full.shape().rowLength();
        Tensor rows = blank(full.dtype(), tail.queries().rows(), width);
        copyTails(full.toFloats(), rows.toFloats(), width, tail, fullLayout, rows, true);
        return rows;
    }

    private static Tensor spread(Tensor rows, Layout tail, Layout fullLayout) {
        int width = rows.shape().rowLength();
        Tensor full = blank(rows.dtype(), fullLayout.queries().rows(), width);
        copyTails(new float[full.size()], rows.toFloats(), width, tail, fullLayout, full, false);
        return full;
    }

    private static void copyTails(
            float[] full, float[] rows, int width, Layout tail, Layout fullLayout, Tensor to, boolean gather) {
        for (int s = 0; s < tail.queries().count(); s++) {
            int count = tail.queries().length(s) * width;
            int fullAt = fullLayout.queries().offset(s + 1) * width - count;
            int rowsAt = tail.queries().offset(s) * width;
            if (gather) {
                System.arraycopy(full, fullAt, rows, rowsAt, count);
            } else {
                System.arraycopy(rows, rowsAt, full, fullAt, count);
            }
        }
        to.copyFrom(gather ? rows : full);
    }

    /** The outputs at the query rows of a left-padded batch, in float64, with the reference's additive mask. */
    private static double[] paddedOracle(Layout layout, int width) {
        RaggedLayout keys = layout.keys();
        RaggedLayout queries = layout.queries();
        int d = width / layout.heads();
        Tensor[] inputs = inputs(DType.F32, layout, width);
        double[] q = pad(inputs[0], queries, width);
        double[] k = pad(inputs[1], keys, width);
        double[] v = pad(inputs[2], keys, width);
        double[] out = new double[queries.rows() * width];
        for (int s = 0; s < keys.count(); s++) {
            for (int h = 0; h < layout.heads(); h++) {
                for (int i = MAX_LENGTH - queries.length(s); i < MAX_LENGTH; i++) {
                    double[] weights = new double[MAX_LENGTH];
                    for (int j = 0; j < MAX_LENGTH; j++) {
                        boolean masked = j < keys.firstPosition(s) || layout.causal() && j > i;
                        for (int c = h * d; c < (h + 1) * d; c++) {
                            weights[j] += q[(s * MAX_LENGTH + i) * width + c] * k[(s * MAX_LENGTH + j) * width + c];
                        }
                        weights[j] = weights[j] / Math.sqrt(d) + (masked ? -10_000 : 0);
                    }
                    double max = Arrays.stream(weights).max().orElseThrow();
                    double sum = Arrays.stream(weights).map(w -> Math.exp(w - max)).sum();
                    int row = queries.offset(s) + i - (MAX_LENGTH - queries.length(s));
                    for (int j = 0; j < MAX_LENGTH; j++) {
                        int word = Philox.word(KEY, s * MAX_LENGTH + i, h * MAX_LENGTH + j);
                        boolean kept = (word >>> 8) * 0x1p-24 >= layout.dropout();
                        double weight = kept ? Math.exp(weights[j] - max) / sum / (1 - layout.dropout()) : 0;
                        for (int c = h * d; c < (h + 1) * d; c++) {
                            out[row * width + c] += weight * v[(s * MAX_LENGTH + j) * width + c];
                        }
                    }
                }
            }
        }
        return out;
    }

    private static double[] pad(Tensor packed, RaggedLayout layout, int width) {
        double[] padded = new double[layout.count() * MAX_LENGTH * width];
        double[] values = packed.toDoubles();
        int[] coordinates = layout.coordinates();
        for (int row = 0; row < layout.rows(); row++) {
            System.arraycopy(values, row * width, padded, coordinates[row] * width, width);
        }
        return padded;
    }

    private static int coordinate(Layout layout, int s, int i) {
        return layout.queries().coordinates()[layout.queries().offset(s) + i];
    }

    private static int unit(Layout layout, int s, int h, int j) {
        return h * MAX_LENGTH + layout.keys().firstPosition(s) + j;
    }

    private static boolean isVisible(Layout layout, int s, int i, int j) {
        return j <= layout.keys().length(s) - layout.queries().length(s) + i;
    }
}
