package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.DeviceBuffer;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.LossKernels;

/**
 * Losses on a CUDA device: cross_entropy.cu, info_nce.cu, distance.cu and the two families that have a class of their
 * own.
 */
final class CudaLoss implements LossKernels {
    /** Columns that a block of crossEntropyBackward takes. */
    private static final int COLUMNS = 4 * Grid.TILE;

    private final CudaDevice device;
    private final KernelFamily crossEntropy;
    private final KernelFamily infoNce;
    private final KernelFamily distance;
    private final CudaTableCrossEntropy table;
    private final CudaSampledCrossEntropy sampled;

    CudaLoss(CudaDevice device) {
        this(device, CudaTableCrossEntropy.BLOCKS);
    }

    /** @param tableBlocks see {@link CudaTableCrossEntropy} */
    CudaLoss(CudaDevice device, int tableBlocks) {
        this.device = device;
        this.crossEntropy = new KernelFamily(device, "cross_entropy");
        this.infoNce = new KernelFamily(device, "info_nce");
        this.distance = new KernelFamily(device, "distance");
        this.table = new CudaTableCrossEntropy(device, tableBlocks);
        this.sampled = new CudaSampledCrossEntropy(device);
    }

    @Override
    public void crossEntropy(Tensor logits, int[] targets, Tensor losses, Tensor logSumExp) {
        int rows = logits.shape().rows();
        int width = logits.shape().rowLength();
        Ids.require("crossEntropy", "targets", targets, rows, width);
        crossEntropy
                .launch("crossEntropy")
                .tensor(logits)
                .ints(targets, rows)
                .i32(width)
                .tensor(losses)
                .tensor(logSumExp)
                .run(rows, Grid.THREADS);
    }

    @Override
    public void crossEntropyBackward(
            Tensor logits, int[] targets, Tensor logSumExp, Tensor dLoss, double factor, Tensor dlogits) {
        int rows = logits.shape().rows();
        int width = logits.shape().rowLength();
        Ids.require("crossEntropyBackward", "targets", targets, rows, width);
        // Up to 7 columns more: a row begins within a sector.
        crossEntropy
                .launch("crossEntropyBackward")
                .tensor(logits)
                .ints(targets, rows)
                .tensor(logSumExp)
                .tensor(dLoss)
                .f32(factor)
                .i32(width)
                .tensor(dlogits)
                .run(rows, Grid.blocks(width + 7, COLUMNS), Grid.THREADS);
    }

    @Override
    public int tableCrossEntropySaved(int rows, int items) {
        return rows;
    }

    @Override
    public void tableCrossEntropy(Tensor h, Tensor table, int[] targets, Tensor losses, Tensor saved) {
        this.table.forward(h, table, targets, losses, saved);
    }

    @Override
    public void tableCrossEntropyBackward(
            Tensor h,
            Tensor table,
            int[] targets,
            Tensor saved,
            Tensor dLoss,
            double factor,
            boolean addDh,
            Tensor dh,
            boolean addDtable,
            Tensor dtable) {
        Ids.require("tableCrossEntropyBackward", "targets", targets, h.shape().rows(), table.shape().rows());
        if (dh != null) {
            this.table.rowGradient(h, table, targets, saved, dLoss, factor, addDh, dh);
        }
        if (dtable != null) {
            this.table.tableGradient(h, table, targets, saved, dLoss, factor, addDtable, dtable);
        }
    }

    @Override
    public void sampledCrossEntropy(
            Tensor x, Tensor table, int[] positives, int[] negatives, Tensor losses, Tensor scores) {
        sampled.forward(x, table, positives, negatives, losses, scores);
    }

    @Override
    public void sampledCrossEntropyBackward(
            Tensor x,
            Tensor table,
            int[] positives,
            int[] negatives,
            Tensor scores,
            Tensor dLoss,
            double factor,
            Tensor dx,
            Tensor dtable) {
        sampled.backward(x, table, positives, negatives, scores, dLoss, factor, dx, dtable);
    }

    @Override
    public void infoNce(Tensor sim, int[] groups, Tensor losses, Tensor logSumExp) {
        int views = views(sim, groups);
        infoNce.launch("infoNce")
                .tensor(sim)
                .ints(groups, views)
                .i32(views)
                .tensor(losses)
                .tensor(logSumExp)
                .run(Grid.blocks(2 * views, Grid.LANE_ROWS), Grid.LANE_ROW_THREADS);
    }

    @Override
    public void infoNceBackward(
            Tensor sim, int[] groups, Tensor logSumExp, Tensor dLoss, double factor, Tensor dsim) {
        int views = views(sim, groups);
        infoNce.launch("infoNceBackward")
                .tensor(sim)
                .ints(groups, views)
                .tensor(logSumExp)
                .tensor(dLoss)
                .f32(factor)
                .i32(views)
                .tensor(dsim)
                .run(Grid.blocks(2 * views, Grid.LANE_ROWS), Grid.LANE_ROW_THREADS);
    }

    private static int views(Tensor sim, int[] groups) {
        int width = sim.shape().rowLength();
        if (2 * groups.length != width) {
            throw new IllegalArgumentException("infoNce: groups has " + groups.length + " values, expected " + width / 2
                    + ", half the columns of sim");
        }
        return groups.length;
    }

    @Override
    public void meanSquaredError(Tensor x, Tensor y, Tensor out) {
        int blocks = Grid.blocks(x.size(), Grid.SUM_TILE);
        try (DeviceBuffer partials = device.buffer((long) Float.BYTES * blocks)) {
            distance.launch("squaredErrors")
                    .tensor(x)
                    .tensor(y)
                    .i32(x.size())
                    .buffer(partials)
                    .run(blocks, Grid.THREADS);
            distance.launch("meanOfPartials")
                    .buffer(partials)
                    .i32(blocks)
                    .f32(x.size())
                    .tensor(out)
                    .run(1, Grid.THREADS);
        }
    }

    @Override
    public void meanSquaredErrorBackward(Tensor x, Tensor y, Tensor dLoss, Tensor dx) {
        distance.launch("squaredErrorsBackward")
                .tensor(x)
                .tensor(y)
                .tensor(dLoss)
                .f32(2.0 / x.size())
                .i32(x.size())
                .tensor(dx)
                .run(Grid.blocks(x.size(), Grid.TILE), Grid.THREADS);
    }

    @Override
    public void cosineDistance(Tensor x, Tensor y, double eps, Tensor losses) {
        int rows = x.shape().rows();
        distance.launch("cosineDistance")
                .tensor(x)
                .tensor(y)
                .f32(eps)
                .i32(rows)
                .i32(x.shape().rowLength())
                .tensor(losses)
                .run(Grid.blocks(rows, Grid.LANE_ROWS), Grid.LANE_ROW_THREADS);
    }

    @Override
    public void cosineDistanceBackward(
            Tensor x, Tensor y, double eps, Tensor dLoss, double factor, Tensor dx, Tensor dy) {
        int rows = x.shape().rows();
        distance.launch("cosineDistanceBackward")
                .tensor(x)
                .tensor(y)
                .f32(eps)
                .tensor(dLoss)
                .f32(factor)
                .i32(rows)
                .i32(x.shape().rowLength())
                .tensor(dx)
                .tensor(dy)
                .run(Grid.blocks(rows, Grid.LANE_ROWS), Grid.LANE_ROW_THREADS);
    }
}
