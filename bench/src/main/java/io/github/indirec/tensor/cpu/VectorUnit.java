package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.spi.Backend;
import java.util.Optional;

/** The vector kernels of this JVM, for the benchmarks outside of this package too. */
public final class VectorUnit {
    private VectorUnit() {}

    /** Why there are no vector kernels to measure here, and what helps; empty where there are. */
    public static Optional<String> unavailable() {
        return VectorSupport.unavailable();
    }

    /** Width of its vectors in bits. */
    public static int bits() {
        try {
            return VectorSupport.preferredBits();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("VectorUnit.bits: " + e + "; ask unavailable() first", e);
        }
    }

    /** The scalar kernels on one thread: the specification of every device. */
    public static Backend scalar() {
        return backend(false);
    }

    /** All kernels on one thread, scalar or vector. */
    static CpuBackend backend(boolean vector) {
        requireAvailable(vector);
        return new CpuBackend(1, vector, vector ? "vector" : "scalar");
    }

    /** The matrix product that the CPU backend uses with the Vector API, or without it. */
    static ScalarGemm gemm(boolean vector) {
        requireAvailable(vector);
        return new CpuContext(1, vector).kernels(ScalarGemm.class, ScalarRowGemm::new, "VectorGemm");
    }

    private static void requireAvailable(boolean vector) {
        Optional<String> reason = unavailable();
        if (vector && reason.isPresent()) {
            throw new IllegalStateException("the vector kernels cannot be measured: " + reason.get());
        }
    }
}
