package io.github.indirec.model.serve;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.TensorScope;
import io.github.indirec.tensor.spi.AttentionKernels;

/** A Transformer block for serving: the arithmetic of {@code autograd.nn.TransformerLayer}, bit for bit, no tape. */
final class FrozenLayer {
    private static final RandomKey NO_DROPOUT = new RandomKey(0, 0, 0);

    private final EncoderConfig config;
    private final FrozenLinear query;
    private final FrozenLinear key;
    private final FrozenLinear value;
    private final FrozenLinear output;
    private final FrozenNorm attentionNorm;
    private final FrozenLinear expand;
    private final FrozenLinear contract;
    private final FrozenNorm outputNorm;

    /**
     * @param name prefix of the parameters' names
     */
    FrozenLayer(Parameters parameters, String name, EncoderConfig config, TensorScope scope) {
        this.config = config;
        this.query = FrozenLinear.of(parameters, name + ".attention.query", scope);
        this.key = FrozenLinear.of(parameters, name + ".attention.key", scope);
        this.value = FrozenLinear.of(parameters, name + ".attention.value", scope);
        this.output = FrozenLinear.of(parameters, name + ".attention.dense", scope);
        this.attentionNorm = FrozenNorm.of(parameters, name + ".attention.LayerNorm", config.layerNormEps(), scope);
        this.expand = FrozenLinear.of(parameters, name + ".intermediate.dense_1", scope);
        this.contract = FrozenLinear.of(parameters, name + ".intermediate.dense_2", scope);
        this.outputNorm = FrozenNorm.of(parameters, name + ".intermediate.LayerNorm", config.layerNormEps(), scope);
    }

    private FrozenLayer(FrozenLayer layer, TensorScope scope) {
        this.config = layer.config;
        this.query = layer.query.copy(scope);
        this.key = layer.key.copy(scope);
        this.value = layer.value.copy(scope);
        this.output = layer.output.copy(scope);
        this.attentionNorm = layer.attentionNorm.copy(scope);
        this.expand = layer.expand.copy(scope);
        this.contract = layer.contract.copy(scope);
        this.outputNorm = layer.outputNorm.copy(scope);
    }

    FrozenLayer copy(TensorScope scope) {
        return new FrozenLayer(this, scope);
    }

    /**
     * The block's output at the query rows.
     *
     * @param queryRows [queries.rows() x D], the rows of x that {@code queries} keeps
     * @param x [keys.rows() x D]
     * @return of the workspace, [queries.rows() x D]
     */
    Tensor forward(Workspace workspace, Tensor queryRows, RaggedLayout queries, Tensor x, RaggedLayout keys) {
        int width = config.hiddenSize();
        Tensor y = workspace.tensor(queries.rows(), width);
        int mark = workspace.mark();
        Tensor attended = workspace.tensor(queries.rows(), width);
        attend(workspace, queryRows, queries, x, keys, attended);
        Tensor projected = output.forward(workspace, attended);
        Tensor a = workspace.tensor(queries.rows(), width);
        attentionNorm.ofSum(workspace, projected, queryRows, a);
        Tensor fed = contract.forward(workspace, expand.forwardGelu(workspace, a));
        outputNorm.ofSum(workspace, fed, a, y);
        workspace.release(mark);
        return y;
    }

    private void attend(
            Workspace workspace, Tensor queryRows, RaggedLayout queries, Tensor x, RaggedLayout keys, Tensor attended) {
        int mark = workspace.mark();
        AttentionKernels.Layout layout = new AttentionKernels.Layout(
                queries, keys, config.numHeads(), config.causal(), 0, NO_DROPOUT);
        AttentionKernels kernels = workspace.backend().attention();
        Tensor saved = workspace.tensor(1, kernels.saved(layout));
        kernels.forward(
                query.forward(workspace, queryRows),
                key.forward(workspace, x),
                value.forward(workspace, x),
                layout,
                attended,
                saved);
        workspace.release(mark);
    }
}
