/** Reverse-mode differentiation over tensors, layers and optimisers. Depends on the tensor module alone. */
module io.github.indirec.autograd {
    requires transitive io.github.indirec.tensor;

    exports io.github.indirec.autograd;
    exports io.github.indirec.autograd.nn;
    exports io.github.indirec.autograd.ops;
    exports io.github.indirec.autograd.optim;
}
