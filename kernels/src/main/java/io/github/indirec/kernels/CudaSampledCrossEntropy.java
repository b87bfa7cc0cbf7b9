package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.tensor.Tensor;

/** Sampled cross-entropy on a CUDA device: sampled_cross_entropy.cu. */
final class CudaSampledCrossEntropy {
    /** Columns that a warp of addUses takes, and warps of a block. */
    private static final int WARP = 32;

    private static final int WARPS = 4;

    private final KernelFamily kernels;

    CudaSampledCrossEntropy(CudaDevice device) {
        this.kernels = new KernelFamily(device, "sampled_cross_entropy");
    }

    void forward(Tensor x, Tensor table, int[] positives, int[] negatives, Tensor losses, Tensor scores) {
        int rows = x.shape().rows();
        int items = table.shape().rows();
        Ids.require("sampledCrossEntropy", "positives", positives, rows, items);
        Ids.require("sampledCrossEntropy", "negatives", negatives, rows, items);
        kernels.launch("sampledCrossEntropy")
                .tensor(x)
                .tensor(table)
                .ints(positives, rows)
                .ints(negatives, rows)
                .i32(rows)
                .i32(x.shape().rowLength())
                .tensor(losses)
                .tensor(scores)
                .run(Grid.blocks(rows, Grid.LANE_ROWS), Grid.LANE_ROW_THREADS);
    }

    void backward(
            Tensor x,
            Tensor table,
            int[] positives,
            int[] negatives,
            Tensor scores,
            Tensor dLoss,
            double factor,
            Tensor dx,
            Tensor dtable) {
        int rows = x.shape().rows();
        int items = table.shape().rows();
        Ids.require("sampledCrossEntropyBackward", "positives", positives, rows, items);
        Ids.require("sampledCrossEntropyBackward", "negatives", negatives, rows, items);
        kernels.launch("sampledCrossEntropyBackward")
                .tensor(table)
                .ints(positives, rows)
                .ints(negatives, rows)
                .tensor(dLoss)
                .f32(factor)
                .i32(rows)
                .i32(x.shape().rowLength())
                .tensor(scores)
                .tensor(dx)
                .run(Grid.blocks(rows, Grid.LANE_ROWS), Grid.LANE_ROW_THREADS);
        if (dtable != null) {
            addUses(x, positives, negatives, scores, dtable);
        }
    }

    /** The table rows used are positives[0], negatives[0], positives[1], ...: in this order each is added to. */
    private void addUses(Tensor x, int[] positives, int[] negatives, Tensor slopes, Tensor dtable) {
        int rows = x.shape().rows();
        int width = x.shape().rowLength();
        int[] used = new int[Math.multiplyExact(2, rows)];
        for (int i = 0; i < rows; i++) {
            used[2 * i] = positives[i];
            used[2 * i + 1] = negatives[i];
        }
        RowSegments segments = RowSegments.of(used, used.length, dtable.shape().rows());
        int warps = Math.multiplyExact(segments.count(), Grid.blocks(width, WARP));
        kernels.launch("addUses")
                .tensor(x)
                .tensor(slopes)
                .ints(segments.order(), used.length)
                .ints(segments.starts(), segments.count() + 1)
                .ints(segments.targets(), segments.count())
                .i32(segments.count())
                .i32(width)
                .tensor(dtable)
                .run(Grid.blocks(warps, WARPS), WARPS * WARP);
    }
}
