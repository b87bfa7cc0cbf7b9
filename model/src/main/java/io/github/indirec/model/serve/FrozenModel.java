package io.github.indirec.model.serve;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.encoder.Weights;
import io.github.indirec.model.items.AffineMap;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.ElementwiseKernels;
import java.util.ArrayList;
import java.util.List;

/**
 * Item table and encoder with the weights of one moment, laid out for serving: every matrix is transposed once, so that
 * a product with a few rows reads it as it lies. The scores have the bits of {@link SequenceModel}'s.
 *
 * <p>Immutable; any number of threads, each with a {@link Workspace} of its own.
 */
final class FrozenModel {
    private final EncoderConfig config;
    private final Tensor items;
    private final Tensor itemColumns;
    private final Tensor positions;
    private final FrozenNorm norm;
    private final List<FrozenLayer> layers = new ArrayList<>();

    /** What makes the row of a new item of its vector, one after the other; empty where only ids are known. */
    private final List<FrozenLinear> newItemMaps = new ArrayList<>();

    /** Copies the weights; an item table that is made of several things is computed here, once. */
    FrozenModel(SequenceModel model) {
        Parameters parameters = model.parameters();
        this.config = model.config();
        try (Tape tape = Tape.inference(model.backend())) {
            Tensor table = model.itemTable().on(tape).value();
            this.items = FrozenLinear.copy(table);
            this.itemColumns = FrozenLinear.transposed(table);
            for (AffineMap map : model.itemTable().newItemMaps(tape)) {
                newItemMaps.add(
                        FrozenLinear.of(map.weight().value(), map.bias().value()));
            }
        }
        this.positions = FrozenLinear.copy(parameters, Weights.POSITIONS);
        this.norm = FrozenNorm.of(parameters, Weights.EMBEDDING_NORM, model.config().layerNormEps());
        for (int layer = 0; layer < model.config().numLayers(); layer++) {
            layers.add(new FrozenLayer(parameters, Weights.LAYER + layer, model.config()));
        }
    }

    /** The same weights over another item table. */
    private FrozenModel(FrozenModel model, Tensor items) {
        this.config = model.config;
        this.items = items;
        this.itemColumns = FrozenLinear.transposed(items);
        this.positions = model.positions;
        this.norm = model.norm;
        layers.addAll(model.layers);
        newItemMaps.addAll(model.newItemMaps);
    }

    /** This model with rows for new items behind the last one's; the mask item's row stays the last of the table. */
    FrozenModel withItems(Backend backend, ItemVectors vectors) {
        if (newItemMaps.isEmpty()) {
            throw new UnsupportedOperationException("Recommender.withItems: this model knows items by id alone and can"
                    + " make nothing of a vector; train one with item vectors (LLMDiRec)");
        }
        int width = newItemMaps.get(0).columns().shape().dim(0);
        if (vectors.width() != width) {
            throw new IllegalArgumentException("Recommender.withItems: vectors of width " + vectors.width()
                    + ", the model was trained with vectors of width " + width + "; make them with the same encoder");
        }
        try (Workspace workspace = new Workspace(backend)) {
            Tensor rows = Tensor.of(Shape.of(vectors.items(), width), vectors.values());
            for (FrozenLinear map : newItemMaps) {
                rows = map.forward(workspace, rows);
            }
            int mask = items.shape().dim(0) - 1;
            Tensor table = Tensor.zeros(Shape.of(mask + vectors.items() + 1, items.shape().dim(1)), DType.F32);
            ElementwiseKernels kernels = backend.elementwise();
            kernels.copy(items.rows(0, mask), table.rows(0, mask));
            kernels.copy(rows, table.rows(mask, mask + vectors.items()));
            kernels.copy(items.rows(mask, mask + 1), table.rows(mask + vectors.items(), mask + vectors.items() + 1));
            return new FrozenModel(this, table);
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
        Tensor h = encode(workspace, batch.items(), batch.layout());
        backend.linalg().gemm(false, false, 1, h, itemColumns, 0, scores);
        return scores;
    }

    /** The representation of each sequence, [B x D]. */
    private Tensor encode(Workspace workspace, int[] itemIds, RaggedLayout layout) {
        Backend backend = workspace.backend();
        int width = items.shape().dim(1);
        Tensor x = workspace.tensor(layout.rows(), width);
        int mark = workspace.mark();
        Tensor embedded = workspace.tensor(layout.rows(), width);
        Tensor placed = workspace.tensor(layout.rows(), width);
        backend.index().gatherRows(items, itemIds, embedded);
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
}
