package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.IndexKernels;

/** Moving rows and columns on a CUDA device: index.cu. */
final class CudaIndex implements IndexKernels {
    /** Columns that a warp of the scatter takes, and warps of a block. */
    private static final int WARP = 32;

    private static final int WARPS = 4;

    private final CudaDevice device;
    private final KernelFamily kernels;

    CudaIndex(CudaDevice device) {
        this.device = device;
        this.kernels = new KernelFamily(device, "index");
    }

    @Override
    public void gatherRows(Tensor table, int[] ids, Tensor out) {
        int count = out.shape().rows();
        Ids.require("gatherRows", "ids", ids, count, table.shape().rows());
        kernels.launch("gatherRows")
                .tensor(table)
                .ints(ids, count)
                .i32(table.shape().rowLength())
                .i32(out.size())
                .tensor(out)
                .run(Grid.blocks(out.size(), Grid.TILE), Grid.THREADS);
    }

    @Override
    public void scatterAddRows(Tensor x, int[] ids, Tensor table) {
        int count = x.shape().rows();
        int width = table.shape().rowLength();
        int rows = table.shape().rows();
        Ids.require("scatterAddRows", "ids", ids, count, rows);
        RowSegments segments = RowSegments.of(ids, count, rows);
        int warps = Math.multiplyExact(segments.count(), Grid.blocks(width, WARP));
        kernels.launch("scatterAddRows")
                .tensor(x)
                .ints(segments.order(), count)
                .ints(segments.starts(), segments.count() + 1)
                .ints(segments.targets(), segments.count())
                .i32(segments.count())
                .i32(width)
                .tensor(table)
                .run(Grid.blocks(warps, WARPS), WARPS * WARP);
    }

    @Override
    public void copyColumns(Tensor x, int column, Tensor out, int outColumn, int width) {
        int count = x.shape().rows() * width;
        kernels.launch("copyColumns")
                .i64(device.address(x) + (long) Float.BYTES * column)
                .i32(x.shape().rowLength())
                .i32(width)
                .i32(count)
                .i32(out.shape().rowLength())
                .i64(device.address(out) + (long) Float.BYTES * outColumn)
                .run(Grid.blocks(count, Grid.TILE), Grid.THREADS);
    }
}
