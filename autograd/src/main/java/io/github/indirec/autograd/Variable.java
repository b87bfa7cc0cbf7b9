package io.github.indirec.autograd;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;

/**
 * A tensor on a tape, with the gradient that the backward pass gathers for it.
 *
 * <p>An op adds to an input's gradient in one of two ways. {@link #addGradient} hands over a finished tensor. Or, to
 * save the temporary, a kernel that can accumulate writes into {@link #gradientToUpdate}, storing where
 * {@link #hasGradient} said false and adding where it said true. Both only where {@link #needsGradient}.
 *
 * <p>Confined to the thread of its tape.
 */
public final class Variable {
    private final Tape tape;
    private final Tensor value;
    private final boolean needsGradient;
    private final Parameter parameter;
    private Tensor gradient;

    Variable(Tape tape, Tensor value, boolean needsGradient, Parameter parameter) {
        this.tape = tape;
        this.value = value;
        this.needsGradient = needsGradient;
        this.parameter = parameter;
    }

    public Tape tape() {
        return tape;
    }

    public Backend backend() {
        return tape.backend();
    }

    public Tensor value() {
        return value;
    }

    public Shape shape() {
        return value.shape();
    }

    public DType dtype() {
        return value.dtype();
    }

    /** Whether a backward pass must find this variable's gradient. */
    public boolean needsGradient() {
        return needsGradient;
    }

    /** The same value, through which no gradient flows. */
    public Variable detach() {
        return tape.constant(value);
    }

    /** Whether a gradient has been gathered already. */
    public boolean hasGradient() {
        return parameter != null ? parameter.hasGradient() : gradient != null;
    }

    /** The gradient gathered so far. */
    public Tensor gradient() {
        if (!hasGradient()) {
            throw new IllegalStateException("Variable.gradient: none was gathered; run Tape.backward on a loss that"
                    + " depends on this variable, and make it with Tape.leaf or Tape.input");
        }
        return parameter != null ? parameter.gradient() : gradient;
    }

    /**
     * The gradient's memory for a kernel that stores (if {@link #hasGradient} was false before this call) or adds (if it
     * was true); from now on the gradient counts as gathered.
     */
    public Tensor gradientToUpdate() {
        if (parameter != null) {
            return parameter.gradientToUpdate();
        }
        if (gradient == null) {
            gradient = tape.allocate(value.dtype(), value.shape());
        }
        return gradient;
    }

    /** As {@link #gradientToUpdate}, but holding zeros where there was no gradient: for kernels that can only add. */
    public Tensor gradientToAddTo() {
        boolean fresh = !hasGradient();
        Tensor target = gradientToUpdate();
        if (fresh) {
            backend().elementwise().fill(target, 0);
        }
        return target;
    }

    /** Adds a gradient; the tensor, made on this tape, is handed over. */
    public void addGradient(Tensor dx) {
        if (parameter == null && gradient == null) {
            gradient = dx;
            return;
        }
        boolean fresh = !hasGradient();
        Tensor target = gradientToUpdate();
        if (fresh) {
            backend().elementwise().copy(dx, target);
        } else {
            backend().elementwise().axpy(1, dx, target);
        }
        dx.close();
    }

    void releaseGradient() {
        if (gradient != null) {
            gradient.close();
            gradient = null;
        }
    }

    @Override
    public String toString() {
        return "Variable" + shape() + (parameter != null ? " of " + parameter.name() : "");
    }
}
