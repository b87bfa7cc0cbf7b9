package io.github.indirec.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.AttentionOps;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.autograd.ops.LossOps;
import io.github.indirec.autograd.ops.MatmulOps;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.DiffusionKernels;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CountingBackendTest {
    private static Tensor zeros(int rows, int columns) {
        return Tensor.of(Shape.of(rows, columns), new float[rows * columns]);
    }

    /** Operations of a forward and a backward pass. */
    private static long flops(Function<Tape, Variable> loss) {
        try (Backend cpu = Backends.cpu(1);
                CountingBackend counting = new CountingBackend(cpu);
                Tape tape = Tape.recording(counting)) {
            tape.backward(loss.apply(tape));
            return counting.flops();
        }
    }

    @Test
    void aProductCountsOnceForwardAndTwiceBackward() {
        assertEquals(3 * 2 * 5 * 7 * 11, flops(tape -> ElementwiseOps.sum(
                MatmulOps.matmul(tape.input(zeros(5, 7)), tape.input(zeros(11, 7)), false, true))));
    }

    @Test
    void crossEntropyOverATableCountsItsThreeProducts() {
        assertEquals(3 * 2 * 2 * 9 * 4, flops(tape -> LossOps.tableCrossEntropy(
                tape.input(zeros(2, 4)), tape.input(zeros(9, 4)), new int[] {3, 8})));
    }

    @Test
    void attentionCountsThePairsThatAreSeen() {
        RaggedLayout rows = RaggedLayout.ofLengths(new int[] {1, 3}, 4);
        // Causal: 1 pair, and 1 + 2 + 3; of the last rows alone 1 and 3.
        assertEquals(12 * 7 * 4, flops(tape -> attention(tape, rows, rows)));
        assertEquals(12 * 4 * 4, flops(tape -> attention(tape, rows.tail(1), rows)));
    }

    private static Variable attention(Tape tape, RaggedLayout queries, RaggedLayout keys) {
        AttentionKernels.Layout layout =
                new AttentionKernels.Layout(queries, keys, 2, true, 0, new RandomKey(0, 0, 0));
        return ElementwiseOps.sum(AttentionOps.attention(
                tape.input(zeros(queries.rows(), 4)),
                tape.input(zeros(keys.rows(), 4)),
                tape.input(zeros(keys.rows(), 4)),
                layout));
    }

    @Test
    void aReverseChainCountsItsProducts() {
        try (Backend cpu = Backends.cpu(1);
                CountingBackend counting = new CountingBackend(cpu)) {
            RandomKey key = new RandomKey(0, 0, 0);
            RandomKey[] steps = {null, key, key};
            float[] scales = new float[3];
            var chainSteps = new DiffusionKernels.Steps(scales, scales, scales, key, steps, 1);
            counting.diffusion()
                    .reverseChain(
                            new DiffusionKernels.Chain(
                                    zeros(4, 4), zeros(5, 4), zeros(3, 4), chainSteps),
                            zeros(5, 4));
            assertEquals(2 * 2 * 5 * 4 * 4, counting.flops());
            counting.diffusion()
                    .reverseChain(
                            new DiffusionKernels.MlpChain(
                                    zeros(6, 4), zeros(5, 6), zeros(3, 6), zeros(3, 6), zeros(4, 6),
                                    zeros(1, 4).reshape(4), 2, chainSteps),
                            zeros(5, 4));
            assertEquals(2 * 2 * 5 * 4 * 4 + 4 * 2 * 5 * 4 * 6, counting.flops());
        }
    }

    @Test
    void itIsAsParallelAsTheBackendThatWorks() {
        try (Backend cpu = Backends.cpu(3);
                CountingBackend counting = new CountingBackend(cpu)) {
            assertEquals(3, counting.concurrency());
        }
    }
}
