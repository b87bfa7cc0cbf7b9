package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.spi.HostStorage.doubles;
import static io.github.indirec.tensor.spi.HostStorage.floats;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels.Layout;
import java.util.Arrays;

/**
 * Relative attention on the CPU: shares sequences out among threads. The gradients of the position tables, to which all
 * sequences add, are added up in fixed runs of sequences, each with tables of its own.
 */
final class CpuRelativeAttention {
    private final CpuContext context;
    private final ScalarRelativeAttention kernels;
    private final ScalarElementwise elementwise;
    private final Float64RelativeAttention kernels64 = new Float64RelativeAttention();

    CpuRelativeAttention(CpuContext context) {
        this.context = context;
        this.kernels =
                context.kernels(ScalarRelativeAttention.class, ScalarRelativeAttention::new, "VectorRelativeAttention");
        this.elementwise = context.kernels(ScalarElementwise.class, ScalarElementwise::new, "VectorElementwise");
    }

    void forward(Tensor q, Tensor k, Tensor v, Tensor pk, Tensor pq, Layout layout, Tensor out, Tensor weights) {
        int[] pairs = pairs(pk, pq, layout);
        int width = q.shape().rowLength();
        context.parallel.ranges(layout.keys().count(), CpuAttention.grain(pairs, 2 * width), (from, to) -> {
            if (q.dtype() == DType.F32) {
                forward32(q, k, v, pk, pq, layout, pairs, from, to, out, weights);
            } else {
                forward64(q, k, v, pk, pq, layout, pairs, from, to, out, weights);
            }
        });
    }

    private void forward32(
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor pk,
            Tensor pq,
            Layout layout,
            int[] pairs,
            int from,
            int to,
            Tensor out,
            Tensor weights) {
        int width = q.shape().rowLength();
        int length = layout.keys().maxLength();
        float[] scratch = context.scratch(CpuContext.ATTENTION, kernels.scratch(length, width / layout.heads()));
        int[] words = new int[ScalarAttention.words(length)];
        for (int s = from; s < to; s++) {
            for (int h = 0; h < layout.heads(); h++) {
                kernels.forward(
                        floats(q), q.offset(), floats(k), k.offset(), floats(v), v.offset(), floats(pk), pk.offset(),
                        floats(pq), pq.offset(), span(pk), layout, width, s, h, floats(out), out.offset(),
                        floats(weights), CpuAttention.block(weights, layout, pairs, s, h), scratch, words);
            }
        }
    }

    private void forward64(
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor pk,
            Tensor pq,
            Layout layout,
            int[] pairs,
            int from,
            int to,
            Tensor out,
            Tensor weights) {
        int width = q.shape().rowLength();
        int length = layout.keys().maxLength();
        double[] scratch = new double[kernels64.scratch(length, width / layout.heads())];
        int[] words = new int[ScalarAttention.words(length)];
        for (int s = from; s < to; s++) {
            for (int h = 0; h < layout.heads(); h++) {
                kernels64.forward(
                        doubles(q), q.offset(), doubles(k), k.offset(), doubles(v), v.offset(), doubles(pk),
                        pk.offset(), doubles(pq), pq.offset(), span(pk), layout, width, s, h, doubles(out),
                        out.offset(), doubles(weights), CpuAttention.block(weights, layout, pairs, s, h), scratch,
                        words);
            }
        }
    }

    void backward(
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor pk,
            Tensor pq,
            Layout layout,
            Tensor out,
            Tensor weights,
            Tensor dout,
            Tensor dq,
            Tensor dk,
            Tensor dv,
            Tensor dpk,
            Tensor dpq) {
        int[] pairs = pairs(pk, pq, layout);
        int count = layout.keys().count();
        if (q.dtype() != DType.F32) {
            backward64(q, k, v, pk, pq, layout, pairs, out, weights, dout, dq, dk, dv, dpk, dpq);
            return;
        }
        int size = pk.size();
        float[] partials = context.scratch(CpuContext.REDUCTION, Math.multiplyExact(2 * Parallel.CHUNKS, size));
        context.parallel.chunks(count, (long) pairs[count] * q.shape().rowLength(), (chunk, from, to) -> {
            int at = 2 * chunk * size;
            Arrays.fill(partials, at, at + 2 * size, 0f);
            backward32(q, k, v, pk, pq, layout, pairs, from, to, out, weights, dout, dq, dk, dv, partials, at);
        });
        for (int chunk = 1; chunk < Parallel.CHUNKS; chunk++) {
            elementwise.add(partials, 0, partials, 2 * chunk * size, 2 * size, partials, 0);
        }
        System.arraycopy(partials, 0, floats(dpk), dpk.offset(), size);
        System.arraycopy(partials, size, floats(dpq), dpq.offset(), size);
    }

    /** Sequences {@code from} to {@code to}; adds dpk to the partial sums from {@code at} on, and dpq after them. */
    private void backward32(
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor pk,
            Tensor pq,
            Layout layout,
            int[] pairs,
            int from,
            int to,
            Tensor out,
            Tensor weights,
            Tensor dout,
            Tensor dq,
            Tensor dk,
            Tensor dv,
            float[] partials,
            int at) {
        int width = q.shape().rowLength();
        int length = layout.keys().maxLength();
        float[] scratch = context.scratch(CpuContext.ATTENTION, kernels.scratch(length, width / layout.heads()));
        for (int s = from; s < to; s++) {
            for (int h = 0; h < layout.heads(); h++) {
                kernels.backward(
                        floats(q), q.offset(), floats(k), k.offset(), floats(v), v.offset(), floats(pk), pk.offset(),
                        floats(pq), pq.offset(), span(pk), layout, width, s, h, floats(out), out.offset(),
                        floats(weights), CpuAttention.block(weights, layout, pairs, s, h), floats(dout), dout.offset(),
                        floats(dq), dq.offset(), floats(dk), dk.offset(), floats(dv), dv.offset(), partials, at,
                        partials, at + pk.size(), scratch);
            }
        }
    }

    private void backward64(
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor pk,
            Tensor pq,
            Layout layout,
            int[] pairs,
            Tensor out,
            Tensor weights,
            Tensor dout,
            Tensor dq,
            Tensor dk,
            Tensor dv,
            Tensor dpk,
            Tensor dpq) {
        int width = q.shape().rowLength();
        int length = layout.keys().maxLength();
        double[] scratch = new double[kernels64.scratch(length, width / layout.heads())];
        Arrays.fill(doubles(dpk), dpk.offset(), dpk.offset() + dpk.size(), 0);
        Arrays.fill(doubles(dpq), dpq.offset(), dpq.offset() + dpq.size(), 0);
        for (int s = 0; s < layout.keys().count(); s++) {
            for (int h = 0; h < layout.heads(); h++) {
                kernels64.backward(
                        doubles(q), q.offset(), doubles(k), k.offset(), doubles(v), v.offset(), doubles(pk),
                        pk.offset(), doubles(pq), pq.offset(), span(pk), layout, width, s, h, doubles(out),
                        out.offset(), doubles(weights), CpuAttention.block(weights, layout, pairs, s, h),
                        doubles(dout), dout.offset(), doubles(dq), dq.offset(), doubles(dk), dk.offset(), doubles(dv),
                        dv.offset(), doubles(dpk), dpk.offset(), doubles(dpq), dpq.offset(), scratch);
            }
        }
    }

    /** Checks what a kernel would not survive; returns the places of the weights. */
    private static int[] pairs(Tensor pk, Tensor pq, Layout layout) {
        if (layout.causal() || !layout.queries().equals(layout.keys())) {
            throw new IllegalArgumentException("relative attention: expected every query of a sequence to see all of its"
                    + " keys; found a causal layout or other queries than keys");
        }
        if (span(pk) < layout.keys().maxLength() || pq.size() != pk.size()) {
            throw new IllegalArgumentException("relative attention: expected two position tables of at least twice "
                    + layout.keys().maxLength() + " rows, the longest sequence, found " + pk.shape() + " and "
                    + pq.shape());
        }
        return layout.keys().pairOffsets(layout.queries());
    }

    private static int span(Tensor positions) {
        return positions.shape().rows() / 2;
    }
}
