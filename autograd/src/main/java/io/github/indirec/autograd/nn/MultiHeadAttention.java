package io.github.indirec.autograd.nn;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.AttentionOps;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.spi.AttentionKernels;

/**
 * Projections around attention over packed sequences: {@code name.query}, {@code name.key}, {@code name.value} and the
 * output projection {@code name.dense}.
 */
public final class MultiHeadAttention {
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear output;
    private final int heads;
    private final boolean causal;

    public MultiHeadAttention(Parameters parameters, String name, int size, int heads, boolean causal) {
        this.query = new Linear(parameters, name + ".query", size, size);
        this.key = new Linear(parameters, name + ".key", size, size);
        this.value = new Linear(parameters, name + ".value", size, size);
        this.output = new Linear(parameters, name + ".dense", size, size);
        this.heads = heads;
        this.causal = causal;
    }

    /**
     * Attends from query rows to all rows: the heads side by side, which {@link #output} is still to project.
     *
     * @param queryRows [queries.rows() x D], the rows of x that {@code queries} keeps
     * @param x [keys.rows() x D]
     * @param dropout rate on the attention weights, drawn at {@code random}
     */
    public Variable attend(
            Variable queryRows,
            RaggedLayout queries,
            Variable x,
            RaggedLayout keys,
            double dropout,
            RandomKey random) {
        AttentionKernels.Layout layout =
                new AttentionKernels.Layout(queries, keys, heads, causal, dropout, random);
        return AttentionOps.attention(query.forward(queryRows), key.forward(x), value.forward(x), layout);
    }

    /** The output projection. */
    public Linear output() {
        return output;
    }
}
