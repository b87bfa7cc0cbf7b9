package io.github.indirec.autograd;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.TensorScope;
import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Records ops in the order in which they run, and plays them backwards.
 *
 * <p>Execution order is a topological order, so {@link #backward} is one loop from the end: no sorting, no recursion.
 * The tape owns every tensor made on it. During the backward loop a node's value, gradient and saved tensors are given
 * back as soon as the node has run, since all its consumers have run before it; {@link #close} gives back the rest.
 *
 * <p>Confined to one thread.
 */
public final class Tape implements AutoCloseable {
    private record Node(String op, Variable output, Backward backward, Tensor[] saved) {}

    private final Backend backend;
    private final TensorScope scope;
    private final boolean recording;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Parameter, Variable> leaves = new IdentityHashMap<>();
    private final Map<Object, Variable> shared = new IdentityHashMap<>();
    private final Tape outer;
    private boolean played;

    private Tape(Backend backend, boolean recording, Tape outer) {
        this.backend = backend;
        this.scope = new TensorScope(backend);
        this.recording = recording;
        this.outer = outer;
    }

    /** A tape for training. */
    public static Tape recording(Backend backend) {
        return new Tape(backend, true, null);
    }

    /** A tape that only runs ops: nothing is kept for a backward pass. */
    public static Tape inference(Backend backend) {
        return new Tape(backend, false, null);
    }

    /**
     * A tape that only runs ops, for one pass of what this tape is for, such as a batch of an evaluation: what this tape
     * shares is a constant there. To be closed first, and before this tape is played backwards.
     */
    public Tape pass() {
        return new Tape(backend, false, this);
    }

    public Backend backend() {
        return backend;
    }

    /** A tensor of undefined contents that lives at most as long as this tape. */
    public Tensor allocate(DType dtype, int... dims) {
        return scope.allocate(dtype, dims);
    }

    /** A tensor of undefined contents that lives at most as long as this tape. */
    public Tensor allocate(DType dtype, Shape shape) {
        return scope.allocate(dtype, shape);
    }

    /** A value without gradient. The tensor stays the caller's. */
    public Variable constant(Tensor value) {
        return new Variable(this, value, false, null);
    }

    /** A float32 constant with a copy of the values on the backend's device. */
    public Variable constant(Shape shape, float[] values) {
        Tensor tensor = allocate(DType.F32, shape);
        tensor.copyFrom(values);
        return constant(tensor);
    }

    /** A constant with a copy of the value of a variable of another tape, which may then be closed. */
    public Variable copyOf(Variable other) {
        Tensor tensor = allocate(other.value().dtype(), other.shape());
        backend.elementwise().copy(other.value(), tensor);
        return constant(tensor);
    }

    /**
     * The leaf of a parameter: its gradient is added to {@link Parameter#gradient}, unless it is frozen. One leaf a tape.
     */
    public Variable leaf(Parameter parameter) {
        return leaves.computeIfAbsent(parameter, p -> new Variable(this, p.value(), recording && !p.isFrozen(), p));
    }

    /**
     * What several parts of a network compute alike, computed once: by the first to ask, on this tape, or, of a
     * {@link #pass}, on the outermost tape. A tape sees its parameters at one moment, so what is shared lives and dies
     * with it and can never be out of date.
     *
     * @param key whose it is, by identity
     * @param compute makes the variable, on the tape that it is given
     */
    public Variable shared(Object key, Function<Tape, Variable> compute) {
        Variable variable = shared.get(key);
        if (variable == null) {
            variable = outer == null ? compute.apply(this) : constant(outer.shared(key, compute).value());
            shared.put(key, variable);
        }
        return variable;
    }

    /** A leaf that keeps its own gradient, for inputs whose gradient is asked for. */
    public Variable input(Tensor value) {
        return new Variable(this, value, recording, null);
    }

    /**
     * Enters an op's result; for authors of ops.
     *
     * @param op name for messages
     * @param value result, allocated on this tape
     * @param backward adds to the gradients of the inputs; not called when none of them needs one
     * @param saved tensors that only {@code backward} reads; given back after it has run, at once if it never will
     */
    public Variable record(String op, Tensor value, List<Variable> inputs, Backward backward, Tensor... saved) {
        boolean needed = false;
        for (Variable input : inputs) {
            if (input.tape() != this) {
                throw new IllegalArgumentException(op + ": an input belongs to another tape; copy it with Tape.copyOf");
            }
            needed |= input.needsGradient();
        }
        if (!needed) {
            for (Tensor tensor : saved) {
                tensor.close();
            }
            return new Variable(this, value, false, null);
        }
        Variable output = new Variable(this, value, true, null);
        nodes.add(new Node(op, output, backward, saved));
        return output;
    }

    /**
     * Adds d loss / d x to the gradient of every leaf x that the loss depends on, and gives back intermediate values on
     * the way: read what you need of them before.
     *
     * @param loss a variable of one value
     * @throws IllegalStateException if this tape has been played before or records nothing
     */
    public void backward(Variable loss) {
        if (!recording) {
            throw new IllegalStateException("Tape.backward: this tape does not record; make it with Tape.recording");
        }
        if (played) {
            throw new IllegalStateException("Tape.backward: a tape plays once, its values are gone; record a new one");
        }
        if (loss.shape().size() != 1) {
            throw new ShapeException("Tape.backward: loss has shape " + loss.shape() + ", expected one value");
        }
        if (!loss.needsGradient()) {
            throw new IllegalStateException("Tape.backward: the loss depends on no leaf that needs a gradient");
        }
        played = true;
        Tensor one = allocate(loss.value().dtype(), loss.shape());
        backend.elementwise().fill(one, 1);
        loss.addGradient(one);
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (node.output.hasGradient()) {
                node.backward.apply(node.output.gradient());
                node.output.releaseGradient();
            }
            for (Tensor tensor : node.saved) {
                tensor.close();
            }
            if (node.output != loss) {
                node.output.value().close();
            }
        }
        nodes.clear();
    }

    /** Gives back every tensor of the tape. */
    @Override
    public void close() {
        nodes.clear();
        leaves.clear();
        shared.clear();
        scope.close();
    }
}
