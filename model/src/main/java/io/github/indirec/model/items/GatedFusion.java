package io.github.indirec.model.items;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.ElementwiseOps;
import java.util.Optional;

/** e' = g e + (1 - g) a with a gate for each item and dimension, g = sigmoid(W_g [e ; a] + b). */
final class GatedFusion implements ViewFusion {
    static final String NAME = "fusion.gate";

    private final TwoViewLinear gate;

    GatedFusion(Parameters parameters, int size) {
        this.gate = new TwoViewLinear(parameters, NAME, size);
    }

    @Override
    public Variable fuse(Variable id, Variable semantic) {
        return ElementwiseOps.gate(gate.of(id, semantic), id, semantic);
    }

    /** The gate closed on the ID side: a itself. */
    @Override
    public Optional<AffineMap> withoutId(Tape tape) {
        return Optional.empty();
    }

    @Override
    public void initialize(XavierNormal weights) {
        gate.initialize(weights);
    }
}
