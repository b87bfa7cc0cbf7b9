package io.github.indirec.autograd;

import io.github.indirec.tensor.Tensor;

/** The backward half of an op: given dy, adds to the gradients of the op's inputs. */
@FunctionalInterface
public interface Backward {
    void apply(Tensor dy);
}
