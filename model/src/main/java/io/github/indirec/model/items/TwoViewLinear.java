package io.github.indirec.model.items;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.MatmulOps;

/**
 * y = W [e ; a] + b, W [D x 2D] kept as its two halves, {@code name.id.weight} and {@code name.semantic.weight}, so that
 * the views of all items need not be copied side by side in every step.
 */
final class TwoViewLinear {
    private final Parameter idWeight;
    private final Parameter semanticWeight;
    private final Parameter bias;

    TwoViewLinear(Parameters parameters, String name, int size) {
        this.idWeight = parameters.create(name + ".id.weight", size, size);
        this.semanticWeight = parameters.create(name + ".semantic.weight", size, size);
        this.bias = parameters.create(name + ".bias", size);
    }

    Variable of(Variable id, Variable semantic) {
        Tape tape = id.tape();
        return MatmulOps.linear(id, tape.leaf(idWeight), semantic, tape.leaf(semanticWeight), tape.leaf(bias));
    }

    /** The map of a where e is 0. */
    AffineMap ofSemantic(Tape tape) {
        return new AffineMap(tape.leaf(semanticWeight), tape.leaf(bias));
    }

    void initialize(XavierNormal weights) {
        int size = bias.shape().size();
        weights.fill(idWeight, 2 * size, size);
        weights.fill(semanticWeight, 2 * size, size);
    }
}
