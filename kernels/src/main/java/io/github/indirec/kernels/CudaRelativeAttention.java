package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.DeviceBuffer;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels.Layout;

/**
 * Relative attention on the device: {@code relative_attention.cu}. It saves what {@link CudaAttention} saves.
 *
 * <p>The gradients of the position tables are added up in equal runs of sequences, then the runs in order.
 */
final class CudaRelativeAttention {
    /** Width of the narrowest heads that relative_attention.cu has kernels for. */
    private static final int NARROWEST = 16;

    /** Runs of sequences, as the interface has them; of fewer sequences each is a run. */
    private static final int RUNS = 16;

    private final CudaDevice device;
    private final KernelFamily kernels;

    CudaRelativeAttention(CudaDevice device) {
        this.device = device;
        this.kernels = new KernelFamily(device, "relative_attention");
    }

    void forward(Tensor q, Tensor k, Tensor v, Tensor pk, Tensor pq, Layout layout, Tensor out, Tensor saved) {
        check(pk, pq, layout);
        if (layout.keys().count() == 0) {
            return;
        }
        AttentionLaunches launches = launches(layout, pk, pq, q, k, v, out);
        AttentionTasks tasks = AttentionTasks.ofQueries(layout, launches.tile());
        launches.begin("relative_attention_forward", tasks)
                .tensor(q)
                .tensor(k)
                .tensor(v)
                .tensor(pk)
                .tensor(pq)
                .tensor(out)
                .tensor(saved)
                .run(tasks.count(), layout.heads(), AttentionLaunches.THREADS);
    }

    void backward(
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor pk,
            Tensor pq,
            Layout layout,
            Tensor out,
            Tensor saved,
            Tensor dout,
            Tensor dq,
            Tensor dk,
            Tensor dv,
            Tensor dpk,
            Tensor dpq) {
        check(pk, pq, layout);
        AttentionLaunches launches = launches(layout, pk, pq, q, k, v, out, dout, dq, dk, dv);
        try (DeviceBuffer delta = device.buffer((long) Float.BYTES * layout.heads() * layout.keys().rows())) {
            if (layout.keys().count() > 0) {
                queries(launches, q, k, v, pk, pq, out, saved, dout, dq, delta);
                keys(launches, q, k, v, pk, pq, saved, delta, dout, dk, dv);
            }
            positions(launches, q, k, v, pk, pq, saved, delta, dout, dpk, dpq);
        }
    }

    private void queries(
            AttentionLaunches launches,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor pk,
            Tensor pq,
            Tensor out,
            Tensor saved,
            Tensor dout,
            Tensor dq,
            DeviceBuffer delta) {
        AttentionTasks tasks = AttentionTasks.ofQueries(launches.layout(), launches.tile());
        launches.begin("relative_attention_backward_queries", tasks)
                .tensor(q)
                .tensor(k)
                .tensor(v)
                .tensor(pk)
                .tensor(pq)
                .tensor(out)
                .tensor(saved)
                .tensor(dout)
                .tensor(dq)
                .buffer(delta)
                .run(tasks.count(), launches.layout().heads(), AttentionLaunches.THREADS);
    }

    private void keys(
            AttentionLaunches launches,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor pk,
            Tensor pq,
            Tensor saved,
            DeviceBuffer delta,
            Tensor dout,
            Tensor dk,
            Tensor dv) {
        AttentionTasks tasks = AttentionTasks.ofKeys(launches.layout(), launches.tile());
        launches.begin("relative_attention_backward_keys", tasks)
                .tensor(q)
                .tensor(k)
                .tensor(v)
                .tensor(pk)
                .tensor(pq)
                .tensor(saved)
                .buffer(delta)
                .tensor(dout)
                .tensor(dk)
                .tensor(dv)
                .run(tasks.count(), launches.layout().heads(), AttentionLaunches.THREADS);
    }

    private void positions(
            AttentionLaunches launches,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor pk,
            Tensor pq,
            Tensor saved,
            DeviceBuffer delta,
            Tensor dout,
            Tensor dpk,
            Tensor dpq) {
        Layout layout = launches.layout();
        int size = pk.size();
        int runs = Math.max(1, Math.min(RUNS, layout.keys().count()));
        try (DeviceBuffer partial = device.buffer(2L * Float.BYTES * runs * size)) {
            launches.begin("relative_attention_positions", AttentionTasks.ofSequences(layout))
                    .tensor(q)
                    .tensor(k)
                    .tensor(v)
                    .tensor(pk)
                    .tensor(pq)
                    .tensor(saved)
                    .buffer(delta)
                    .tensor(dout)
                    .i32(layout.keys().count())
                    .i32(runs)
                    .buffer(partial)
                    .run(
                            Grid.blocks(2 * launches.span(), launches.tile()),
                            layout.heads() * runs,
                            AttentionLaunches.THREADS);
            kernels.launch("relative_attention_add")
                    .i32(runs)
                    .i32(size)
                    .buffer(partial)
                    .tensor(dpk)
                    .tensor(dpq)
                    .run(Grid.blocks(2 * size, AttentionLaunches.THREADS), AttentionLaunches.THREADS);
        }
    }

    /** @param tensors the position keys first */
    private AttentionLaunches launches(Layout layout, Tensor... tensors) {
        int width = tensors[0].shape().rowLength();
        double scale = 1 / Math.sqrt(3.0 * width / layout.heads());
        boolean vector = AttentionLaunches.isVector(device, layout, tensors);
        return new AttentionLaunches(kernels, layout, width, span(tensors[0]), NARROWEST, scale, vector);
    }

    /** Checks what a kernel would not survive. */
    private static void check(Tensor pk, Tensor pq, Layout layout) {
        if (layout.causal() || !layout.queries().equals(layout.keys())) {
            throw new IllegalArgumentException("relative attention: expected every query of a sequence to see all of"
                    + " its keys; found a causal layout or other queries than keys");
        }
        if (span(pk) < layout.keys().maxLength() || pq.size() != pk.size()) {
            throw new IllegalArgumentException("relative attention: expected two position tables of at least twice "
                    + layout.keys().maxLength() + " rows, the longest sequence, found " + pk.shape() + " and "
                    + pq.shape());
        }
    }

    private static int span(Tensor positions) {
        return positions.shape().rows() / 2;
    }
}
