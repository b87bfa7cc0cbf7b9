package io.github.indirec.model.encoder;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.model.io.FormatException;
import io.github.indirec.model.items.ItemTable;
import io.github.indirec.model.io.NamedArray;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.ArrayList;

/** Parameters from and to weight files. Names are the authors', so their checkpoints and ours read alike. */
public final class Weights {
    /** The ID rows of the item table, [I + 2 x D]. */
    public static final String ITEM_TABLE = ItemTable.IDS + ".weight";

    /** Prefix of the names of the encoder's parameters. */
    static final String ENCODER = "seq_model.";

    /** The position table P [L x D]. */
    public static final String POSITIONS = "seq_model.position_embeddings.weight";

    /** Prefix of the norm of the embeddings. */
    public static final String EMBEDDING_NORM = "seq_model.LayerNorm";

    /** Prefix of a block's parameters, before its number. */
    public static final String LAYER = "seq_model.item_encoder.layer.";

    private Weights() {}

    /** Copies every parameter's values from the file; what else the file holds is left aside. */
    public static void load(Parameters parameters, TensorFile file) throws FormatException {
        for (Parameter parameter : parameters.all()) {
            copy(file, parameter.name(), parameter.value());
        }
    }

    /** Copies an F32 array of the tensor's shape into the tensor. */
    public static void copy(TensorFile file, String name, Tensor target) throws FormatException {
        target.copyFrom(file.floats(name, target.shape().toArray()));
    }

    /** All parameters as named arrays, in order. */
    public static List<NamedArray> arrays(Parameters parameters) {
        List<NamedArray> arrays = new ArrayList<>();
        for (Parameter parameter : parameters.all()) {
            arrays.add(NamedArray.of(
                    parameter.name(), parameter.shape().toArray(), parameter.value().toFloats()));
        }
        return arrays;
    }

    /**
     * The sizes that the shapes in a checkpoint tell; what they do not tell (heads, rates, attention) is taken from
     * {@code other}.
     */
    public static EncoderConfig sizes(TensorFile file, EncoderConfig other) throws FormatException {
        int[] table = file.array(ITEM_TABLE).shape();
        int[] positions = file.array(POSITIONS).shape();
        if (table.length != 2 || table[0] < 3 || positions.length != 2 || positions[1] != table[1]) {
            throw new FormatException(
                    file.source(),
                    "",
                    "an item table [items + 2, hidden size] and positions [length, hidden size]",
                    Arrays.toString(table) + " and " + Arrays.toString(positions),
                    "is this a checkpoint of an encoder of this family?");
        }
        int layers = 0;
        while (file.tensors().containsKey(LAYER + layers + ".attention.query.weight")) {
            layers++;
        }
        if (layers == 0) {
            file.array(LAYER + "0.attention.query.weight");
        }
        int[] expand = file.array(LAYER + "0.intermediate.dense_1.weight").shape();
        if (expand.length != 2 || expand[0] < table[1] || expand[0] % table[1] != 0) {
            throw new FormatException(
                    file.source(),
                    "array '" + LAYER + "0.intermediate.dense_1.weight'",
                    "[a multiple of " + table[1] + ", " + table[1] + "]",
                    Arrays.toString(expand),
                    "is this a checkpoint of an encoder of this family?");
        }
        try {
            return new EncoderConfig(
                    table[1],
                    layers,
                    other.numHeads(),
                    expand[0] / table[1],
                    positions[0],
                    other.hiddenDropout(),
                    other.attentionDropout(),
                    other.layerNormEps(),
                    other.initializerRange(),
                    other.attention(),
                    other.positions());
        } catch (IllegalArgumentException e) {
            throw new FormatException(
                    file.source(), "", "sizes of an encoder", e.getMessage(), "give the number of heads that the model was trained with");
        }
    }
}
