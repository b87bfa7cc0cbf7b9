package io.github.indirec.autograd.nn;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.NormOps;
import io.github.indirec.tensor.RandomKey;

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

    /**
     * The norm of dropout(last layer of a branch) + residual.
     *
     * @param x input of {@code last} [N x in]
     * @param dropout its rate on hidden values, drawn at {@code key} and {@code rows}
     * @param residual [N x D]
     */
    Variable forwardResidual(Linear last, Variable x, double dropout, RandomKey key, int[] rows, Variable residual) {
        Tape tape = x.tape();
        return NormOps.residualNorm(
                last.forwardWithoutBias(x), tape.leaf(last.bias()), dropout, key, rows, residual, tape.leaf(gain),
                tape.leaf(shift), eps);
    }
}
