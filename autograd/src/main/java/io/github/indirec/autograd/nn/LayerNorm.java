package io.github.indirec.autograd.nn;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.NormOps;

/** Layer normalisation (Ba et al., 2016) with gain {@code name.weight}, initially 1, and shift {@code name.bias}. */
public final class LayerNorm {
    private final Parameter gain;
    private final Parameter shift;
    private final double eps;

    public LayerNorm(Parameters parameters, String name, int size, double eps) {
        this.gain = parameters.create(name + ".weight", size);
        this.shift = parameters.create(name + ".bias", size);
        this.eps = eps;
        parameters.backend().elementwise().fill(gain.value(), 1);
    }

    public Variable forward(Variable x) {
        return NormOps.layerNorm(x, x.tape().leaf(gain), x.tape().leaf(shift), eps);
    }
}
