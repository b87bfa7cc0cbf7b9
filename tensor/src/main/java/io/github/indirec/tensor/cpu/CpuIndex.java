package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.spi.HostStorage.doubles;
import static io.github.indirec.tensor.spi.HostStorage.floats;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.IndexKernels;

/**
 * Moving rows and columns on the CPU. Threads share out the rows of a copy; those of a scatter, where two rows may meet
 * in one, share out the columns, so that every table row is added to in order.
 */
final class CpuIndex implements IndexKernels {
    /** Values a piece: a few microseconds of copying, well above the cost of handing a piece over. */
    private static final int GRAIN = 32_768;

    private final CpuContext context;
    private final ScalarIndex kernels = new ScalarIndex();
    private final Float64Index kernels64 = new Float64Index();

    CpuIndex(CpuContext context) {
        this.context = context;
    }

    @Override
    public void gatherRows(Tensor table, int[] ids, Tensor out) {
        int width = table.shape().rowLength();
        int count = out.shape().rows();
        requireIds("gatherRows", ids, count, table.shape().rows());
        context.parallel.ranges(count, grain(width), (from, to) -> {
            if (table.dtype() == DType.F32) {
                kernels.gatherRows(
                        floats(table), table.offset(), width, ids, from, to, floats(out), out.offset());
            } else {
                kernels64.gatherRows(
                        doubles(table), table.offset(), width, ids, from, to, doubles(out), out.offset());
            }
        });
    }

    @Override
    public void scatterAddRows(Tensor x, int[] ids, Tensor table) {
        int width = table.shape().rowLength();
        int count = x.shape().rows();
        requireIds("scatterAddRows", ids, count, table.shape().rows());
        // Whole 16-column blocks, so that no two threads write to one cache line for long.
        int grain = Lanes.padded(Math.max(Lanes.COUNT, 2 * GRAIN / Math.max(1, count)));
        context.parallel.ranges(width, grain, (from, to) -> {
            if (table.dtype() == DType.F32) {
                kernels.scatterAddRows(
                        floats(x), x.offset(), width, ids, count, from, to, floats(table), table.offset());
            } else {
                kernels64.scatterAddRows(
                        doubles(x), x.offset(), width, ids, count, from, to, doubles(table), table.offset());
            }
        });
    }

    @Override
    public void copyColumns(Tensor x, int column, Tensor out, int outColumn, int width) {
        int stride = x.shape().rowLength();
        int outStride = out.shape().rowLength();
        int start = x.offset() + column;
        int outStart = out.offset() + outColumn;
        context.parallel.ranges(x.shape().rows(), grain(width), (from, to) -> {
            if (x.dtype() == DType.F32) {
                kernels.copyColumns(floats(x), start, stride, from, to, floats(out), outStart, outStride, width);
            } else {
                kernels64.copyColumns(doubles(x), start, stride, from, to, doubles(out), outStart, outStride, width);
            }
        });
    }

    private static void requireIds(String operation, int[] ids, int count, int rows) {
        if (ids.length < count) {
            throw new IllegalArgumentException(
                    operation + ": ids has " + ids.length + " values, expected " + count + ", one a row");
        }
        for (int i = 0; i < count; i++) {
            if (ids[i] < 0 || ids[i] >= rows) {
                throw new IndexOutOfBoundsException(operation + ": ids[" + i + "] is " + ids[i] + ", expected 0 to "
                        + (rows - 1) + ", a row of the table");
            }
        }
    }

    private static int grain(int width) {
        return Math.max(1, GRAIN / Math.max(1, width));
    }
}
