package io.github.indirec.tensor.cpu;

import java.util.function.Supplier;

/**
 * What the CPU kernel families share: worker threads, per-thread scratch arrays, and whether the Vector API kernels are
 * in use.
 */
final class CpuContext {
    final Parallel parallel;
    final boolean vector;
    private final ThreadLocal<float[][]> scratch = ThreadLocal.withInitial(() -> new float[SCRATCH_SLOTS][]);

    /** Scratch slots: a kernel and what it calls must use different ones. */
    static final int ATTENTION = 0;

    static final int REDUCTION = 1;
    static final int LOSS = 2;
    static final int CLUSTER = 3;
    static final int DIFFUSION = 4;
    private static final int SCRATCH_SLOTS = 5;

    CpuContext(int threads, boolean vector) {
        this.parallel = new Parallel(threads);
        this.vector = vector;
    }

    /** A float array of at least {@code length} values with undefined contents, this thread's own; grows, never shrinks. */
    float[] scratch(int slot, int length) {
        float[][] slots = scratch.get();
        if (slots[slot] == null || slots[slot].length < length) {
            slots[slot] = new float[Math.max(length, 1024)];
        }
        return slots[slot];
    }

    /**
     * The vector form of a kernel family where the Vector API is in use, else the scalar one. Vector classes are named,
     * not linked, so that nothing loads them without the module.
     */
    <T> T kernels(Class<T> type, Supplier<T> scalar, String vectorClass) {
        if (!vector) {
            return scalar.get();
        }
        try {
            return type.cast(Class.forName(CpuContext.class.getPackageName() + "." + vectorClass)
                    .getDeclaredConstructor()
                    .newInstance());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("CPU backend: vector kernels " + vectorClass + " could not be loaded", e);
        }
    }
}
