package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.DeviceBuffer;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.NormKernels;

/** Normalisation on a CUDA device: norm.cu. */
final class CudaNorm implements NormKernels {
    private static final String WIDE = "Wide";

    /** Rows of a block of the row-wise kernels, 16 threads each. */
    private static final int ROWS = 8;

    private static final int ROW_THREADS = 16 * ROWS;

    /** Threads of a block of layerNormBackward: 16 groups of 16. */
    private static final int CHUNK_THREADS = 256;

    private final CudaDevice device;
    private final KernelFamily kernels;

    CudaNorm(CudaDevice device) {
        this.device = device;
        this.kernels = new KernelFamily(device, "norm");
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, double eps, Tensor out, Tensor mean, Tensor rstd) {
        int rows = x.shape().rows();
        int width = x.shape().rowLength();
        kernels.launch("layerNorm" + form(width))
                .tensor(x)
                .tensor(gamma)
                .tensor(beta)
                .f32(eps)
                .i32(rows)
                .i32(width)
                .tensor(out)
                .tensor(mean)
                .tensor(rstd)
                .run(Grid.blocks(rows, ROWS), ROW_THREADS);
    }

    @Override
    public void layerNormBackward(
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor rstd,
            Tensor dy,
            Tensor dx,
            boolean accumulate,
            Tensor dgamma,
            Tensor dbeta) {
        int rows = x.shape().rows();
        int width = x.shape().rowLength();
        Grid.Chunks chunks = Grid.chunks(rows);
        try (DeviceBuffer partial = device.buffer(2L * Float.BYTES * chunks.count() * width)) {
            if (form(width).equals(WIDE)) {
                wideBackward(x, gamma, mean, rstd, dy, dx, chunks, partial);
            } else {
                kernels.launch("layerNormBackward" + form(width))
                        .tensor(x)
                        .tensor(gamma)
                        .tensor(mean)
                        .tensor(rstd)
                        .tensor(dy)
                        .i32(rows)
                        .i32(width)
                        .i32(chunks.rows())
                        .tensor(dx)
                        .buffer(partial)
                        .run(chunks.count(), CHUNK_THREADS);
            }
            kernels.launch("joinColumns")
                    .buffer(partial)
                    .i32(chunks.count())
                    .i32(width)
                    .i32(accumulate ? 1 : 0)
                    .tensor(dgamma)
                    .tensor(dbeta)
                    .run(Grid.blocks(width, Grid.TILE_COLUMNS), 2, Grid.COLUMN_THREADS);
        }
    }

    private void wideBackward(
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor rstd,
            Tensor dy,
            Tensor dx,
            Grid.Chunks chunks,
            DeviceBuffer partial) {
        int rows = x.shape().rows();
        int width = x.shape().rowLength();
        kernels.launch("layerNormBackwardWide")
                .tensor(x)
                .tensor(gamma)
                .tensor(mean)
                .tensor(rstd)
                .tensor(dy)
                .i32(rows)
                .i32(width)
                .tensor(dx)
                .run(Grid.blocks(rows, ROWS), ROW_THREADS);
        kernels.launch("layerNormColumns")
                .tensor(x)
                .tensor(mean)
                .tensor(rstd)
                .tensor(dy)
                .i32(rows)
                .i32(width)
                .i32(chunks.rows())
                .buffer(partial)
                .run(Grid.blocks(width, Grid.TILE_COLUMNS), chunks.count(), Grid.COLUMN_THREADS);
    }

    @Override
    public void residualNorm(
            Tensor x,
            Tensor bias,
            double p,
            RandomKey key,
            int[] rows,
            Tensor residual,
            Tensor gamma,
            Tensor beta,
            double eps,
            Tensor sum,
            Tensor out,
            Tensor mean,
            Tensor rstd) {
        int count = x.shape().rows();
        int width = x.shape().rowLength();
        Dropout dropout = Dropout.of("residualNorm", p, rows, count);
        kernels.launch("residualNorm" + form(width))
                .tensor(x)
                .tensor(bias)
                .i32(dropout.threshold())
                .f32(dropout.scale())
                .key(key)
                .ints(p > 0 ? rows : null, count)
                .tensor(residual)
                .tensor(gamma)
                .tensor(beta)
                .f32(eps)
                .i32(count)
                .i32(width)
                .tensor(sum)
                .tensor(out)
                .tensor(mean)
                .tensor(rstd)
                .run(Grid.blocks(count, ROWS), ROW_THREADS);
    }

    @Override
    public void normalizeRows(Tensor x, double eps, Tensor out, Tensor norm) {
        int rows = x.shape().rows();
        int width = x.shape().rowLength();
        kernels.launch("normalizeRows" + form(width))
                .tensor(x)
                .f32(eps)
                .i32(rows)
                .i32(width)
                .tensor(out)
                .tensor(norm)
                .run(Grid.blocks(rows, ROWS), ROW_THREADS);
    }

    @Override
    public void normalizeRowsBackward(Tensor out, Tensor norm, Tensor dy, Tensor dx) {
        int rows = out.shape().rows();
        int width = out.shape().rowLength();
        kernels.launch("normalizeRowsBackward" + form(width))
                .tensor(out)
                .tensor(norm)
                .tensor(dy)
                .i32(rows)
                .i32(width)
                .tensor(dx)
                .run(Grid.blocks(rows, ROWS), ROW_THREADS);
    }

    /** The form of a kernel for rows of this length: the end of its name. */
    private static String form(int width) {
        return width <= 64 ? "64" : width <= 128 ? "128" : width <= 256 ? "256" : WIDE;
    }
}
