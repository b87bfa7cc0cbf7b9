package io.github.indirec.model.serve;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.TensorScope;

/**
 * A linear layer whose weight is transposed once, to [in x out]: a product then reads it row by row as it lies, where
 * [out x in] would be packed anew by every call, which costs a short history more than the arithmetic.
 *
 * @param columns W^T [in x out]
 * @param bias [out]
 */
record FrozenLinear(Tensor columns, Tensor bias) {
    static FrozenLinear of(Parameters parameters, String name, TensorScope scope) {
        return of(
                parameters.get(name + ".weight").value(),
                parameters.get(name + ".bias").value(),
                scope);
    }

    /** Copies a weight [out x in] and a bias [out]. */
    static FrozenLinear of(Tensor weight, Tensor bias, TensorScope scope) {
        return new FrozenLinear(transposed(weight, scope), copy(bias, scope));
    }

    FrozenLinear copy(TensorScope scope) {
        return new FrozenLinear(copy(columns, scope), copy(bias, scope));
    }

    /** y = x W^T + bias, the bits of {@code MatmulOps.linear}. */
    Tensor forward(Workspace workspace, Tensor x) {
        Tensor y = product(workspace, x);
        workspace.backend().elementwise().addRowVector(y, bias, y);
        return y;
    }

    /** GELU(x W^T + bias), the bits of {@code MatmulOps.linearGelu}. */
    Tensor forwardGelu(Workspace workspace, Tensor x) {
        Tensor y = product(workspace, x);
        workspace.backend().elementwise().biasGelu(y, bias, y);
        return y;
    }

    private Tensor product(Workspace workspace, Tensor x) {
        Tensor y = workspace.tensor(x.shape().dim(0), columns.shape().dim(1));
        workspace.backend().linalg().gemm(false, false, 1, x, columns, 0, y);
        return y;
    }

    /** A copy of a parameter on the scope's device. */
    static Tensor copy(Parameters parameters, String name, TensorScope scope) {
        return copy(parameters.get(name).value(), scope);
    }

    /** A copy on the scope's device, from whichever device. */
    static Tensor copy(Tensor value, TensorScope scope) {
        return tensor(scope, value.shape(), value.toFloats());
    }

    /** A transposed copy of a matrix, from whichever device. */
    static Tensor transposed(Tensor value, TensorScope scope) {
        int rows = value.shape().dim(0);
        int columns = value.shape().dim(1);
        float[] from = value.toFloats();
        float[] to = new float[from.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                to[j * rows + i] = from[i * columns + j];
            }
        }
        return tensor(scope, Shape.of(columns, rows), to);
    }

    /** The values on the scope's device. */
    static Tensor tensor(TensorScope scope, Shape shape, float[] values) {
        Tensor tensor = scope.allocate(DType.F32, shape);
        tensor.copyFrom(values);
        return tensor;
    }
}
