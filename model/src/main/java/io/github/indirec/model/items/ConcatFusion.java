package io.github.indirec.model.items;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import java.util.Optional;

/** e' = W_p [e ; a] + b: the views side by side, projected back to D. */
final class ConcatFusion implements ViewFusion {
    static final String NAME = "fusion.projection";

    private final TwoViewLinear projection;

    ConcatFusion(Parameters parameters, int size) {
        this.projection = new TwoViewLinear(parameters, NAME, size);
    }

    @Override
    public Variable fuse(Variable id, Variable semantic) {
        return projection.of(id, semantic);
    }

    /** Zeros in place of the ID row: W_p [0 ; a] + b. */
    @Override
    public Optional<AffineMap> withoutId(Tape tape) {
        return Optional.of(projection.ofSemantic(tape));
    }

    @Override
    public void initialize(XavierNormal weights) {
        projection.initialize(weights);
    }
}
