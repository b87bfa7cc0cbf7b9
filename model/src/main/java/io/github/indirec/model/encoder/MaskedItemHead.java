package io.github.indirec.model.encoder;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.LayerNorm;
import io.github.indirec.autograd.nn.Linear;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.model.InitialWeights;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * What BERT4Rec has between the encoder's output o and the item table: g = LN(GELU(W o + b)), and the logit of item v is
 * g . e_v + c_v. A model with this head is asked for the next item by a mask item at the end of the history.
 *
 * <p>The item bias c is one more column of the table, and each representation has a one there: [g ; 1] . [e_v ; c_v]. So
 * the losses and the ranking of the models without a bias serve this one as they are.
 */
public final class MaskedItemHead {
    /** Prefix of its parameters. */
    public static final String NAME = "item_head";

    /** Name of the item bias. */
    public static final String ITEM_BIAS = NAME + ".item_bias";

    private final Linear dense;
    private final LayerNorm norm;
    private final Parameter itemBias;

    MaskedItemHead(Parameters parameters, EncoderConfig config, int rows) {
        dense = new Linear(parameters, NAME + ".dense", config.hiddenSize(), config.hiddenSize());
        norm = new LayerNorm(parameters, NAME + ".LayerNorm", config.hiddenSize(), config.layerNormEps());
        itemBias = parameters.create(ITEM_BIAS, rows, 1);
    }

    static boolean isIn(TensorFile file) {
        return file.tensors().containsKey(ITEM_BIAS);
    }

    /** N(0, range^2) for the matrix, as in the encoder; biases 0. */
    void initialize(long seed, double range, int index) {
        InitialWeights.normal(dense.weight(), range, seed, index);
    }

    /** [g ; 1] of outputs of the encoder, [n x D + 1]. */
    Variable representations(Variable outputs) {
        int rows = outputs.shape().dim(0);
        float[] ones = new float[rows];
        Arrays.fill(ones, 1);
        return IndexOps.concatColumns(List.of(
                norm.forward(dense.forwardGelu(outputs)), outputs.tape().constant(Shape.of(rows, 1), ones)));
    }

    /** [E | c], [I + 2 x D + 1]. */
    Variable table(Variable items) {
        return IndexOps.concatColumns(List.of(items, items.tape().leaf(itemBias)));
    }
}
