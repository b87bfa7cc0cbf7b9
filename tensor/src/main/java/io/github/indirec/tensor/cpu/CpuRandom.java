package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.spi.HostStorage.doubles;
import static io.github.indirec.tensor.spi.HostStorage.floats;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.RandomKernels;

/** Random fields on the CPU: shares rows out among threads, and long rows in pieces. */
final class CpuRandom implements RandomKernels {
    /** Normal numbers a piece, about 20 microseconds of work; a multiple of {@link ScalarRandom#BLOCK}. */
    private static final int GRAIN = 8 * ScalarRandom.BLOCK;

    private final CpuContext context;
    private final ScalarRandom kernels;
    private final Float64Random kernels64 = new Float64Random();
    private final ThreadLocal<int[]> words = ThreadLocal.withInitial(() -> new int[ScalarRandom.WORDS]);

    CpuRandom(CpuContext context) {
        this.context = context;
        this.kernels = context.kernels(ScalarRandom.class, ScalarRandom::new, "VectorRandom");
    }

    @Override
    public void normal(RandomKey key, int firstRow, Tensor out) {
        int rows = out.shape().rows();
        int width = out.shape().rowLength();
        if (width <= GRAIN) {
            int grain = GRAIN / Math.max(1, width);
            context.parallel.ranges(rows, grain, (from, to) -> normalRows(key, firstRow, from, to, width, out));
            return;
        }
        int pieces = (width - 1) / GRAIN + 1;
        for (int i = 0; i < rows; i++) {
            int row = i;
            context.parallel.ranges(pieces, 1, (from, to) -> {
                int first = from * GRAIN;
                int end = (int) Math.min(width, (long) to * GRAIN);
                normals(key, firstRow, row, first, end - first, width, out);
            });
        }
    }

    private void normalRows(RandomKey key, int firstRow, int from, int to, int width, Tensor out) {
        int start = out.offset() + from * width;
        if (out.dtype() == DType.F32) {
            kernels.normalRows(key, firstRow + from, firstRow + to, width, words.get(), floats(out), start);
        } else {
            kernels64.normalRows(key, firstRow + from, firstRow + to, width, words.get(), doubles(out), start);
        }
    }

    private void normals(RandomKey key, int firstRow, int row, int firstUnit, int count, int width, Tensor out) {
        int start = out.offset() + row * width + firstUnit;
        if (out.dtype() == DType.F32) {
            kernels.normals(key, firstRow + row, firstUnit, count, words.get(), floats(out), start);
        } else {
            kernels64.normals(key, firstRow + row, firstUnit, count, words.get(), doubles(out), start);
        }
    }
}
