package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.spi.HostStorage.doubles;
import static io.github.indirec.tensor.spi.HostStorage.floats;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels;

/**
 * Ragged attention on the CPU: shares sequences out among threads, each with scratch of its own.
 *
 * <p>What a forward saves are the {@link Layout#weights} weights, the softmax before dropout; within a sequence by
 * head, then query, then key. The sign bit marks what dropout has zeroed; keys that the causal mask hides hold 0.
 */
final class CpuAttention implements AttentionKernels {
    /** Multiply-adds a piece in each of the two products: about 10 microseconds. */
    private static final long GRAIN = 1 << 17;

    private final CpuContext context;
    private final ScalarAttention kernels;
    private final CpuRelativeAttention relative;
    private final Float64Attention kernels64 = new Float64Attention();

    CpuAttention(CpuContext context) {
        this.context = context;
        this.relative = new CpuRelativeAttention(context);
        this.kernels = context.kernels(ScalarAttention.class, ScalarAttention::new, "VectorAttention");
    }

    @Override
    public int saved(Layout layout) {
        return layout.weights();
    }

    @Override
    public int savedRelative(Layout layout) {
        return layout.weights();
    }

    @Override
    public void forward(Tensor q, Tensor k, Tensor v, Layout layout, Tensor out, Tensor weights) {
        int width = q.shape().rowLength();
        int[] pairs = layout.keys().pairOffsets(layout.queries());
        context.parallel.ranges(layout.keys().count(), grain(pairs, width), (from, to) -> {
            if (q.dtype() == DType.F32) {
                forward32(q, k, v, layout, pairs, from, to, out, weights);
            } else {
                forward64(q, k, v, layout, pairs, from, to, out, weights);
            }
        });
    }

    private void forward32(
            Tensor q, Tensor k, Tensor v, Layout layout, int[] pairs, int from, int to, Tensor out, Tensor weights) {
        int width = q.shape().rowLength();
        int length = layout.keys().maxLength();
        float[] scratch = context.scratch(CpuContext.ATTENTION, kernels.scratch(length, width / layout.heads()));
        int[] words = new int[ScalarAttention.words(layout.keys().maxLength())];
        for (int s = from; s < to; s++) {
            for (int h = 0; h < layout.heads(); h++) {
                kernels.forward(
                        floats(q), q.offset(), floats(k), k.offset(), floats(v), v.offset(), layout, width, s, h,
                        floats(out), out.offset(), floats(weights), block(weights, layout, pairs, s, h), scratch,
                        words);
            }
        }
    }

    private void forward64(
            Tensor q, Tensor k, Tensor v, Layout layout, int[] pairs, int from, int to, Tensor out, Tensor weights) {
        int width = q.shape().rowLength();
        double[] scratch = new double[kernels64.scratch(layout.keys().maxLength(), width / layout.heads())];
        int[] words = new int[ScalarAttention.words(layout.keys().maxLength())];
        for (int s = from; s < to; s++) {
            for (int h = 0; h < layout.heads(); h++) {
                kernels64.forward(
                        doubles(q), q.offset(), doubles(k), k.offset(), doubles(v), v.offset(), layout, width, s, h,
                        doubles(out), out.offset(), doubles(weights), block(weights, layout, pairs, s, h), scratch,
                        words);
            }
        }
    }

    @Override
    public void backward(
            Tensor q,
            Tensor k,
            Tensor v,
            Layout layout,
            Tensor out,
            Tensor weights,
            Tensor dout,
            Tensor dq,
            Tensor dk,
            Tensor dv) {
        int width = q.shape().rowLength();
        int[] pairs = layout.keys().pairOffsets(layout.queries());
        context.parallel.ranges(layout.keys().count(), grain(pairs, width), (from, to) -> {
            if (q.dtype() == DType.F32) {
                backward32(q, k, v, layout, pairs, from, to, out, weights, dout, dq, dk, dv);
            } else {
                backward64(q, k, v, layout, pairs, from, to, out, weights, dout, dq, dk, dv);
            }
        });
    }

    private void backward32(
            Tensor q,
            Tensor k,
            Tensor v,
            Layout layout,
            int[] pairs,
            int from,
            int to,
            Tensor out,
            Tensor weights,
            Tensor dout,
            Tensor dq,
            Tensor dk,
            Tensor dv) {
        int width = q.shape().rowLength();
        int length = layout.keys().maxLength();
        float[] scratch = context.scratch(CpuContext.ATTENTION, kernels.scratch(length, width / layout.heads()));
        for (int s = from; s < to; s++) {
            for (int h = 0; h < layout.heads(); h++) {
                kernels.backward(
                        floats(q), q.offset(), floats(k), k.offset(), floats(v), v.offset(), layout, width, s, h,
                        floats(out), out.offset(), floats(weights), block(weights, layout, pairs, s, h),
                        floats(dout), dout.offset(), floats(dq), dq.offset(), floats(dk), dk.offset(), floats(dv),
                        dv.offset(), scratch);
            }
        }
    }

    private void backward64(
            Tensor q,
            Tensor k,
            Tensor v,
            Layout layout,
            int[] pairs,
            int from,
            int to,
            Tensor out,
            Tensor weights,
            Tensor dout,
            Tensor dq,
            Tensor dk,
            Tensor dv) {
        int width = q.shape().rowLength();
        double[] scratch = new double[kernels64.scratch(layout.keys().maxLength(), width / layout.heads())];
        for (int s = from; s < to; s++) {
            for (int h = 0; h < layout.heads(); h++) {
                kernels64.backward(
                        doubles(q), q.offset(), doubles(k), k.offset(), doubles(v), v.offset(), layout, width, s, h,
                        doubles(out), out.offset(), doubles(weights), block(weights, layout, pairs, s, h),
                        doubles(dout), dout.offset(), doubles(dq), dq.offset(), doubles(dk), dk.offset(),
                        doubles(dv), dv.offset(), scratch);
            }
        }
    }

    @Override
    public void forwardRelative(
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor positionKeys,
            Tensor positionQueries,
            Layout layout,
            Tensor out,
            Tensor weights) {
        relative.forward(q, k, v, positionKeys, positionQueries, layout, out, weights);
    }

    @Override
    public void backwardRelative(
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor positionKeys,
            Tensor positionQueries,
            Layout layout,
            Tensor out,
            Tensor weights,
            Tensor dout,
            Tensor dq,
            Tensor dk,
            Tensor dv,
            Tensor dPositionKeys,
            Tensor dPositionQueries) {
        relative.backward(
                q, k, v, positionKeys, positionQueries, layout, out, weights, dout, dq, dk, dv, dPositionKeys,
                dPositionQueries);
    }

    /** Place of the first weight of a sequence and head. */
    static int block(Tensor weights, Layout layout, int[] pairs, int s, int h) {
        return weights.offset() + layout.heads() * pairs[s] + h * (pairs[s + 1] - pairs[s]);
    }

    /** Sequences a piece, from their mean cost. */
    static int grain(int[] pairs, int width) {
        int count = pairs.length - 1;
        long products = Math.max(1, (long) pairs[count] * width);
        return (int) Math.max(1, Math.min(count, count * GRAIN / products));
    }
}
