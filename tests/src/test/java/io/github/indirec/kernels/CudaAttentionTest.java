package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.kernels.sim.Counters;
import io.github.indirec.kernels.sim.LaunchResult;
import io.github.indirec.tensor.DeviceException;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels;
import io.github.indirec.tensor.spi.AttentionKernels.Layout;
import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CudaAttentionTest extends DeviceTest {
    private static final RandomKey KEY = new RandomKey(0x123456789abcL, 5, 17);

    /** Around the tile of 32 and the longest of the models. */
    private static final int[] LENGTHS = {1, 31, 32, 33, 50, 2};

    private static final int[] SHORT = {3, 1, 9, 5};

    /**
     * Values and gradients of magnitude 1 to 10, dot products of up to 128 terms, an exponential of two ulp and sums
     * over up to 200 keys in another order.
     */
    private static final double TOLERANCE = 2e-5;

    /** Scores of order 1000, rounded by up to 3e-5 at each of a few operations, in an exponent. */
    private static final double LARGE_TOLERANCE = 1e-3;

    @Test
    void agreesWithTheCpuAtEveryEdgeOfTheTiles() {
        compareAll(64, keys(LENGTHS, 50, 1, true, 0), keys(LENGTHS, 50, 1, false, 0));
    }

    @Test
    void drawsTheDropoutOfTheCpu() {
        compareAll(64, keys(LENGTHS, 50, 2, true, 0.5), keys(LENGTHS, 53, 2, false, 0.2));
    }

    @Test
    void queriesMayBeTheTailsOfTheSequences() {
        List<Layout> layouts = new ArrayList<>();
        for (int tail : new int[] {1, 3}) {
            for (boolean causal : new boolean[] {true, false}) {
                Layout whole = keys(LENGTHS, 51, 2, causal, tail == 1 ? 0.5 : 0);
                layouts.add(new Layout(
                        whole.keys().tail(tail), whole.keys(), whole.heads(), causal, whole.dropout(), KEY));
            }
        }
        compareAll(32, layouts.toArray(Layout[]::new));
    }

    @Test
    void headsMayHaveAnyWidthUpTo128() {
        int[][] headsAndWidths = {{1, 1}, {1, 8}, {3, 15}, {2, 26}, {2, 32}, {1, 60}, {2, 130}, {1, 128}};
        for (int[] headsAndWidth : headsAndWidths) {
            compareAll(headsAndWidth[1], keys(SHORT, 9, headsAndWidth[0], true, 0.3));
        }
    }

    @Test
    void longSequencesGoThroughManyTiles() {
        compareAll(8, keys(new int[] {200}, 200, 1, true, 0.1));
    }

    @Test
    void worstRoundingOfTheApproximateInstructionsIsTolerated() {
        Layout layout = keys(SHORT, 9, 2, true, 0.3);
        compareWithNoise("noise", Backend::attention, CudaAttention::new, TOLERANCE, TOLERANCE, (attention, place) ->
                run(attention, place, layout, 64));
    }

    /** Scores are of order 1000, so that an exponential of a score itself would be infinite. */
    @Test
    void largeScoresDoNotOverflow() {
        Layout layout = keys(SHORT, 9, 2, false, 0);
        double tolerance = LARGE_TOLERANCE;
        compare("large", Backend::attention, CudaAttention::new, tolerance, tolerance, (attention, place) -> {
            Tensor q = place.in(scaled(normals(1, 18, 16), 1000));
            Tensor k = place.in(normals(2, 18, 16));
            Tensor out = place.out(18, 16);
            attention.forward(q, k, k, layout, out, place.out(attention.saved(layout)));
            return List.of(out);
        });
    }

    /** Of the scores nothing reaches memory: forward writes its output, and one number a query and head. */
    @Test
    void noScoreIsWritten() {
        withDevice(2, device -> {
            AttentionKernels attention = new CudaAttention(device);
            Layout layout = keys(LENGTHS, 50, 2, true, 0.5);
            int n = layout.keys().rows();
            Tensor x = onDevice(device, normals(1, n, 64));
            Tensor out = undefined(device, n, 64);
            Tensor saved = undefined(device, attention.saved(layout));
            List<LaunchResult> launches = launches(device, () -> attention.forward(x, x, x, layout, out, saved));
            Counters counters = launches.get(0).counters();
            assertEquals(4L * (out.size() + 2 * n), counters.storeBytes(), counters.toString());
            assertTrue(counters.sectorsPerIdeal() < 1.1, counters.toString());
        });
    }

    @Test
    void refusesHeadsThatItHasNoKernelFor() {
        withDevice(1, device -> {
            Layout layout = keys(SHORT, 9, 1, true, 0);
            Tensor x = onDevice(device, normals(1, 18, 129));
            assertThrows(
                    DeviceException.class, () -> new CudaAttention(device).forward(x, x, x, layout, x, x));
        });
    }

    private static Tensor scaled(Tensor x, float factor) {
        float[] values = x.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return Tensor.of(x.shape(), values);
    }

    private static Layout keys(int[] lengths, int maxLength, int heads, boolean causal, double dropout) {
        RaggedLayout rows = RaggedLayout.ofLengths(lengths, maxLength);
        return new Layout(rows, rows, heads, causal, dropout, KEY);
    }

    private void compareAll(int width, Layout... layouts) {
        compare("width " + width, Backend::attention, CudaAttention::new, TOLERANCE, TOLERANCE, (attention, place) -> {
            List<Tensor> results = new ArrayList<>();
            for (Layout layout : layouts) {
                results.addAll(run(attention, place, layout, width));
            }
            return results;
        });
    }

    /** out, dq, dk, dv. */
    private static List<Tensor> run(AttentionKernels attention, Place place, Layout layout, int width) {
        int m = layout.queries().rows();
        int n = layout.keys().rows();
        Tensor q = place.in(normals(1, m, width));
        Tensor k = place.in(normals(2, n, width));
        Tensor v = place.in(normals(3, n, width));
        Tensor out = place.out(m, width);
        Tensor saved = place.out(attention.saved(layout));
        attention.forward(q, k, v, layout, out, saved);
        Tensor dout = place.in(normals(4, m, width));
        Tensor dq = place.out(m, width);
        Tensor dk = place.out(n, width);
        Tensor dv = place.out(n, width);
        attention.backward(q, k, v, layout, out, saved, dout, dq, dk, dv);
        return List.of(out, dq, dk, dv);
    }
}
