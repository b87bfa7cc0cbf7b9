package io.github.indirec.model.encoder;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.autograd.nn.Embedding;
import io.github.indirec.autograd.nn.LayerNorm;
import io.github.indirec.autograd.nn.TransformerLayer;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.model.items.ItemTable;
import io.github.indirec.tensor.RaggedLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Trans(.), the Transformer over item sequences (Kang and McAuley, 2018, in S3-Rec's form): x = dropout(LN(E[i] +
 * P[position])), then post-norm blocks. A sequence's representation is the output at its last item.
 *
 * <p>Batches are packed, never padded; positions are counted as {@link EncoderConfig.Positions} says.
 * There is no final normalisation and no sqrt(D) scaling of the embeddings.
 */
public final class SasRecEncoder {
    private static final int EMBEDDING_SITE = 3;

    private final EncoderConfig config;
    private final ItemTable items;
    private final Embedding positions;
    private final LayerNorm norm;
    private final List<TransformerLayer> layers = new ArrayList<>();
    private volatile RaggedLayout singles;

    /**
     * @param items E [I + 2 x D], made for the same parameters; row 0 is the padding item, which occurs in
     *     no sequence, and row I + 1 the mask item, which occurs where a model masks; both compete in the softmax
     */
    public SasRecEncoder(Parameters parameters, EncoderConfig config, ItemTable items) {
        int size = config.hiddenSize();
        this.config = config;
        this.items = items;
        positions = new Embedding(parameters, "seq_model.position_embeddings", config.maxSeqLength(), size);
        for (int layer = 0; layer < config.numLayers(); layer++) {
            layers.add(new TransformerLayer(
                    parameters,
                    "seq_model.item_encoder.layer." + layer,
                    layer,
                    size,
                    config.numHeads(),
                    config.feedForwardMultiple() * size,
                    config.causal(),
                    config.layerNormEps()));
        }
        norm = new LayerNorm(parameters, "seq_model.LayerNorm", size, config.layerNormEps());
    }

    /** Output of the embedding layer: [N x D]. */
    public Variable embed(Tape tape, int[] itemIds, RaggedLayout layout, Dropout dropout) {
        return embed(IndexOps.gatherRows(items.on(tape), itemIds, layout.rows()), layout, dropout);
    }

    private Variable embed(Variable items, RaggedLayout layout, Dropout dropout) {
        Variable placed = positions.forward(items.tape(), config.positions(layout), layout.rows());
        Variable sum = ElementwiseOps.add(items, placed);
        return dropout.apply(norm.forward(sum), 0, EMBEDDING_SITE, layout.coordinates());
    }

    /** Outputs of every block at every position, each [N x D]. */
    public List<TransformerLayer.Output> encodeAll(Variable embedded, RaggedLayout layout, Dropout dropout) {
        List<TransformerLayer.Output> outputs = new ArrayList<>();
        Variable x = embedded;
        for (TransformerLayer layer : layers) {
            TransformerLayer.Output output = layer.forward(x, layout, dropout);
            outputs.add(output);
            x = output.block();
        }
        return outputs;
    }

    /**
     * The representation of each sequence, [B x D]. The last block is computed only at the last item of each sequence,
     * which is all that is read of it.
     *
     * @param itemIds [N] items of all sequences, each in 1 to I + 1; there may be more
     */
    public Variable encode(Tape tape, int[] itemIds, RaggedLayout layout, Dropout dropout) {
        return encodeLast(embed(tape, itemIds, layout, dropout), layout, dropout);
    }

    /**
     * The output of the last block at every item, [N x D].
     *
     * @param itemIds [N] items of all sequences, each in 1 to I + 1
     */
    public Variable encodeEach(Tape tape, int[] itemIds, RaggedLayout layout, Dropout dropout) {
        List<TransformerLayer.Output> outputs = encodeAll(embed(tape, itemIds, layout, dropout), layout, dropout);
        return outputs.get(outputs.size() - 1).block();
    }

    private Variable encodeLast(Variable embedded, RaggedLayout layout, Dropout dropout) {
        Variable x = embedded;
        for (TransformerLayer layer : layers.subList(0, layers.size() - 1)) {
            x = layer.forward(x, layout, dropout).block();
        }
        return layers.get(layers.size() - 1).forwardLast(x, layout, dropout).block();
    }

    /**
     * The representation of one-item sequences whose item is given by its embedding: the paper's path from a generated
     * item embedding to a view.
     *
     * @param embeddings [B x D]
     */
    public Variable encodeEmbeddings(Variable embeddings, int maxLength, Dropout dropout) {
        return encodeEmbeddings(embeddings, singles(embeddings.shape().dim(0), maxLength), dropout);
    }

    /**
     * The representation of sequences whose items are given by their embeddings, [B x D]: {@link #encode} with a table of
     * the caller's choice.
     *
     * @param embeddings [N x D]
     */
    public Variable encodeEmbeddings(Variable embeddings, RaggedLayout layout, Dropout dropout) {
        return encodeLast(embed(embeddings, layout, dropout), layout, dropout);
    }

    /** That many sequences of one item; kept, since batches are mostly of one size. */
    private RaggedLayout singles(int count, int maxLength) {
        RaggedLayout layout = singles;
        if (layout == null || layout.count() != count || layout.maxLength() != maxLength) {
            int[] lengths = new int[count];
            Arrays.fill(lengths, 1);
            layout = RaggedLayout.ofLengths(lengths, maxLength);
            singles = layout;
        }
        return layout;
    }
}
