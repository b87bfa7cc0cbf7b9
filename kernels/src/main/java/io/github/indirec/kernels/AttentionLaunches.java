package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.kernels.device.Launch;
import io.github.indirec.tensor.DeviceException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels.Layout;

/**
 * What the launches of one attention share: attention.cuh's geometry and first parameters.
 *
 * @param width D
 * @param span half the rows of the position tables, 0 without
 * @param narrowest width of the narrowest heads that the family has kernels for
 * @param scale of the scores
 * @param vector whether all rows may be read four values at once
 */
record AttentionLaunches(
        KernelFamily kernels, Layout layout, int width, int span, int narrowest, double scale, boolean vector) {
    static final int THREADS = 128;

    private static final int WIDEST = 128;

    /** Columns of a head that one thread has: COLUMNS in attention.cuh. */
    private static final int COLUMNS = 16;

    AttentionLaunches {
        int d = width / layout.heads();
        if (d > WIDEST) {
            throw new DeviceException("attention: heads of " + d + " columns, " + width + " in " + layout.heads()
                    + " heads, expected at most " + WIDEST + " on " + kernels.device().device()
                    + "; use more heads, or the CPU");
        }
    }

    /** Whether heads of that layout may be read four values at once from all of the tensors. */
    static boolean isVector(CudaDevice device, Layout layout, Tensor... tensors) {
        boolean vector = true;
        for (Tensor tensor : tensors) {
            int width = tensor.shape().rowLength();
            vector &= width / layout.heads() % 4 == 0 && width % 4 == 0 && device.address(tensor) % 16 == 0;
        }
        return vector;
    }

    /** Queries, or keys, of a block. */
    int tile() {
        return THREADS / Math.max(1, padded() / COLUMNS);
    }

    /** Columns of a head, rounded up to what there is a kernel for. */
    private int padded() {
        int padded = narrowest;
        while (padded < width / layout.heads()) {
            padded *= 2;
        }
        return padded;
    }

    /** Begins a launch with the parameters that all kernels have. */
    Launch begin(String kernel, AttentionTasks tasks) {
        return kernels.launch(kernel + "_" + padded())
                .ints(tasks.values(), tasks.values().length)
                .i32(width)
                .i32(width / layout.heads())
                .i32(layout.keys().maxLength())
                .i32(layout.queries().rows())
                .i32(span)
                .i32(layout.causal() ? 1 : 0)
                .i32(vector ? 1 : 0)
                .f32(scale)
                .f32(layout.dropout())
                .key(layout.key());
    }
}
