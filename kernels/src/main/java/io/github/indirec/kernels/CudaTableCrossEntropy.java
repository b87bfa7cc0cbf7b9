package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.DeviceBuffer;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.tensor.Tensor;

/**
 * Cross-entropy over an item table on a CUDA device: table_cross_entropy.cu. Keeps one value a row, its log-sum-exp;
 * the logits exist in registers alone.
 */
final class CudaTableCrossEntropy {
    /** Rows of a tile and threads of a block: products.cuh. */
    private static final int SIDE = 64;

    private static final int THREADS = 128;

    /** Columns of a gradient that a block takes: widths up to the smaller make do with fewer registers. */
    private static final int NARROW = 64;

    private static final int WIDE = 128;

    /** Threads of a block of the joins, one a value. */
    private static final int JOIN_THREADS = 256;

    /**
     * Blocks that a launch aims at, whatever the device, so that sums are cut alike on all: three to each of the
     * largest device's multiprocessors. Their partial gradients take at most 16 MiB.
     */
    static final int BLOCKS = 512;

    private final CudaDevice device;
    private final int aim;
    private final KernelFamily kernels;

    /** @param aim blocks of a launch: {@link #BLOCKS}, or few, to have small matrices walked along */
    CudaTableCrossEntropy(CudaDevice device, int aim) {
        this.device = device;
        this.aim = aim;
        this.kernels = new KernelFamily(device, "table_cross_entropy");
    }

    /**
     * How the tiles of the side that a block walks along are shared out.
     *
     * @param tiles of each range but the last
     */
    private record Ranges(int tiles, int count) {}

    /** @param blocks that one range has */
    private Ranges ranges(int blocks, int values) {
        int all = Math.max(1, Grid.blocks(values, SIDE));
        int tiles = Grid.blocks(all, Math.max(1, aim / blocks));
        return new Ranges(tiles, Grid.blocks(all, tiles));
    }

    void forward(Tensor h, Tensor table, int[] targets, Tensor losses, Tensor saved) {
        int rows = h.shape().rows();
        int items = table.shape().rows();
        Ids.require("tableCrossEntropy", "targets", targets, rows, items);
        if (rows == 0) {
            return;
        }
        int blocks = Grid.blocks(rows, SIDE);
        Ranges ranges = ranges(blocks, items);
        try (DeviceBuffer partials = device.buffer(2L * Float.BYTES * ranges.count() * rows)) {
            kernels.launch("tableLogSumExp")
                    .tensor(h)
                    .tensor(table)
                    .ints(targets, rows)
                    .i32(rows)
                    .i32(items)
                    .i32(h.shape().rowLength())
                    .i32(ranges.tiles())
                    .buffer(partials)
                    .tensor(losses)
                    .run(blocks, ranges.count(), THREADS);
            kernels.launch("joinLogSumExp")
                    .buffer(partials)
                    .i32(rows)
                    .i32(ranges.count())
                    .tensor(losses)
                    .tensor(saved)
                    .run(Grid.blocks(rows, JOIN_THREADS), JOIN_THREADS);
        }
    }

    void rowGradient(
            Tensor h, Tensor table, int[] targets, Tensor saved, Tensor dLoss, double factor, boolean add, Tensor dh) {
        gradient("rowGradient", h, table, targets, saved, dLoss, factor, table.shape().rows(), add, dh);
    }

    void tableGradient(
            Tensor h,
            Tensor table,
            int[] targets,
            Tensor saved,
            Tensor dLoss,
            double factor,
            boolean add,
            Tensor dtable) {
        gradient("tableGradient", h, table, targets, saved, dLoss, factor, h.shape().rows(), add, dtable);
    }

    /** @param walked rows of the matrix that a block walks along */
    private void gradient(
            String kernel,
            Tensor h,
            Tensor table,
            int[] targets,
            Tensor saved,
            Tensor dLoss,
            double factor,
            int walked,
            boolean add,
            Tensor out) {
        int width = h.shape().rowLength();
        int columns = width <= NARROW ? NARROW : WIDE;
        int tiles = Grid.blocks(out.shape().rows(), SIDE);
        int slabs = Grid.blocks(width, columns);
        if (tiles == 0) {
            return;
        }
        Ranges ranges = ranges(tiles * slabs, walked);
        boolean direct = ranges.count() == 1;
        try (DeviceBuffer partials = direct ? null : device.buffer((long) Float.BYTES * ranges.count() * out.size())) {
            kernels.launch(kernel + columns)
                    .tensor(h)
                    .tensor(table)
                    .ints(targets, h.shape().rows())
                    .tensor(saved)
                    .tensor(dLoss)
                    .f32(factor)
                    .i32(h.shape().rows())
                    .i32(table.shape().rows())
                    .i32(width)
                    .i32(ranges.tiles())
                    .i32(direct && add ? 1 : 0)
                    .i64(direct ? device.address(out) : partials.address())
                    .run(tiles, slabs * ranges.count(), THREADS);
            if (!direct) {
                kernels.launch("addParts")
                        .buffer(partials)
                        .i32(ranges.count())
                        .i32(out.size())
                        .i32(add ? 1 : 0)
                        .tensor(out)
                        .run(Grid.blocks(out.size(), JOIN_THREADS), JOIN_THREADS);
            }
        }
    }
}
