package io.github.indirec.model.items;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Linear;
import io.github.indirec.autograd.ops.MatmulOps;
import java.util.Optional;

/**
 * e' = Attention(q = W_q e, k = W_k a, v = W_v a) W_o^T + b, LLM-ESR's form: queries of one view, keys and values of the
 * other without biases, two heads, an output layer, no residual and no norm.
 *
 * <p>An item has one vector, so each head sees a single key, over which a softmax is 1 whatever the query: the attention
 * is W_v a, W_q and W_k have no effect on anything, the number of heads neither, and
 *
 * <pre>
 * e' = W_o W_v a + b.
 * </pre>
 *
 * That is what is computed, W_o W_v multiplied out first. So this fusion knows an item by its text alone; its ID row is
 * reached by the alignment loss only. It fits the paper's figures, in which cross-attention falls far below the model
 * that knows ids alone on every data set of Amazon, and leads where items have many interactions each.
 */
final class CrossAttentionFusion implements ViewFusion {
    static final String NAME = "fusion.attention";

    private final Parameter value;
    private final Linear output;

    CrossAttentionFusion(Parameters parameters, int size) {
        this.value = parameters.create(NAME + ".value.weight", size, size);
        this.output = new Linear(parameters, NAME + ".dense", size, size);
    }

    @Override
    public Variable fuse(Variable id, Variable semantic) {
        return map(semantic.tape()).of(semantic);
    }

    /** As for every item. */
    @Override
    public Optional<AffineMap> withoutId(Tape tape) {
        return Optional.of(map(tape));
    }

    private AffineMap map(Tape tape) {
        Variable weight = MatmulOps.matmul(tape.leaf(output.weight()), tape.leaf(value), false, false);
        return new AffineMap(weight, tape.leaf(output.bias()));
    }

    @Override
    public void initialize(XavierNormal weights) {
        weights.fill(value);
        weights.fill(output.weight());
    }
}
