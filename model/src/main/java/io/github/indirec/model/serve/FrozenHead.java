package io.github.indirec.model.serve;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.model.encoder.MaskedItemHead;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.TensorScope;
import io.github.indirec.tensor.spi.Backend;

/** A {@link MaskedItemHead} with the weights of one moment. */
record FrozenHead(FrozenLinear dense, FrozenNorm norm) {
    static FrozenHead of(Parameters parameters, double eps, TensorScope scope) {
        return new FrozenHead(
                FrozenLinear.of(parameters, MaskedItemHead.NAME + ".dense", scope),
                FrozenNorm.of(parameters, MaskedItemHead.NAME + ".LayerNorm", eps, scope));
    }

    FrozenHead copy(TensorScope scope) {
        return new FrozenHead(dense.copy(scope), norm.copy(scope));
    }

    /** [g ; 1] of outputs of the encoder, [n x D + 1], of the workspace. */
    Tensor forward(Workspace workspace, Tensor outputs) {
        Backend backend = workspace.backend();
        Tensor g = norm.of(workspace, dense.forwardGelu(workspace, outputs));
        int width = g.shape().dim(1);
        Tensor y = workspace.tensor(g.shape().dim(0), width + 1);
        backend.elementwise().fill(y, 1);
        backend.index().copyColumns(g, 0, y, 0, width);
        return y;
    }
}
