package io.github.indirec.model.items;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.ElementwiseOps;
import java.util.Optional;

/**
 * e' = g e + (1 - g) a with one weight a dimension for all items, g = sigmoid(alpha), alpha = 0 at first.
 *
 * <p>The paper says "learned weights" and no more: a vector rather than a number, since dimensions may differ in what
 * they are good for, and through a sigmoid, so that the row stays between its views.
 */
final class WeightedFusion implements ViewFusion {
    static final String NAME = "fusion.alpha";

    private final Parameter alpha;

    WeightedFusion(Parameters parameters, int size) {
        this.alpha = parameters.create(NAME, size);
    }

    @Override
    public Variable fuse(Variable id, Variable semantic) {
        return ElementwiseOps.gate(id.tape().leaf(alpha), id, semantic);
    }

    /** No weight on the ID side: a itself. */
    @Override
    public Optional<AffineMap> withoutId(Tape tape) {
        return Optional.empty();
    }

    @Override
    public void initialize(XavierNormal weights) {}
}
