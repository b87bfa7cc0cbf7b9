package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.DeviceBuffer;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels;

/**
 * Ragged attention on the device: {@code attention.cu}, and {@link CudaRelativeAttention}.
 *
 * <p>What a forward saves is, for each head and query, the logarithm to base 2 of the sum of its exponentials, not one
 * score: backward computes them again. Sums over keys go through tiles in order, by up to eight interleaved partial
 * sums where a block has few queries; they depend on the layout alone.
 */
final class CudaAttention implements AttentionKernels {
    /** Width of the narrowest heads that attention.cu has kernels for. */
    private static final int NARROWEST = 8;

    private final CudaDevice device;
    private final KernelFamily kernels;
    private final CudaRelativeAttention relative;

    CudaAttention(CudaDevice device) {
        this.device = device;
        this.kernels = new KernelFamily(device, "attention");
        this.relative = new CudaRelativeAttention(device);
    }

    @Override
    public int saved(Layout layout) {
        return Math.multiplyExact(layout.heads(), layout.queries().rows());
    }

    @Override
    public int savedRelative(Layout layout) {
        return saved(layout);
    }

    @Override
    public void forward(Tensor q, Tensor k, Tensor v, Layout layout, Tensor out, Tensor saved) {
        if (layout.queries().rows() == 0) {
            return;
        }
        AttentionLaunches launches = launches(layout, q, k, v, out);
        AttentionTasks tasks = AttentionTasks.ofQueries(layout, launches.tile());
        launches.begin("attention_forward", tasks)
                .tensor(q)
                .tensor(k)
                .tensor(v)
                .tensor(out)
                .tensor(saved)
                .run(tasks.count(), layout.heads(), AttentionLaunches.THREADS);
    }

    @Override
    public void backward(
            Tensor q,
            Tensor k,
            Tensor v,
            Layout layout,
            Tensor out,
            Tensor saved,
            Tensor dout,
            Tensor dq,
            Tensor dk,
            Tensor dv) {
        if (layout.queries().rows() == 0) {
            return;
        }
        AttentionLaunches launches = launches(layout, q, k, v, out, dout, dq, dk, dv);
        AttentionTasks queries = AttentionTasks.ofQueries(layout, launches.tile());
        AttentionTasks keys = AttentionTasks.ofKeys(layout, launches.tile());
        try (DeviceBuffer delta = device.buffer((long) Float.BYTES * saved(layout))) {
            launches.begin("attention_backward_queries", queries)
                    .tensor(q)
                    .tensor(k)
                    .tensor(v)
                    .tensor(out)
                    .tensor(saved)
                    .tensor(dout)
                    .tensor(dq)
                    .buffer(delta)
                    .run(queries.count(), layout.heads(), AttentionLaunches.THREADS);
            launches.begin("attention_backward_keys", keys)
                    .tensor(q)
                    .tensor(k)
                    .tensor(v)
                    .tensor(saved)
                    .buffer(delta)
                    .tensor(dout)
                    .tensor(dk)
                    .tensor(dv)
                    .run(keys.count(), layout.heads(), AttentionLaunches.THREADS);
        }
    }

    private AttentionLaunches launches(Layout layout, Tensor... tensors) {
        int width = tensors[0].shape().rowLength();
        double scale = 1 / Math.sqrt((double) width / layout.heads());
        boolean vector = AttentionLaunches.isVector(device, layout, tensors);
        return new AttentionLaunches(kernels, layout, width, 0, NARROWEST, scale, vector);
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
            Tensor saved) {
        relative.forward(q, k, v, positionKeys, positionQueries, layout, out, saved);
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
            Tensor saved,
            Tensor dout,
            Tensor dq,
            Tensor dk,
            Tensor dv,
            Tensor dPositionKeys,
            Tensor dPositionQueries) {
        relative.backward(
                q, k, v, positionKeys, positionQueries, layout, out, saved, dout, dq, dk, dv, dPositionKeys,
                dPositionQueries);
    }
}
