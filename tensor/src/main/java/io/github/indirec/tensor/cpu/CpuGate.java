package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.spi.HostStorage.doubles;
import static io.github.indirec.tensor.spi.HostStorage.floats;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;

/** Mixing by gates on the CPU: shares rows out among threads. */
final class CpuGate {
    /** Values a piece: an exponential and a division each, so a quarter of what plain arithmetic takes. */
    private static final int GRAIN = 4_096;

    private final CpuContext context;
    private final ScalarGate kernels;
    private final Float64Gate kernels64 = new Float64Gate();

    CpuGate(CpuContext context) {
        this.context = context;
        this.kernels = context.kernels(ScalarGate.class, ScalarGate::new, "VectorGate");
    }

    void forward(Tensor z, Tensor x, Tensor y, Tensor gates, Tensor out) {
        int width = x.shape().rowLength();
        boolean shared = z.size() != x.size();
        context.parallel.ranges(x.shape().rows(), grain(width), (from, to) -> {
            // One row of z for all rows is passed row by row, rows of its own all at once.
            int step = shared ? 1 : to - from;
            for (int row = from; row < to; row += step) {
                int at = row * width;
                forward(z, shared ? 0 : at, x, y, at, step * width, gates, out);
            }
        });
    }

    private void forward(Tensor z, int zAt, Tensor x, Tensor y, int at, int count, Tensor gates, Tensor out) {
        if (x.dtype() == DType.F32) {
            kernels.gate(
                    floats(z), z.offset() + zAt, floats(x), x.offset() + at, floats(y), y.offset() + at, count,
                    floats(gates), gates.offset() + at, floats(out), out.offset() + at);
        } else {
            kernels64.gate(
                    doubles(z), z.offset() + zAt, doubles(x), x.offset() + at, doubles(y), y.offset() + at, count,
                    doubles(gates), gates.offset() + at, doubles(out), out.offset() + at);
        }
    }

    void backward(Tensor gates, Tensor x, Tensor y, Tensor dout, Tensor dz, Tensor dx, Tensor dy) {
        context.parallel.ranges(x.size(), GRAIN, (from, to) -> {
            if (x.dtype() == DType.F32) {
                kernels.gateBackward(
                        floats(gates), gates.offset() + from, floats(x), x.offset() + from, floats(y),
                        y.offset() + from, floats(dout), dout.offset() + from, to - from, floats(dz),
                        dz.offset() + from, floats(dx), dx.offset() + from, floats(dy), dy.offset() + from);
            } else {
                kernels64.gateBackward(
                        doubles(gates), gates.offset() + from, doubles(x), x.offset() + from, doubles(y),
                        y.offset() + from, doubles(dout), dout.offset() + from, to - from, doubles(dz),
                        dz.offset() + from, doubles(dx), dx.offset() + from, doubles(dy), dy.offset() + from);
            }
        });
    }

    private static int grain(int width) {
        return Math.max(1, GRAIN / Math.max(1, width));
    }
}
