package io.github.indirec.autograd.nn;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.MatmulOps;

/** y = x W^T + b with W [out x in] under {@code name.weight} and b [out] under {@code name.bias}. */
public final class Linear {
    private final Parameter weight;
    private final Parameter bias;

    public Linear(Parameters parameters, String name, int in, int out) {
        this.weight = parameters.create(name + ".weight", out, in);
        this.bias = parameters.create(name + ".bias", out);
    }

    /** Maps [N x in] to [N x out]. */
    public Variable forward(Variable x) {
        return MatmulOps.linear(x, x.tape().leaf(weight), x.tape().leaf(bias));
    }

    /** {@link #forward} through the GELU. */
    public Variable forwardGelu(Variable x) {
        return MatmulOps.linearGelu(x, x.tape().leaf(weight), x.tape().leaf(bias));
    }

    /** x W^T without the bias, which a fused op adds. */
    public Variable forwardWithoutBias(Variable x) {
        return MatmulOps.matmul(x, x.tape().leaf(weight), false, true);
    }

    public Parameter weight() {
        return weight;
    }

    public Parameter bias() {
        return bias;
    }
}
