package io.github.indirec.model.serve;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.encoder.Weights;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
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

    /** Copies the weights. */
    FrozenModel(SequenceModel model) {
        Parameters parameters = model.parameters();
        this.config = model.config();
        this.items = FrozenLinear.copy(parameters, Weights.ITEM_TABLE);
        this.itemColumns = FrozenLinear.transposed(parameters, Weights.ITEM_TABLE);
        this.positions = FrozenLinear.copy(parameters, Weights.POSITIONS);
        this.norm = FrozenNorm.of(parameters, Weights.EMBEDDING_NORM, model.config().layerNormEps());
        for (int layer = 0; layer < model.config().numLayers(); layer++) {
            layers.add(new FrozenLayer(parameters, Weights.LAYER + layer, model.config()));
        }
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
