package io.github.indirec.autograd.nn;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.tensor.RaggedLayout;

/**
 * A post-norm Transformer block: a = LN(x + dropout(attention(x))), y = LN(a + dropout(FFN(a))) with
 * FFN = W2 GELU(W1 a). Parameter names follow S3-Rec's, which the authors' checkpoints carry.
 */
public final class TransformerLayer {
    private static final int ATTENTION_WEIGHTS = 0;
    private static final int ATTENTION_OUTPUT = 1;
    private static final int FEED_FORWARD_OUTPUT = 2;

    private final MultiHeadAttention attention;
    private final LayerNorm attentionNorm;
    private final Linear expand;
    private final Linear contract;
    private final LayerNorm outputNorm;
    private final int index;

    /**
     * @param name prefix of the parameters' names
     * @param index of this layer in its stack, for dropout's addresses
     */
    public TransformerLayer(
            Parameters parameters,
            String name,
            int index,
            int size,
            int heads,
            int feedForward,
            boolean causal,
            double eps) {
        this.index = index;
        this.attention = new MultiHeadAttention(parameters, name + ".attention", size, heads, causal);
        this.attentionNorm = new LayerNorm(parameters, name + ".attention.LayerNorm", size, eps);
        this.expand = new Linear(parameters, name + ".intermediate.dense_1", size, feedForward);
        this.contract = new Linear(parameters, name + ".intermediate.dense_2", feedForward, size);
        this.outputNorm = new LayerNorm(parameters, name + ".intermediate.LayerNorm", size, eps);
    }

    /** Output of the attention sub-layer and of the block. */
    public record Output(Variable attention, Variable block) {}

    /** Maps all rows. */
    public Output forward(Variable x, RaggedLayout rows, Dropout dropout) {
        return forward(x, rows, x, rows, dropout);
    }

    /**
     * Maps the last row of every sequence alone; keys and values still come from all rows. Equal, bit for bit, to the
     * last rows of {@link #forward(Variable, RaggedLayout, Dropout)}.
     */
    public Output forwardLast(Variable x, RaggedLayout rows, Dropout dropout) {
        return forward(IndexOps.gatherRows(x, rows.lastRows()), rows.tail(1), x, rows, dropout);
    }

    private Output forward(
            Variable queryRows, RaggedLayout queries, Variable x, RaggedLayout keys, Dropout dropout) {
        int[] coordinates = queries.coordinates();
        Variable attended = attention.attend(
                queryRows, queries, x, keys, dropout.attention(), dropout.key(index, ATTENTION_WEIGHTS));
        Variable a = attentionNorm.forwardResidual(
                attention.output(),
                attended,
                dropout.hidden(),
                dropout.key(index, ATTENTION_OUTPUT),
                coordinates,
                queryRows);
        Variable y = outputNorm.forwardResidual(
                contract,
                expand.forwardGelu(a),
                dropout.hidden(),
                dropout.key(index, FEED_FORWARD_OUTPUT),
                coordinates,
                a);
        return new Output(a, y);
    }
}
