package io.github.indirec.model.serve;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.TensorScope;

/** A layer normalisation with the gain and shift of one moment, [D] each. */
record FrozenNorm(Tensor gain, Tensor shift, double eps) {
    static FrozenNorm of(Parameters parameters, String name, double eps, TensorScope scope) {
        return new FrozenNorm(
                FrozenLinear.copy(parameters, name + ".weight", scope),
                FrozenLinear.copy(parameters, name + ".bias", scope),
                eps);
    }

    FrozenNorm copy(TensorScope scope) {
        return new FrozenNorm(FrozenLinear.copy(gain, scope), FrozenLinear.copy(shift, scope), eps);
    }

    /** LN(x), of the workspace. */
    Tensor of(Workspace workspace, Tensor x) {
        Tensor y = workspace.tensor(x.shape().dim(0), x.shape().dim(1));
        int mark = workspace.mark();
        Tensor mean = workspace.tensor(x.shape().dim(0), 1);
        Tensor rstd = workspace.tensor(x.shape().dim(0), 1);
        workspace.backend().norm().layerNorm(x, gain, shift, eps, y, mean, rstd);
        workspace.release(mark);
        return y;
    }

    /** out = LN(x + y); x is overwritten with the sum. */
    void ofSum(Workspace workspace, Tensor x, Tensor y, Tensor out) {
        int mark = workspace.mark();
        Tensor mean = workspace.tensor(x.shape().dim(0), 1);
        Tensor rstd = workspace.tensor(x.shape().dim(0), 1);
        workspace.backend().elementwise().add(x, y, x);
        workspace.backend().norm().layerNorm(x, gain, shift, eps, out, mean, rstd);
        workspace.release(mark);
    }
}
