package io.github.indirec.autograd.nn;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.AttentionOps;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.autograd.ops.MatmulOps;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.spi.AttentionKernels;
import java.util.Arrays;

/**
 * A post-norm Transformer block in which every item of a sequence sees all others and how far off they stand (DeBERTa; He
 * et al., 2021): a = LN(x + dropout(attention(x, R))), y = LN(a + dropout(FFN(a))) with FFN = W2 GELU(W1 a).
 *
 * <p>R is a table of relative positions that the blocks of a stack share; each projects it to keys and queries of its
 * own. Keys have no bias, which a softmax over keys would not notice, nor do the projected position keys.
 *
 * <p>The authors' library keeps queries, keys and values in one matrix, head by head; three matrices are the same map with
 * its rows in another order.
 */
public final class RelativeTransformerLayer {
    private static final int ATTENTION_WEIGHTS = 0;
    private static final int ATTENTION_OUTPUT = 1;
    private static final int FEED_FORWARD_OUTPUT = 2;
    private static final int POSITIONS = 4;

    private final Linear query;
    private final Parameter key;
    private final Linear value;
    private final Parameter positionKey;
    private final Linear positionQuery;
    private final Linear output;
    private final LayerNorm attentionNorm;
    private final Linear expand;
    private final Linear contract;
    private final LayerNorm outputNorm;
    private final int heads;
    private final int index;

    /**
     * @param name prefix of the parameters' names
     * @param index of this layer in its stack, for dropout's addresses
     */
    public RelativeTransformerLayer(
            Parameters parameters, String name, int index, int size, int heads, int feedForward, double eps) {
        this.heads = heads;
        this.index = index;
        this.query = new Linear(parameters, name + ".attention.query", size, size);
        this.key = parameters.create(name + ".attention.key.weight", size, size);
        this.value = new Linear(parameters, name + ".attention.value", size, size);
        this.positionKey = parameters.create(name + ".attention.position_key.weight", size, size);
        this.positionQuery = new Linear(parameters, name + ".attention.position_query", size, size);
        this.output = new Linear(parameters, name + ".attention.dense", size, size);
        this.attentionNorm = new LayerNorm(parameters, name + ".attention.LayerNorm", size, eps);
        this.expand = new Linear(parameters, name + ".intermediate.dense_1", size, feedForward);
        this.contract = new Linear(parameters, name + ".intermediate.dense_2", feedForward, size);
        this.outputNorm = new LayerNorm(parameters, name + ".intermediate.LayerNorm", size, eps);
    }

    /**
     * Maps all rows.
     *
     * @param x [N x D]
     * @param positions R [2S x D], S at least {@code layout.maxLength()}
     */
    public Variable forward(Variable x, Variable positions, RaggedLayout layout, Dropout dropout) {
        Variable attended = attend(x, positions, layout, dropout);
        return finish(x, attended, layout.coordinates(), dropout);
    }

    /**
     * The given rows of {@link #forward} alone, bit for bit: keys and values still come from all rows.
     *
     * @param rows which of the N rows to return
     * @return [rows.length x D]
     */
    public Variable forwardAt(Variable x, Variable positions, RaggedLayout layout, int[] rows, Dropout dropout) {
        int[] coordinates = layout.coordinates();
        Variable attended = attend(x, positions, layout, dropout);
        return finish(
                IndexOps.gatherRows(x, rows),
                IndexOps.gatherRows(attended, rows),
                Arrays.stream(rows).map(row -> coordinates[row]).toArray(),
                dropout);
    }

    private Variable attend(Variable x, Variable positions, RaggedLayout layout, Dropout dropout) {
        int[] positionRows = new int[positions.shape().rows()];
        Arrays.setAll(positionRows, row -> row);
        Variable r = dropout.apply(positions, index, POSITIONS, positionRows);
        return AttentionOps.relativeAttention(
                query.forward(x),
                project(x, key),
                value.forward(x),
                project(r, positionKey),
                positionQuery.forward(r),
                new AttentionKernels.Layout(
                        layout, layout, heads, false, dropout.attention(), dropout.key(index, ATTENTION_WEIGHTS)));
    }

    private static Variable project(Variable x, Parameter weight) {
        return MatmulOps.matmul(x, x.tape().leaf(weight), false, true);
    }

    /** What follows the attention, row by row. */
    private Variable finish(Variable x, Variable attended, int[] coordinates, Dropout dropout) {
        Variable a = attentionNorm.forwardResidual(
                output, attended, dropout.hidden(), dropout.key(index, ATTENTION_OUTPUT), coordinates, x);
        return outputNorm.forwardResidual(
                contract,
                expand.forwardGelu(a),
                dropout.hidden(),
                dropout.key(index, FEED_FORWARD_OUTPUT),
                coordinates,
                a);
    }
}
