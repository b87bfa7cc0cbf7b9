package io.github.indirec.autograd.nn;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.IndexOps;

/** A table [rows x D] under {@code name.weight}, looked up by row. */
public final class Embedding {
    private final Parameter weight;

    public Embedding(Parameters parameters, String name, int rows, int size) {
        this.weight = parameters.create(name + ".weight", rows, size);
    }

    /** The rows of the first {@code count} ids: [count x D]. */
    public Variable forward(Tape tape, int[] ids, int count) {
        return IndexOps.gatherRows(tape.leaf(weight), ids, count);
    }

    public Parameter weight() {
        return weight;
    }
}
