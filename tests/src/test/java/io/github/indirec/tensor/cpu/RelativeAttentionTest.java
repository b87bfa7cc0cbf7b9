package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.KernelFixtures.assertClose;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBits;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBitsOnAnyThreads;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertVectorEqualsScalar;
import static io.github.indirec.tensor.cpu.KernelFixtures.blank;
import static io.github.indirec.tensor.cpu.KernelFixtures.normal;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Attention whose scores know relative positions. */
class RelativeAttentionTest {
    private static final RandomKey KEY = new RandomKey(2022, 5, 17);
    private static final int MAX_LENGTH = 50;

    /** Every length once, in an order that puts long and short ones side by side. */
    private static final int[] ALL_LENGTHS =
            IntStream.rangeClosed(1, MAX_LENGTH).map(i -> (i * 19) % 51).toArray();

    /** Values of order 1; float32 dot products of 32 terms, an exponential and a sum over at most 50 keys. */
    private static final double FLOAT_TOLERANCE = 2e-5;

    /** Sums of some hundred float64 terms. */
    private static final double FLOAT64_TOLERANCE = 1e-12;

    @Test
    void vectorEqualsScalarAtEveryLengthAndHeadWidth() {
        KernelFixtures.assumeVector();
        int[][] headsAndWidths = {{2, 64}, {2, 16}, {1, 5}, {3, 51}, {1, 48}, {2, 86}};
        for (double dropout : new double[] {0, 0.2}) {
            for (int[] headsAndWidth : headsAndWidths) {
                Layout layout = layout(ALL_LENGTHS, headsAndWidth[0], dropout);
                assertVectorEqualsScalar(
                        "heads " + headsAndWidth[0] + " width " + headsAndWidth[1] + " dropout " + dropout,
                        context -> run(context, DType.F32, layout, MAX_LENGTH + 3, headsAndWidth[1]));
            }
        }
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBytes() {
        Layout layout = layout(new Random(3).ints(200, 1, 20).toArray(), 2, 0.2);
        assertSameBitsOnAnyThreads(
                "relative attention", context -> run(context, DType.F32, layout, MAX_LENGTH, 64));
    }

    @Test
    void outputsFollowTheFormulaOverAPaddedBatchWithClampedPositions() {
        Layout layout = layout(new int[] {1, 50, 4, 17, 8, 2, 33}, 2, 0.2);
        for (DType dtype : DType.values()) {
            List<Tensor> outputs = KernelFixtures.run(context -> run(context, dtype, layout, MAX_LENGTH, 64));
            double[] expected = padded(dtype, layout, MAX_LENGTH, 64);
            double tolerance = dtype == DType.F32 ? FLOAT_TOLERANCE : FLOAT64_TOLERANCE;
            assertClose(dtype.name(), expected, outputs.get(0).toDoubles(), tolerance);
        }
    }

    @Test
    void floatGradientsAgreeWithDouble() {
        Layout layout = layout(ALL_LENGTHS, 2, 0.2);
        List<Tensor> single = KernelFixtures.run(context -> run(context, DType.F32, layout, MAX_LENGTH, 64));
        List<Tensor> twin = KernelFixtures.run(context -> run(context, DType.F64, layout, MAX_LENGTH, 64));
        for (int t = 0; t < single.size(); t++) {
            double[] expected = twin.get(t).toDoubles();
            // Sums over up to 50 sequences: of the size of their largest value.
            double size = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElseThrow());
            assertClose("output " + t, expected, single.get(t).toDoubles(), size * FLOAT_TOLERANCE);
        }
    }

    @Test
    void withoutPositionsItIsPlainAttentionAtAnotherTemperature() {
        Layout layout = layout(new int[] {3, 17, 1}, 2, 0.2);
        KernelFixtures.run(context -> {
            CpuAttention attention = new CpuAttention(context);
            int rows = layout.keys().rows();
            Tensor q = normal(DType.F64, 1, 1, rows, 64);
            Tensor cooled = blank(DType.F64, rows, 64);
            cooled.copyFrom(Arrays.stream(q.toDoubles()).map(x -> x / Math.sqrt(3)).toArray());
            Tensor k = normal(DType.F64, 2, 1, rows, 64);
            Tensor v = normal(DType.F64, 3, 1, rows, 64);
            Tensor none = normal(DType.F64, 4, 0, 2 * MAX_LENGTH, 64);
            Tensor plain = blank(DType.F64, rows, 64);
            Tensor relative = blank(DType.F64, rows, 64);
            Tensor weights = blank(DType.F64, layout.weights());
            attention.forward(cooled, k, v, layout, plain, weights);
            attention.forwardRelative(q, k, v, none, none, layout, relative, weights);
            assertClose("outputs", plain.toDoubles(), relative.toDoubles(), FLOAT64_TOLERANCE);
            return null;
        });
    }

    @Test
    void aSequenceGivesTheSameBitsAloneAndAmongOthers() {
        KernelFixtures.run(context -> {
            // Dropout is addressed by the place in the batch, so that only the first sequence keeps its words.
            List<Tensor> among = run(context, DType.F32, layout(new int[] {9, 50, 2}, 2, 0.2), MAX_LENGTH, 64);
            List<Tensor> alone = run(context, DType.F32, layout(new int[] {9}, 2, 0.2), MAX_LENGTH, 64);
            for (int t : new int[] {0, 2, 3, 4}) {
                assertSameBits("output " + t, List.of(alone.get(t)), List.of(among.get(t).rows(0, 9)));
            }
            return null;
        });
    }

    @Test
    void positionsThatDoNotOccurHaveNoGradient() {
        KernelFixtures.run(context -> {
            RaggedLayout rows = RaggedLayout.ofLengths(new int[] {1, 4, 3}, 5);
            List<Tensor> outputs = run(context, DType.F32, new Layout(rows, rows, 2, false, 0, KEY), 7, 6);
            for (int t : new int[] {5, 6}) {
                double[] gradient = outputs.get(t).toDoubles();
                for (int r = 0; r < 14; r++) {
                    double[] row = Arrays.copyOfRange(gradient, 6 * r, 6 * r + 6);
                    boolean occurs = Math.abs(r - 7) <= 3;
                    assertTrue(
                            Arrays.stream(row).allMatch(x -> occurs ? x != 0 : x == 0),
                            "output " + t + ", row " + r + ": " + Arrays.toString(row));
                }
            }
            return null;
        });
    }

    @Test
    void tablesThatAreTooShortAndCausalLayoutsAreRefused() {
        KernelFixtures.run(context -> {
            Layout layout = layout(new int[] {3}, 2, 0);
            IllegalArgumentException rows = assertThrows(
                    IllegalArgumentException.class, () -> run(context, DType.F32, layout, MAX_LENGTH - 1, 64));
            assertTrue(rows.getMessage().contains("[98, 64]"), rows.getMessage());
            Layout causal = new Layout(layout.queries(), layout.keys(), 2, true, 0, KEY);
            assertThrows(IllegalArgumentException.class, () -> run(context, DType.F32, causal, MAX_LENGTH, 64));
            return null;
        });
    }

    private static Layout layout(int[] lengths, int heads, double dropout) {
        RaggedLayout rows = RaggedLayout.ofLengths(lengths, MAX_LENGTH);
        return new Layout(rows, rows, heads, false, dropout, KEY);
    }

    /** out, weights, dq, dk, dv, dpk, dpq. */
    private static List<Tensor> run(CpuContext context, DType dtype, Layout layout, int span, int width) {
        CpuAttention attention = new CpuAttention(context);
        Tensor[] x = inputs(dtype, layout, span, width);
        Tensor out = blank(dtype, layout.keys().rows(), width);
        Tensor weights = blank(dtype, layout.weights());
        Tensor[] dx = Arrays.stream(x)
                .map(input -> blank(dtype, input.shape().rows(), width))
                .toArray(Tensor[]::new);
        attention.forwardRelative(x[0], x[1], x[2], x[3], x[4], layout, out, weights);
        Tensor dout = normal(dtype, 6, 1, layout.keys().rows(), width);
        attention.backwardRelative(
                x[0], x[1], x[2], x[3], x[4], layout, out, weights, dout, dx[0], dx[1], dx[2], dx[3], dx[4]);
        return List.of(out, weights, dx[0], dx[1], dx[2], dx[3], dx[4]);
    }

    private static Tensor[] inputs(DType dtype, Layout layout, int span, int width) {
        int rows = layout.keys().rows();
        return new Tensor[] {
            normal(dtype, 1, 1, rows, width),
            normal(dtype, 2, 1, rows, width),
            normal(dtype, 3, 1, rows, width),
            normal(dtype, 4, 1, 2 * span, width),
            normal(dtype, 5, 1, 2 * span, width)
        };
    }

    /** The outputs of the real slots of a left-padded batch, in float64, with r = clamp(i - j + span, 0, 2 span - 1). */
    private static double[] padded(DType dtype, Layout layout, int span, int width) {
        RaggedLayout rows = layout.keys();
        int d = width / layout.heads();
        double[][] x = Arrays.stream(inputs(dtype, layout, span, width))
                .map(Tensor::toDoubles)
                .toArray(double[][]::new);
        double[] out = new double[rows.rows() * width];
        for (int s = 0; s < rows.count(); s++) {
            int pads = rows.firstPosition(s);
            for (int h = 0; h < layout.heads(); h++) {
                for (int i = pads; i < MAX_LENGTH; i++) {
                    double[] e = new double[MAX_LENGTH];
                    int query = rows.offset(s) + i - pads;
                    for (int j = pads; j < MAX_LENGTH; j++) {
                        int key = rows.offset(s) + j - pads;
                        int r = Math.min(Math.max(i - j + span, 0), 2 * span - 1);
                        double score = 0;
                        for (int c = h * d; c < (h + 1) * d; c++) {
                            score += x[0][query * width + c] * x[1][key * width + c]
                                    + x[0][query * width + c] * x[3][r * width + c]
                                    + x[1][key * width + c] * x[4][r * width + c];
                        }
                        e[j] = Math.exp(score / Math.sqrt(3 * d));
                    }
                    double sum = Arrays.stream(e).sum();
                    for (int j = pads; j < MAX_LENGTH; j++) {
                        int word = Philox.word(KEY, s * MAX_LENGTH + i, h * MAX_LENGTH + j);
                        double weight = (word >>> 8) * 0x1p-24 < layout.dropout() ? 0 : e[j] / sum / (1 - layout.dropout());
                        for (int c = h * d; c < (h + 1) * d; c++) {
                            out[query * width + c] += weight * x[2][(rows.offset(s) + j - pads) * width + c];
                        }
                    }
                }
            }
        }
        return out;
    }
}
