package io.github.indirec.kernels;

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
     * Values and gradients of magnitude 1 to 10, dot products of up to 128 terms, an exponential of two ulp and sums over up
     * to 200 keys in another order.
     */
    private static final double TOLERANCE = 2e-5;

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
        for (int[] headsAndWidth : new int[][] {{1, 1}, {1, 8}, {3, 15}, {2, 26}, {2, 32}, {1, 60}, {2, 130}, {1, 128}}) {
            compareAll(headsAndWidth[1], keys(SHORT, 9, headsAndWidth[0], true, 0.3));
        }
    }

    @Test
    void longSequencesGoThroughManyTiles() {
        compareAll(8, keys(new int[] {200}, 200, 1, true, 0.1));
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
