package io.github.indirec.model.diffusion;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Linear;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.tensor.Shape;

/** tau(t): sinusoid of the step, then a linear layer D to 2D, GELU, 2D to D. */
public final class StepEmbedding {
    private final Linear expand;
    private final Linear contract;
    private final float[] sinusoids;
    private final int size;

    public StepEmbedding(Parameters parameters, int timesteps, int size) {
        this.size = size;
        this.expand = new Linear(parameters, "step_mlp.1", size, 2 * size);
        this.contract = new Linear(parameters, "step_mlp.3", 2 * size, size);
        this.sinusoids = SinusoidalEmbedding.table(timesteps, size);
    }

    /** The sinusoids of the given steps, [t.length x D]. */
    public Variable sinusoids(Tape tape, int[] t) {
        Variable table = tape.constant(Shape.of(sinusoids.length / size, size), sinusoids);
        return IndexOps.gatherRows(table, t);
    }

    /** tau of the given steps, [t.length x D]. */
    public Variable forward(Tape tape, int[] t) {
        return contract.forward(expand.forwardGelu(sinusoids(tape, t)));
    }
}
