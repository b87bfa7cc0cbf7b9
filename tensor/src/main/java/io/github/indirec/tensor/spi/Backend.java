package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import java.util.function.IntConsumer;

/**
 * Everything a device can do, one interface an op family. Outputs are always passed in and are overwritten unless a
 * method says that it adds; an output never overlaps an input unless a method allows it. Shapes have been checked by
 * the caller (the autograd ops); backends may assume them.
 *
 * <p>Thread-safe: several threads may call one backend at once, each with its own tensors.
 */
public interface Backend extends AutoCloseable {
    Device device();

    /** One line for a person: hardware, width, threads. */
    String description();

    /** A tensor of undefined contents that must be closed. */
    Tensor allocate(DType dtype, Shape shape);

    /** How many parts of one computation can run at the same time; 1 where only the kernels themselves are parallel. */
    default int concurrency() {
        return 1;
    }

    /**
     * Runs {@code task} for 0 to {@code count - 1} and returns when all have ended; some run at the same time, on
     * different threads, in any order. Tasks may call this backend, each with its own tensors, and then compute on their
     * own thread alone.
     *
     * @throws RuntimeException what a task has thrown
     */
    default void forEach(int count, IntConsumer task) {
        for (int i = 0; i < count; i++) {
            task.accept(i);
        }
    }

    ElementwiseKernels elementwise();

    LinalgKernels linalg();

    IndexKernels index();

    NormKernels norm();

    AttentionKernels attention();

    LossKernels loss();

    RandomKernels random();

    OptimizerKernels optimizer();

    RankingKernels ranking();

    ClusterKernels cluster();

    DiffusionKernels diffusion();

    /** Ends the backend's threads and drops its memory. */
    @Override
    void close();
}
