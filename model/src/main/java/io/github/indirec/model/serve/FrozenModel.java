package io.github.indirec.model.serve;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.encoder.Weights;
import io.github.indirec.model.items.AffineMap;
import io.github.indirec.model.items.NewItemRows;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.TensorScope;
import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.List;

/**
 * Item table and encoder with the weights of one moment, laid out for serving: every matrix is transposed once, so that
 * a product with a few rows reads it as it lies. The scores have the bits of {@link SequenceModel}'s.
 *
 * <p>Immutable; any number of threads, each with a {@link Workspace} of its own.
 */
final class FrozenModel implements AutoCloseable {
    private final TensorScope weights;
    private final EncoderConfig config;
    private final Tensor items;
    private final Tensor itemColumns;
    private final Tensor positions;
    private final FrozenNorm norm;
    private final List<FrozenLayer> layers = new ArrayList<>();

    /** What stands between the last block and the scores; null where nothing does. */
    private final FrozenHead head;

    /** What makes the row of a new item of its vector, one after the other; empty where only ids are known. */
    private final List<FrozenLinear> newItemMaps = new ArrayList<>();

    /**
     * Copies the weights to a backend, from whichever device the model is on; an item table that is made of several
     * things is computed here, once.
     */
    FrozenModel(SequenceModel model, Backend backend) {
        Parameters parameters = model.parameters();
        double eps = model.config().layerNormEps();
        this.weights = new TensorScope(backend);
        this.config = model.config();
        try (Tape tape = Tape.inference(model.backend())) {
            this.items = FrozenLinear.copy(model.itemTable().on(tape).value(), weights);
            this.itemColumns = FrozenLinear.transposed(model.scoreTable(tape).value(), weights);
            for (AffineMap map : model.itemTable().newItemMaps(tape)) {
                newItemMaps.add(
                        FrozenLinear.of(map.weight().value(), map.bias().value(), weights));
            }
        }
        this.positions = FrozenLinear.copy(parameters, Weights.POSITIONS, weights);
        this.norm = FrozenNorm.of(parameters, Weights.EMBEDDING_NORM, eps, weights);
        for (int layer = 0; layer < model.config().numLayers(); layer++) {
            layers.add(new FrozenLayer(parameters, Weights.LAYER + layer, model.config(), weights));
        }
        this.head = model.isMasked() ? FrozenHead.of(parameters, eps, weights) : null;
    }

    /** A copy of the weights on a backend, over another item table. */
    private FrozenModel(FrozenModel model, float[] table, Backend backend) {
        int width = model.items.shape().dim(1);
        this.weights = new TensorScope(backend);
        this.config = model.config;
        this.items = FrozenLinear.tensor(weights, Shape.of(table.length / width, width), table);
        this.itemColumns = FrozenLinear.transposed(items, weights);
        this.positions = FrozenLinear.copy(model.positions, weights);
        this.norm = model.norm.copy(weights);
        this.head = model.head == null ? null : model.head.copy(weights);
        model.layers.forEach(layer -> layers.add(layer.copy(weights)));
        model.newItemMaps.forEach(map -> newItemMaps.add(map.copy(weights)));
    }

    /**
     * A copy of this model on a backend, with rows for new items behind the last one's; the mask item's row stays the
     * last of the table.
     */
    FrozenModel withItems(Backend backend, ItemVectors vectors) {
        int width = newItemMaps.isEmpty() ? 0 : newItemMaps.get(0).columns().shape().dim(0);
        NewItemRows.require("Recommender.withItems", width, vectors);
        float[] table = NewItemRows.insert(
                items.toFloats(), newRows(vectors), items.shape().dim(1));
        return new FrozenModel(this, table, backend);
    }

    /** What the maps make of the vectors, [new items x D]. */
    private float[] newRows(ItemVectors vectors) {
        try (Workspace workspace = new Workspace(weights.backend())) {
            Tensor rows = workspace.tensor(vectors.items(), vectors.width());
            rows.copyFrom(vectors.values());
            for (FrozenLinear map : newItemMaps) {
                rows = map.forward(workspace, rows);
            }
            return rows.toFloats();
        }
    }

    /** I. */
    int items() {
        return items.shape().dim(0) - 2;
    }

    /** L: of a longer history the last L items count. */
    int maxLength() {
        return config.maxSeqLength();
    }

    /**
     * h E^T over all rows of the item table.
     *
     * @return of the workspace, [B x I + 2]
     */
    Tensor scores(Workspace workspace, RaggedBatch batch) {
        Backend backend = workspace.backend();
        Tensor scores = workspace.tensor(batch.count(), itemColumns.shape().dim(1));
        Tensor h = head == null
                ? encode(workspace, batch)
                : head.forward(workspace, encode(workspace, batch.followedBy(items() + 1)));
        backend.linalg().gemm(false, false, 1, h, itemColumns, 0, scores);
        return scores;
    }

    /** The representation of each sequence, [B x D]. */
    private Tensor encode(Workspace workspace, RaggedBatch batch) {
        Backend backend = workspace.backend();
        RaggedLayout layout = batch.layout();
        int width = items.shape().dim(1);
        Tensor x = workspace.tensor(layout.rows(), width);
        int mark = workspace.mark();
        Tensor embedded = workspace.tensor(layout.rows(), width);
        Tensor placed = workspace.tensor(layout.rows(), width);
        backend.index().gatherRows(items, batch.items(), embedded);
        backend.index().gatherRows(positions, config.positions(layout), placed);
        norm.ofSum(workspace, embedded, placed, x);
        workspace.release(mark);
        for (FrozenLayer layer : layers.subList(0, layers.size() - 1)) {
            x = layer.forward(workspace, x, layout, x, layout);
        }
        // Only the last item's row of the last block is read.
        Tensor last = workspace.tensor(layout.count(), width);
        backend.index().gatherRows(x, layout.lastRows(), last);
        return layers.get(layers.size() - 1).forward(workspace, last, layout.tail(1), x, layout);
    }

    /** Gives the memory back; the model may not be used any more. */
    @Override
    public void close() {
        weights.close();
    }
}
