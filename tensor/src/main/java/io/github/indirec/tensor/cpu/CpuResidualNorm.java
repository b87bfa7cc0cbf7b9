package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.spi.HostStorage.doubles;
import static io.github.indirec.tensor.spi.HostStorage.floats;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;

/**
 * Bias, dropout, residual and LayerNorm, a few rows after the other: the four kernels of their own, with the same bits,
 * on rows that stay in the first-level cache between them.
 */
final class CpuResidualNorm {
    /** Values a block: 8 KiB of each of three operands. */
    private static final int BLOCK = 2_048;

    /** Values a piece for one thread, about 5 microseconds. */
    private static final int GRAIN = 4_096;

    private final CpuContext context;
    private final RowDropout dropout;
    private final ScalarElementwise elementwise;
    private final ScalarNorm norm;
    private final Float64Elementwise elementwise64 = new Float64Elementwise();
    private final Float64Norm norm64 = new Float64Norm();

    CpuResidualNorm(CpuContext context, ScalarNorm norm) {
        this.context = context;
        this.norm = norm;
        this.dropout = new RowDropout(context);
        this.elementwise = context.kernels(ScalarElementwise.class, ScalarElementwise::new, "VectorElementwise");
    }

    void forward(
            Tensor x,
            Tensor bias,
            double p,
            RandomKey key,
            int[] coordinates,
            Tensor residual,
            Tensor gamma,
            Tensor beta,
            double eps,
            Tensor sum,
            Tensor out,
            Tensor mean,
            Tensor rstd) {
        int width = x.shape().rowLength();
        int block = Math.max(1, BLOCK / Math.max(1, width));
        context.parallel.ranges(x.shape().rows(), Math.max(1, GRAIN / Math.max(1, width)), (first, last) -> {
            for (int from = first; from < last; from += block) {
                int to = Math.min(last, from + block);
                addBias(x, bias, from, to, sum);
                if (p > 0) {
                    dropout.apply(sum, p, key, coordinates, from, to, sum);
                }
                addResidual(sum, residual, from, to);
                normalize(sum, gamma, beta, eps, from, to, out, mean, rstd);
            }
        });
    }

    private void addBias(Tensor x, Tensor bias, int from, int to, Tensor sum) {
        int width = x.shape().rowLength();
        if (x.dtype() == DType.F32) {
            elementwise.addRowVector(
                    floats(x), x.offset(), floats(bias), bias.offset(), width, from, to, floats(sum), sum.offset());
        } else {
            elementwise64.addRowVector(
                    doubles(x), x.offset(), doubles(bias), bias.offset(), width, from, to, doubles(sum), sum.offset());
        }
    }

    private void addResidual(Tensor sum, Tensor residual, int from, int to) {
        int width = sum.shape().rowLength();
        int s = sum.offset() + from * width;
        int r = residual.offset() + from * width;
        int count = (to - from) * width;
        if (sum.dtype() == DType.F32) {
            elementwise.add(floats(sum), s, floats(residual), r, count, floats(sum), s);
        } else {
            elementwise64.add(doubles(sum), s, doubles(residual), r, count, doubles(sum), s);
        }
    }

    private void normalize(
            Tensor x, Tensor gamma, Tensor beta, double eps, int from, int to, Tensor out, Tensor mean, Tensor rstd) {
        int width = x.shape().rowLength();
        if (x.dtype() == DType.F32) {
            norm.layerNorm(
                    floats(x), x.offset(), floats(gamma), gamma.offset(), floats(beta), beta.offset(), (float) eps,
                    width, from, to, floats(out), out.offset(), floats(mean), mean.offset(), floats(rstd),
                    rstd.offset());
        } else {
            norm64.layerNorm(
                    doubles(x), x.offset(), doubles(gamma), gamma.offset(), doubles(beta), beta.offset(), eps, width,
                    from, to, doubles(out), out.offset(), doubles(mean), mean.offset(), doubles(rstd), rstd.offset());
        }
    }
}
