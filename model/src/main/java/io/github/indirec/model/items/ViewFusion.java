package io.github.indirec.model.items;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import java.util.Optional;

/** Makes one row an item of its two views; its parameters' names begin with {@code fusion.}. */
interface ViewFusion {
    /** A fusion with zero-filled parameters. */
    static ViewFusion of(SemanticConfig.Fusion fusion, Parameters parameters, int size) {
        return switch (fusion) {
            case GATED -> new GatedFusion(parameters, size);
            case WEIGHTED -> new WeightedFusion(parameters, size);
            case CONCAT -> new ConcatFusion(parameters, size);
            case CROSS_ATTENTION -> new CrossAttentionFusion(parameters, size);
        };
    }

    /**
     * The fused rows, [I x D].
     *
     * @param id ID rows e [I x D]
     * @param semantic adapted vectors a [I x D]
     */
    Variable fuse(Variable id, Variable semantic);

    /** What makes the row of an item without an ID row of its adapted vector; empty where that is the row itself. */
    Optional<AffineMap> withoutId(Tape tape);

    void initialize(XavierNormal weights);
}
