package io.github.indirec.model.items;

import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.MatmulOps;

/**
 * y = x W^T + b on a tape.
 *
 * @param weight W [out x in]
 * @param bias b [out]
 */
public record AffineMap(Variable weight, Variable bias) {
    /** Maps [N x in] to [N x out]. */
    public Variable of(Variable x) {
        return MatmulOps.linear(x, weight, bias);
    }
}
