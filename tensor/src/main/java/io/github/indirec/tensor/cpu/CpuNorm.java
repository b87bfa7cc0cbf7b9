package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.spi.HostStorage.doubles;
import static io.github.indirec.tensor.spi.HostStorage.floats;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.NormKernels;

/** Normalisation on the CPU: shares rows out among threads. */
final class CpuNorm implements NormKernels {
    /** Values a piece: about 5 microseconds, well above the cost of handing a piece over. */
    private static final int GRAIN = 16_384;

    private final CpuContext context;
    private final ScalarNorm kernels;
    private final CpuResidualNorm residualNorm;
    private final Float64Norm kernels64 = new Float64Norm();

    CpuNorm(CpuContext context) {
        this.context = context;
        this.kernels = context.kernels(ScalarNorm.class, ScalarNorm::new, "VectorNorm");
        this.residualNorm = new CpuResidualNorm(context, kernels);
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, double eps, Tensor out, Tensor mean, Tensor rstd) {
        int width = x.shape().rowLength();
        context.parallel.ranges(x.shape().rows(), grain(width), (from, to) -> {
            if (x.dtype() == DType.F32) {
                kernels.layerNorm(
                        floats(x), x.offset(), floats(gamma), gamma.offset(), floats(beta), beta.offset(), (float) eps,
                        width, from, to, floats(out), out.offset(), floats(mean), mean.offset(), floats(rstd),
                        rstd.offset());
            } else {
                kernels64.layerNorm(
                        doubles(x), x.offset(), doubles(gamma), gamma.offset(), doubles(beta), beta.offset(), eps,
                        width, from, to, doubles(out), out.offset(), doubles(mean), mean.offset(), doubles(rstd),
                        rstd.offset());
            }
        });
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
        int width = x.shape().rowLength();
        int stride = 2 * width;
        int partials = Math.multiplyExact(Parallel.CHUNKS, stride);
        if (x.dtype() == DType.F32) {
            float[] partial = context.scratch(CpuContext.REDUCTION, partials);
            context.parallel.chunks(x.shape().rows(), x.size(), (chunk, from, to) -> kernels.layerNormBackward(
                    floats(x), x.offset(), floats(gamma), gamma.offset(), floats(mean), mean.offset(), floats(rstd),
                    rstd.offset(), floats(dy), dy.offset(), width, from, to, floats(dx), dx.offset(), partial,
                    chunk * stride));
            kernels.joinChunks(
                    partial, 0, stride, Parallel.CHUNKS, width, accumulate, floats(dgamma), dgamma.offset());
            kernels.joinChunks(
                    partial, width, stride, Parallel.CHUNKS, width, accumulate, floats(dbeta), dbeta.offset());
        } else {
            double[] partial = new double[partials];
            context.parallel.chunks(x.shape().rows(), x.size(), (chunk, from, to) -> kernels64.layerNormBackward(
                    doubles(x), x.offset(), doubles(gamma), gamma.offset(), doubles(mean), mean.offset(),
                    doubles(rstd), rstd.offset(), doubles(dy), dy.offset(), width, from, to, doubles(dx), dx.offset(),
                    partial, chunk * stride));
            kernels64.joinChunks(
                    partial, 0, stride, Parallel.CHUNKS, width, accumulate, doubles(dgamma), dgamma.offset());
            kernels64.joinChunks(
                    partial, width, stride, Parallel.CHUNKS, width, accumulate, doubles(dbeta), dbeta.offset());
        }
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
        residualNorm.forward(x, bias, p, key, rows, residual, gamma, beta, eps, sum, out, mean, rstd);
    }

    @Override
    public void normalizeRows(Tensor x, double eps, Tensor out, Tensor norm) {
        int width = x.shape().rowLength();
        context.parallel.ranges(x.shape().rows(), grain(width), (from, to) -> {
            if (x.dtype() == DType.F32) {
                kernels.normalizeRows(
                        floats(x), x.offset(), (float) eps, width, from, to, floats(out), out.offset(), floats(norm),
                        norm.offset());
            } else {
                kernels64.normalizeRows(
                        doubles(x), x.offset(), eps, width, from, to, doubles(out), out.offset(), doubles(norm),
                        norm.offset());
            }
        });
    }

    @Override
    public void normalizeRowsBackward(Tensor out, Tensor norm, Tensor dy, Tensor dx) {
        int width = out.shape().rowLength();
        context.parallel.ranges(out.shape().rows(), grain(width), (from, to) -> {
            if (out.dtype() == DType.F32) {
                kernels.normalizeRowsBackward(
                        floats(out), out.offset(), floats(norm), norm.offset(), floats(dy), dy.offset(), width, from,
                        to, floats(dx), dx.offset());
            } else {
                kernels64.normalizeRowsBackward(
                        doubles(out), out.offset(), doubles(norm), norm.offset(), doubles(dy), dy.offset(), width,
                        from, to, doubles(dx), dx.offset());
            }
        });
    }

    private static int grain(int width) {
        return Math.max(1, GRAIN / Math.max(1, width));
    }
}
