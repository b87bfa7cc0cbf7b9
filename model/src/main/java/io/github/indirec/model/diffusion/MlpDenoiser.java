package io.github.indirec.model.diffusion;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Linear;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.autograd.ops.IndexOps;
import java.util.Arrays;
import java.util.List;

/** {@code mlp2}: f(x_t, s, t) = W2 GELU(W1 [x_t ; s ; tau(t)] + b1) + b2 with inner width 2D. */
final class MlpDenoiser implements Denoiser {
    private final Linear expand;
    private final Linear contract;

    MlpDenoiser(Parameters parameters, int size) {
        this.expand = new Linear(parameters, "diffuser.0", 3 * size, 2 * size);
        this.contract = new Linear(parameters, "diffuser.2", 2 * size, size);
    }

    @Override
    public Variable forward(Variable noisy, Variable condition, Variable step) {
        Variable input = IndexOps.concatColumns(List.of(noisy, condition, step));
        return contract.forward(expand.forwardGelu(input));
    }

    @Override
    public Guided guided(Variable condition, Variable nothing, Variable steps, double w) {
        int batch = condition.shape().dim(0);
        Variable nothings = IndexOps.gatherRows(nothing, new int[batch]);
        return (noisy, t) -> {
            Tape inner = noisy.tape();
            int[] rows = new int[batch];
            Arrays.fill(rows, t);
            Variable step = IndexOps.gatherRows(inner.constant(steps.value()), rows);
            Variable conditional = forward(noisy, inner.constant(condition.value()), step);
            Variable unconditional = forward(noisy, inner.constant(nothings.value()), step);
            return ElementwiseOps.add(
                    ElementwiseOps.scale(conditional, 1 + w), ElementwiseOps.scale(unconditional, -w));
        };
    }
}
