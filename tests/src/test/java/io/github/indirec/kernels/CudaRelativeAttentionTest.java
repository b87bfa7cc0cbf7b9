package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels;
import io.github.indirec.tensor.spi.AttentionKernels.Layout;
import io.github.indirec.tensor.spi.Backend;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CudaRelativeAttentionTest extends DeviceTest {
    private static final RandomKey KEY = new RandomKey(0x123456789abcL, 5, 17);

    /** As in CudaAttentionTest; the tables' gradients are sums over all sequences, of magnitude 30. */
    private static final double TOLERANCE = 4e-5;

    @Test
    void agreesWithTheCpuAtEveryEdgeOfTheTiles() {
        compareAll(64, 1, 0, 50, 1, 16, 17, 33, 50);
    }

    @Test
    void drawsTheDropoutOfTheCpu() {
        compareAll(64, 2, 0.5, 37, 31, 1, 32, 6);
    }

    @Test
    void headsMayHaveAnyWidthUpTo128() {
        compareAll(5, 1, 0.3, 9, 3, 1, 9, 5);
        compareAll(34, 2, 0.3, 9, 3, 1, 9, 5);
        compareAll(128, 1, 0.3, 20, 3, 1, 17, 5);
    }

    @Test
    void moreSequencesThanRunsAreAddedUpInRuns() {
        compareAll(16, 1, 0, 4, IntStream.range(0, 40).map(i -> 1 + i % 4).toArray());
    }

    @Test
    void worstRoundingOfTheApproximateInstructionsIsTolerated() {
        RaggedLayout rows = RaggedLayout.ofLengths(new int[] {5, 1, 8}, 8);
        Layout layout = new Layout(rows, rows, 2, false, 0.3, KEY);
        compareWithNoise("noise", Backend::attention, CudaAttention::new, TOLERANCE, TOLERANCE, (attention, place) ->
                run(attention, place, layout, 32, 9));
    }

    @Test
    void refusesALayoutThatItsKernelsWouldNotSurvive() {
        withDevice(1, device -> {
            AttentionKernels attention = new CudaAttention(device);
            RaggedLayout rows = RaggedLayout.ofLengths(new int[] {3}, 3);
            Layout layout = new Layout(rows, rows, 1, false, 0, KEY);
            Tensor x = onDevice(device, normals(1, 3, 4));
            Tensor tables = onDevice(device, normals(1, 4, 4));
            Tensor saved = undefined(device, 3);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> attention.forwardRelative(x, x, x, tables, tables, layout, x, saved));
        });
    }

    private void compareAll(int width, int heads, double dropout, int span, int... lengths) {
        int longest = IntStream.of(lengths).max().orElseThrow();
        RaggedLayout rows = RaggedLayout.ofLengths(lengths, longest);
        Layout layout = new Layout(rows, rows, heads, false, dropout, KEY);
        compare("width " + width, Backend::attention, CudaAttention::new, TOLERANCE, TOLERANCE, (attention, place) ->
                run(attention, place, layout, width, span));
    }

    /** out, dq, dk, dv and the gradients of both tables. */
    private static List<Tensor> run(AttentionKernels attention, Place place, Layout layout, int width, int span) {
        int n = layout.keys().rows();
        Tensor q = place.in(normals(1, n, width));
        Tensor k = place.in(normals(2, n, width));
        Tensor v = place.in(normals(3, n, width));
        Tensor pk = place.in(normals(5, 2 * span, width));
        Tensor pq = place.in(normals(6, 2 * span, width));
        Tensor out = place.out(n, width);
        Tensor saved = place.out(attention.savedRelative(layout));
        attention.forwardRelative(q, k, v, pk, pq, layout, out, saved);
        Tensor dout = place.in(normals(4, n, width));
        Tensor dq = place.out(n, width);
        Tensor dk = place.out(n, width);
        Tensor dv = place.out(n, width);
        Tensor dpk = place.out(2 * span, width);
        Tensor dpq = place.out(2 * span, width);
        attention.backwardRelative(q, k, v, pk, pq, layout, out, saved, dout, dq, dk, dv, dpk, dpq);
        return List.of(out, dq, dk, dv, dpk, dpq);
    }
}
