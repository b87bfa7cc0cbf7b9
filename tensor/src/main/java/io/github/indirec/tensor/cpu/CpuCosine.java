package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.spi.HostStorage.doubles;
import static io.github.indirec.tensor.spi.HostStorage.floats;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;

/** Distance of directions on the CPU: shares rows out among threads. */
final class CpuCosine {
    /** Values a piece: about 5 microseconds, well above the cost of handing a piece over. */
    private static final int GRAIN = 8_192;

    private final CpuContext context;
    private final ScalarCosine kernels;
    private final Float64Cosine kernels64 = new Float64Cosine();

    CpuCosine(CpuContext context) {
        this.context = context;
        this.kernels = context.kernels(ScalarCosine.class, ScalarCosine::new, "VectorCosine");
    }

    void forward(Tensor x, Tensor y, double eps, Tensor losses) {
        int width = x.shape().rowLength();
        context.parallel.ranges(x.shape().rows(), grain(width), (from, to) -> {
            if (x.dtype() == DType.F32) {
                kernels.cosineDistance(
                        floats(x), x.offset(), floats(y), y.offset(), (float) eps, width, from, to, floats(losses),
                        losses.offset());
            } else {
                kernels64.cosineDistance(
                        doubles(x), x.offset(), doubles(y), y.offset(), eps, width, from, to, doubles(losses),
                        losses.offset());
            }
        });
    }

    void backward(Tensor x, Tensor y, double eps, double scale, Tensor dx, Tensor dy) {
        int width = x.shape().rowLength();
        context.parallel.ranges(x.shape().rows(), grain(width), (from, to) -> {
            if (x.dtype() == DType.F32) {
                kernels.cosineDistanceBackward(
                        floats(x), x.offset(), floats(y), y.offset(), (float) eps, (float) scale, width, from, to,
                        floats(dx), dx.offset(), floats(dy), dy.offset());
            } else {
                kernels64.cosineDistanceBackward(
                        doubles(x), x.offset(), doubles(y), y.offset(), eps, scale, width, from, to, doubles(dx),
                        dx.offset(), doubles(dy), dy.offset());
            }
        });
    }

    private static int grain(int width) {
        return Math.max(1, GRAIN / Math.max(1, width));
    }
}
