package io.github.indirec.model.serve;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of one pass through a {@link FrozenModel}, kept from call to call: the same pass asks for its tensors in
 * the same order, and gets the same memory, grown where a longer history needs more. One pass at a time.
 */
final class Workspace implements AutoCloseable {
    private final Backend backend;
    private final List<Tensor> slots = new ArrayList<>();
    private int next;

    Workspace(Backend backend) {
        this.backend = backend;
    }

    Backend backend() {
        return backend;
    }

    /** A float32 tensor of undefined contents; until {@link #release} of a mark before it. */
    Tensor tensor(int rows, int columns) {
        Shape shape = Shape.of(rows, columns);
        if (next == slots.size()) {
            slots.add(backend.allocate(DType.F32, shape));
        } else if (slots.get(next).size() < shape.size()) {
            slots.get(next).close();
            slots.set(next, backend.allocate(DType.F32, shape));
        }
        Tensor slot = slots.get(next++);
        return new Tensor(shape, DType.F32, slot.device(), slot.storage(), slot.offset(), false);
    }

    /** Where the tensors begin that are asked for from now on. */
    int mark() {
        return next;
    }

    /** Takes back what was asked for since the mark; 0 takes back everything. */
    void release(int mark) {
        next = mark;
    }

    @Override
    public void close() {
        for (Tensor slot : slots) {
            slot.close();
        }
        slots.clear();
        next = 0;
    }
}
