package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.spi.HostStorage.doubles;
import static io.github.indirec.tensor.spi.HostStorage.floats;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;

/**
 * Sampled cross-entropy on the CPU: threads share out the rows, and for the table's gradient, where rows meet, the
 * columns, so that every table row is added to in order.
 */
final class CpuSampledCrossEntropy {
    /** Multiply-adds a piece, a few microseconds. */
    private static final int GRAIN = 32_768;

    private final CpuContext context;
    private final ScalarSampledCrossEntropy kernels;
    private final Float64SampledCrossEntropy kernels64 = new Float64SampledCrossEntropy(new Float64Elementwise());

    CpuSampledCrossEntropy(CpuContext context, ScalarElementwise elementwise) {
        this.context = context;
        this.kernels = new ScalarSampledCrossEntropy(elementwise);
    }

    void forward(Tensor x, Tensor table, int[] positives, int[] negatives, Tensor losses, Tensor scores) {
        int width = x.shape().rowLength();
        context.parallel.ranges(x.shape().rows(), grain(width), (from, to) -> {
            if (x.dtype() == DType.F32) {
                kernels.forward(
                        floats(x), x.offset(), floats(table), table.offset(), width, positives, negatives, from, to,
                        floats(losses), losses.offset(), floats(scores), scores.offset());
            } else {
                kernels64.forward(
                        doubles(x), x.offset(), doubles(table), table.offset(), width, positives, negatives, from, to,
                        doubles(losses), losses.offset(), doubles(scores), scores.offset());
            }
        });
    }

    void backward(
            Tensor x,
            Tensor table,
            int[] positives,
            int[] negatives,
            Tensor scores,
            double scale,
            Tensor dx,
            Tensor dtable) {
        int width = x.shape().rowLength();
        int rows = x.shape().rows();
        context.parallel.ranges(rows, grain(width), (from, to) -> {
            slopes(scores, scale, from, to);
            if (dx != null) {
                rows(scores, table, positives, negatives, from, to, dx);
            }
        });
        if (dtable != null) {
            // Whole 16-column blocks, so that no two threads write to one cache line for long.
            int columns = Lanes.padded(Math.max(Lanes.COUNT, GRAIN / Math.max(1, 2 * rows)));
            context.parallel.ranges(
                    width, columns, (from, to) -> table(scores, x, positives, negatives, from, to, dtable));
        }
    }

    private void slopes(Tensor scores, double scale, int from, int to) {
        if (scores.dtype() == DType.F32) {
            kernels.slopes(floats(scores), scores.offset(), (float) scale, from, to);
        } else {
            kernels64.slopes(doubles(scores), scores.offset(), scale, from, to);
        }
    }

    private void rows(
            Tensor slopes, Tensor table, int[] positives, int[] negatives, int from, int to, Tensor dx) {
        int width = dx.shape().rowLength();
        if (dx.dtype() == DType.F32) {
            kernels.rows(
                    floats(slopes), slopes.offset(), floats(table), table.offset(), width, positives, negatives, from,
                    to, floats(dx), dx.offset());
        } else {
            kernels64.rows(
                    doubles(slopes), slopes.offset(), doubles(table), table.offset(), width, positives, negatives,
                    from, to, doubles(dx), dx.offset());
        }
    }

    private void table(
            Tensor slopes, Tensor x, int[] positives, int[] negatives, int from, int to, Tensor dtable) {
        int width = x.shape().rowLength();
        int rows = x.shape().rows();
        if (x.dtype() == DType.F32) {
            kernels.table(
                    floats(slopes), slopes.offset(), floats(x), x.offset(), width, positives, negatives, rows, from, to,
                    floats(dtable), dtable.offset());
        } else {
            kernels64.table(
                    doubles(slopes), slopes.offset(), doubles(x), x.offset(), width, positives, negatives, rows, from,
                    to, doubles(dtable), dtable.offset());
        }
    }

    private static int grain(int width) {
        return Math.max(1, GRAIN / Math.max(1, 4 * width));
    }
}
