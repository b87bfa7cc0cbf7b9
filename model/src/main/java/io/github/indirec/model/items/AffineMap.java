package io.github.indirec.model.items;

import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.autograd.ops.MatmulOps;

/**
 * y = x W^T + b on a tape.
 *
 * @param weight W [out x in]
 * @param bias b [out]
 */
public record AffineMap(Variable weight, Variable bias) {
    /** This map, of x less a mean [in]: y = x W^T + (b - W mean). */
    AffineMap ofCentred(Variable mean) {
        Variable row = ElementwiseOps.scale(IndexOps.reshape(mean, 1, mean.shape().size()), -1);
        return new AffineMap(weight, IndexOps.reshape(of(row), bias.shape().size()));
    }

    /** Maps [N x in] to [N x out]. */
    public Variable of(Variable x) {
        return MatmulOps.linear(x, weight, bias);
    }
}
