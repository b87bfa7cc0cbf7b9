package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.spi.HostStorage.doubles;
import static io.github.indirec.tensor.spi.HostStorage.floats;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.ElementwiseKernels;
import java.util.Arrays;

/** Element-wise arithmetic on the CPU: shares values or rows out among threads. */
final class CpuElementwise implements ElementwiseKernels {
    /** Values a piece of plain arithmetic: about 5 microseconds, well above the cost of handing a piece over. */
    private static final int GRAIN = 16_384;

    /** Values a piece of GELU or dropout, which cost four times as much. */
    private static final int COSTLY_GRAIN = 4_096;

    private final CpuContext context;
    private final ScalarElementwise kernels;
    private final Float64Elementwise kernels64 = new Float64Elementwise();
    private final RowDropout dropout;
    private final CpuGate gate;

    CpuElementwise(CpuContext context) {
        this.context = context;
        this.kernels = context.kernels(ScalarElementwise.class, ScalarElementwise::new, "VectorElementwise");
        this.dropout = new RowDropout(context);
        this.gate = new CpuGate(context);
    }

    @Override
    public void fill(Tensor x, double value) {
        int end = x.offset() + x.size();
        if (isFloat(x)) {
            Arrays.fill(floats(x), x.offset(), end, (float) value);
        } else {
            Arrays.fill(doubles(x), x.offset(), end, value);
        }
    }

    @Override
    public void copy(Tensor x, Tensor out) {
        Object from = isFloat(x) ? floats(x) : doubles(x);
        Object to = isFloat(x) ? floats(out) : doubles(out);
        System.arraycopy(from, x.offset(), to, out.offset(), x.size());
    }

    @Override
    public void add(Tensor x, Tensor y, Tensor out) {
        context.parallel.ranges(x.size(), GRAIN, (from, to) -> {
            int xi = x.offset() + from;
            int yi = y.offset() + from;
            int oi = out.offset() + from;
            if (isFloat(x)) {
                kernels.add(floats(x), xi, floats(y), yi, to - from, floats(out), oi);
            } else {
                kernels64.add(doubles(x), xi, doubles(y), yi, to - from, doubles(out), oi);
            }
        });
    }

    @Override
    public void axpy(double alpha, Tensor x, Tensor y) {
        context.parallel.ranges(x.size(), GRAIN, (from, to) -> {
            int xi = x.offset() + from;
            int yi = y.offset() + from;
            if (isFloat(x)) {
                kernels.axpy((float) alpha, floats(x), xi, to - from, floats(y), yi);
            } else {
                kernels64.axpy(alpha, doubles(x), xi, to - from, doubles(y), yi);
            }
        });
    }

    @Override
    public void multiply(Tensor x, Tensor y, Tensor out) {
        context.parallel.ranges(x.size(), GRAIN, (from, to) -> {
            int xi = x.offset() + from;
            int yi = y.offset() + from;
            int oi = out.offset() + from;
            if (isFloat(x)) {
                kernels.multiply(floats(x), xi, floats(y), yi, to - from, floats(out), oi);
            } else {
                kernels64.multiply(doubles(x), xi, doubles(y), yi, to - from, doubles(out), oi);
            }
        });
    }

    @Override
    public void scale(double alpha, Tensor x, Tensor out) {
        context.parallel.ranges(x.size(), GRAIN, (from, to) -> {
            int xi = x.offset() + from;
            int oi = out.offset() + from;
            if (isFloat(x)) {
                kernels.scale((float) alpha, floats(x), xi, to - from, floats(out), oi);
            } else {
                kernels64.scale(alpha, doubles(x), xi, to - from, doubles(out), oi);
            }
        });
    }

    @Override
    public void addRowVector(Tensor x, Tensor bias, Tensor out) {
        int width = x.shape().rowLength();
        context.parallel.ranges(x.shape().rows(), rowGrain(GRAIN, width), (from, to) -> {
            if (isFloat(x)) {
                kernels.addRowVector(
                        floats(x), x.offset(), floats(bias), bias.offset(), width, from, to, floats(out), out.offset());
            } else {
                kernels64.addRowVector(
                        doubles(x), x.offset(), doubles(bias), bias.offset(), width, from, to, doubles(out),
                        out.offset());
            }
        });
    }

    @Override
    public void scaleRows(Tensor x, Tensor factors, Tensor out) {
        int width = x.shape().rowLength();
        context.parallel.ranges(x.shape().rows(), rowGrain(GRAIN, width), (from, to) -> {
            if (isFloat(x)) {
                kernels.scaleRows(
                        floats(x), x.offset(), floats(factors), factors.offset(), width, from, to, floats(out),
                        out.offset());
            } else {
                kernels64.scaleRows(
                        doubles(x), x.offset(), doubles(factors), factors.offset(), width, from, to, doubles(out),
                        out.offset());
            }
        });
    }

    @Override
    public void sumRows(Tensor x, boolean accumulate, Tensor out) {
        int width = x.shape().rowLength();
        int rows = x.shape().rows();
        int partials = Math.multiplyExact(Parallel.CHUNKS, width);
        if (isFloat(x)) {
            float[] partial = context.scratch(CpuContext.REDUCTION, partials);
            context.parallel.chunks(rows, (long) rows * width, (chunk, from, to) ->
                    kernels.sumRows(floats(x), x.offset(), width, from, to, partial, chunk * width));
            kernels.joinChunks(partial, Parallel.CHUNKS, width, accumulate, floats(out), out.offset());
        } else {
            double[] partial = new double[partials];
            context.parallel.chunks(rows, (long) rows * width, (chunk, from, to) ->
                    kernels64.sumRows(doubles(x), x.offset(), width, from, to, partial, chunk * width));
            kernels64.joinChunks(partial, Parallel.CHUNKS, width, accumulate, doubles(out), out.offset());
        }
    }

    @Override
    public void biasGelu(Tensor x, Tensor bias, Tensor out) {
        int width = x.shape().rowLength();
        context.parallel.ranges(x.shape().rows(), rowGrain(COSTLY_GRAIN, width), (from, to) -> {
            if (isFloat(x)) {
                kernels.biasGelu(
                        floats(x), x.offset(), floats(bias), bias.offset(), width, from, to, floats(out), out.offset());
            } else {
                kernels64.biasGelu(
                        doubles(x), x.offset(), doubles(bias), bias.offset(), width, from, to, doubles(out),
                        out.offset());
            }
        });
    }

    @Override
    public void biasGeluWithSlope(Tensor x, Tensor bias, Tensor out, Tensor slope) {
        int width = x.shape().rowLength();
        context.parallel.ranges(x.shape().rows(), rowGrain(COSTLY_GRAIN, width), (from, to) -> {
            if (isFloat(x)) {
                kernels.biasGeluWithSlope(
                        floats(x), x.offset(), floats(bias), bias.offset(), width, from, to, floats(out), out.offset(),
                        floats(slope), slope.offset());
            } else {
                kernels64.biasGeluWithSlope(
                        doubles(x), x.offset(), doubles(bias), bias.offset(), width, from, to, doubles(out),
                        out.offset(), doubles(slope), slope.offset());
            }
        });
    }

    @Override
    public void dropout(Tensor x, double p, RandomKey key, int[] rows, Tensor out) {
        if (!(p >= 0 && p < 1)) {
            throw new IllegalArgumentException("dropout: expected a probability in [0, 1), found " + p);
        }
        int width = x.shape().rowLength();
        context.parallel.ranges(
                x.shape().rows(),
                rowGrain(COSTLY_GRAIN, width),
                (from, to) -> dropout.apply(x, p, key, rows, from, to, out));
    }

    @Override
    public void gate(Tensor z, Tensor x, Tensor y, Tensor gates, Tensor out) {
        gate.forward(z, x, y, gates, out);
    }

    @Override
    public void gateBackward(Tensor gates, Tensor x, Tensor y, Tensor dout, Tensor dz, Tensor dx, Tensor dy) {
        gate.backward(gates, x, y, dout, dz, dx, dy);
    }

    @Override
    public void sum(Tensor x, Tensor out) {
        int count = x.size();
        int blocks = (count - 1) / ScalarElementwise.SUM_BLOCK + 1;
        int grain = GRAIN / ScalarElementwise.SUM_BLOCK;
        if (isFloat(x)) {
            float[] sums = context.scratch(CpuContext.REDUCTION, blocks);
            context.parallel.ranges(
                    blocks, grain, (from, to) -> kernels.blockSums(floats(x), x.offset(), count, from, to, sums));
            floats(out)[out.offset()] = kernels.total(sums, blocks);
        } else {
            double[] sums = new double[blocks];
            context.parallel.ranges(
                    blocks, grain, (from, to) -> kernels64.blockSums(doubles(x), x.offset(), count, from, to, sums));
            doubles(out)[out.offset()] = kernels64.total(sums, blocks);
        }
    }

    private static boolean isFloat(Tensor x) {
        return x.dtype() == DType.F32;
    }

    private static int rowGrain(int values, int width) {
        return Math.max(1, values / Math.max(1, width));
    }
}
