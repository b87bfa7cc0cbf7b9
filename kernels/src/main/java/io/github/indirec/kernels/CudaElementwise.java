package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.DeviceBuffer;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.ElementwiseKernels;

/** Element-wise arithmetic on a CUDA device: elementwise.cu, activation.cu and the dropout of random.cu. */
final class CudaElementwise implements ElementwiseKernels {
    private final CudaDevice device;
    private final KernelFamily arithmetic;
    private final KernelFamily activation;
    private final KernelFamily random;

    CudaElementwise(CudaDevice device) {
        this.device = device;
        this.arithmetic = new KernelFamily(device, "elementwise");
        this.activation = new KernelFamily(device, "activation");
        this.random = new KernelFamily(device, "random");
    }

    @Override
    public void fill(Tensor x, double value) {
        device.fill(x, (float) value);
    }

    @Override
    public void copy(Tensor x, Tensor out) {
        device.copy(x, out);
    }

    @Override
    public void add(Tensor x, Tensor y, Tensor out) {
        arithmetic.launch("add").tensor(x).tensor(y).i32(x.size()).tensor(out).run(blocks(x), Grid.THREADS);
    }

    @Override
    public void axpy(double alpha, Tensor x, Tensor y) {
        arithmetic.launch("axpy").f32(alpha).tensor(x).i32(x.size()).tensor(y).run(blocks(x), Grid.THREADS);
    }

    @Override
    public void multiply(Tensor x, Tensor y, Tensor out) {
        arithmetic.launch("multiply").tensor(x).tensor(y).i32(x.size()).tensor(out).run(blocks(x), Grid.THREADS);
    }

    @Override
    public void scale(double alpha, Tensor x, Tensor out) {
        arithmetic.launch("scale").f32(alpha).tensor(x).i32(x.size()).tensor(out).run(blocks(x), Grid.THREADS);
    }

    @Override
    public void addRowVector(Tensor x, Tensor bias, Tensor out) {
        arithmetic
                .launch("addRowVector")
                .tensor(x)
                .tensor(bias)
                .i32(x.shape().rowLength())
                .i32(x.size())
                .tensor(out)
                .run(blocks(x), Grid.THREADS);
    }

    @Override
    public void sumRows(Tensor x, boolean accumulate, Tensor out) {
        int rows = x.shape().rows();
        int width = x.shape().rowLength();
        Grid.Chunks chunks = Grid.chunks(rows);
        if (chunks.count() == 1) {
            sumRows(device.address(x), rows, width, chunks, accumulate, device.address(out));
            return;
        }
        try (DeviceBuffer partial = device.buffer((long) Float.BYTES * chunks.count() * width)) {
            sumRows(device.address(x), rows, width, chunks, false, partial.address());
            Grid.Chunks joined = new Grid.Chunks(chunks.count(), 1);
            sumRows(partial.address(), chunks.count(), width, joined, accumulate, device.address(out));
        }
    }

    private void sumRows(long x, int rows, int width, Grid.Chunks chunks, boolean accumulate, long out) {
        arithmetic
                .launch("sumRows")
                .i64(x)
                .i32(rows)
                .i32(width)
                .i32(chunks.rows())
                .i32(accumulate ? 1 : 0)
                .i64(out)
                .run(Grid.blocks(width, Grid.TILE_COLUMNS), chunks.count(), Grid.COLUMN_THREADS);
    }

    @Override
    public void scaleRows(Tensor x, Tensor factors, Tensor out) {
        arithmetic
                .launch("scaleRows")
                .tensor(x)
                .tensor(factors)
                .i32(x.shape().rowLength())
                .i32(x.size())
                .tensor(out)
                .run(blocks(x), Grid.THREADS);
    }

    @Override
    public void biasGelu(Tensor x, Tensor bias, Tensor out) {
        activation
                .launch("biasGelu")
                .tensor(x)
                .tensor(bias)
                .i32(x.shape().rowLength())
                .i32(x.size())
                .tensor(out)
                .run(blocks(x), Grid.THREADS);
    }

    @Override
    public void biasGeluWithSlope(Tensor x, Tensor bias, Tensor out, Tensor slope) {
        activation
                .launch("biasGeluWithSlope")
                .tensor(x)
                .tensor(bias)
                .i32(x.shape().rowLength())
                .i32(x.size())
                .tensor(out)
                .tensor(slope)
                .run(blocks(x), Grid.THREADS);
    }

    @Override
    public void silu(Tensor x, Tensor out) {
        activation.launch("silu").tensor(x).i32(x.size()).tensor(out).run(blocks(x), Grid.THREADS);
    }

    @Override
    public void siluBackward(Tensor x, Tensor dy, Tensor dx) {
        activation.launch("siluBackward").tensor(x).tensor(dy).i32(x.size()).tensor(dx).run(blocks(x), Grid.THREADS);
    }

    @Override
    public void gate(Tensor z, Tensor x, Tensor y, Tensor gates, Tensor out) {
        activation
                .launch("gate")
                .tensor(z)
                .i32(z.size() == x.size() ? 0 : z.size())
                .tensor(x)
                .tensor(y)
                .i32(x.size())
                .tensor(gates)
                .tensor(out)
                .run(blocks(x), Grid.THREADS);
    }

    @Override
    public void gateBackward(Tensor gates, Tensor x, Tensor y, Tensor dout, Tensor dz, Tensor dx, Tensor dy) {
        activation
                .launch("gateBackward")
                .tensor(gates)
                .tensor(x)
                .tensor(y)
                .tensor(dout)
                .i32(x.size())
                .tensor(dz)
                .tensor(dx)
                .tensor(dy)
                .run(blocks(x), Grid.THREADS);
    }

    @Override
    public void dropout(Tensor x, double p, RandomKey key, int[] rows, Tensor out) {
        Dropout dropout = Dropout.of("dropout", p, rows, x.shape().rows());
        random.launch("dropout")
                .tensor(x)
                .i32(dropout.threshold())
                .f32(dropout.scale())
                .key(key)
                .ints(rows, x.shape().rows())
                .i32(x.shape().rowLength())
                .i32(x.size())
                .tensor(out)
                .run(blocks(x), Grid.THREADS);
    }

    @Override
    public void sum(Tensor x, Tensor out) {
        sum(device.address(x), x.size(), device.address(out));
    }

    /** The sum of no values at all is 0, which one block writes. */
    private void sum(long x, int count, long out) {
        int blocks = Math.max(1, Grid.blocks(count, Grid.SUM_TILE));
        if (blocks == 1) {
            sumTiles(x, count, blocks, out);
            return;
        }
        try (DeviceBuffer partial = device.buffer((long) Float.BYTES * blocks)) {
            sumTiles(x, count, blocks, partial.address());
            sum(partial.address(), blocks, out);
        }
    }

    private void sumTiles(long x, int count, int blocks, long out) {
        arithmetic.launch("sum").i64(x).i32(count).i64(out).run(blocks, Grid.THREADS);
    }

    private static int blocks(Tensor x) {
        return Grid.blocks(x.size(), Grid.TILE);
    }
}
