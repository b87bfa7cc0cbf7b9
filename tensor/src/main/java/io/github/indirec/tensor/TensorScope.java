package io.github.indirec.tensor;

import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.List;

/**
 * Frees every tensor that was made inside it.
 *
 * <p>Rules: what {@link #allocate} returns belongs to the scope and is closed with it, at the latest; closing such a
 * tensor earlier is allowed and gives its memory to the next allocation. What must outlive the scope is copied out
 * ({@link Tensor#toFloats}). Confined to one thread.
 */
public final class TensorScope implements AutoCloseable {
    private final Backend backend;
    private final List<Tensor> owned = new ArrayList<>();
    private boolean closed;

    public TensorScope(Backend backend) {
        this.backend = backend;
    }

    public Backend backend() {
        return backend;
    }

    /** A tensor with undefined contents, closed with this scope. */
    public Tensor allocate(DType dtype, Shape shape) {
        if (closed) {
            throw new IllegalStateException("TensorScope.allocate: the scope is closed; open a new one");
        }
        Tensor tensor = backend.allocate(dtype, shape);
        owned.add(tensor);
        return tensor;
    }

    /** A tensor with undefined contents, closed with this scope. */
    public Tensor allocate(DType dtype, int... dims) {
        return allocate(dtype, Shape.of(dims));
    }

    /** Closes every tensor of the scope; closing twice does nothing. */
    @Override
    public void close() {
        closed = true;
        for (Tensor tensor : owned) {
            tensor.close();
        }
        owned.clear();
    }
}
