package io.github.indirec.autograd;

import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;

/**
 * A named tensor that training changes, with its gradient; or a frozen one, which belongs to the model all the same. Outlives tapes; owned by a {@link Parameters}. Confined to
 * one thread while training; readable by any number of threads otherwise.
 */
public final class Parameter implements AutoCloseable {
    private final String name;
    private final Backend backend;
    private final Tensor value;
    private final boolean frozen;
    private Tensor gradient;
    private boolean hasGradient;

    Parameter(String name, Backend backend, Tensor value, boolean frozen) {
        this.name = name;
        this.backend = backend;
        this.value = value;
        this.frozen = frozen;
    }

    public String name() {
        return name;
    }

    public Tensor value() {
        return value;
    }

    public Shape shape() {
        return value.shape();
    }

    /** Whether training leaves this as it is: no gradient ever reaches it, and it needs no state of an optimiser. */
    public boolean isFrozen() {
        return frozen;
    }

    /** Whether a backward pass has reached this parameter since the last {@link #clearGradient}. */
    public boolean hasGradient() {
        return hasGradient;
    }

    public Tensor gradient() {
        if (!hasGradient) {
            throw new IllegalStateException("Parameter.gradient: " + name + " has none; run a backward pass first");
        }
        return gradient;
    }

    /** Forgets the gradient; its memory is kept for the next step. */
    public void clearGradient() {
        hasGradient = false;
    }

    Tensor gradientToUpdate() {
        if (gradient == null) {
            gradient = backend.allocate(value.dtype(), value.shape());
        }
        hasGradient = true;
        return gradient;
    }

    @Override
    public void close() {
        value.close();
        if (gradient != null) {
            gradient.close();
        }
    }

    @Override
    public String toString() {
        return name + value.shape();
    }
}
