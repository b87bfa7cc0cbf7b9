package io.github.indirec.autograd.ops;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.ElementwiseKernels;
import java.util.List;

/** Matrix products. */
public final class MatmulOps {
    private MatmulOps() {}

    /**
     * C = op(A) op(B), op being the transpose where asked.
     *
     * <p>dA = dC op(B)^T and dB = op(A)^T dC, each transposed back where its operand was.
     *
     * @param a [M x K], or [K x M] when {@code transposeA}
     * @param b [K x N], or [N x K] when {@code transposeB}
     * @return [M x N]
     */
    public static Variable matmul(Variable a, Variable b, boolean transposeA, boolean transposeB) {
        a.shape().requireRank("matmul", "a", 2);
        b.shape().requireRank("matmul", "b", 2);
        int m = a.shape().dim(transposeA ? 1 : 0);
        int k = a.shape().dim(transposeA ? 0 : 1);
        int n = b.shape().dim(transposeB ? 0 : 1);
        if (b.shape().dim(transposeB ? 1 : 0) != k) {
            throw new ShapeException("matmul: a " + a.shape() + (transposeA ? " transposed" : "") + " and b "
                    + b.shape() + (transposeB ? " transposed" : "") + " do not share their inner dimension");
        }
        Tape tape = a.tape();
        Tensor c = tape.allocate(a.dtype(), m, n);
        tape.backend().linalg().gemm(transposeA, transposeB, 1, a.value(), b.value(), 0, c);
        return tape.record("matmul", c, List.of(a, b), dc -> {
            if (transposeA) {
                addProduct(a, transposeB, true, b.value(), dc);
            } else {
                addProduct(a, false, !transposeB, dc, b.value());
            }
            if (transposeB) {
                addProduct(b, true, transposeA, dc, a.value());
            } else {
                addProduct(b, !transposeA, false, a.value(), dc);
            }
        });
    }

    /**
     * y = x W^T + bias, the affine map of a linear layer.
     *
     * <p>dx = dy W, dW = dy^T x, dbias = column sums of dy.
     *
     * @param x [N x in]
     * @param weight [out x in]
     * @param bias [out]
     * @return [N x out]
     */
    public static Variable linear(Variable x, Variable weight, Variable bias) {
        Tape tape = x.tape();
        Tensor y = tape.allocate(x.dtype(), x.shape().dim(0), requireLinear("linear", x, weight, bias));
        tape.backend().linalg().gemm(false, true, 1, x.value(), weight.value(), 0, y);
        tape.backend().elementwise().addRowVector(y, bias.value(), y);
        return tape.record("linear", y, List.of(x, weight, bias), dy -> linearBackward(x, weight, bias, dy));
    }

    /**
     * y = x1 W1^T + x2 W2^T + bias: a linear layer of [x1 ; x2], which need not be put side by side.
     *
     * <p>dx and dW of each part as in {@link #linear(Variable, Variable, Variable)}, dbias = column sums of dy.
     *
     * @param x1 [N x in1]
     * @param weight1 [out x in1]
     * @param x2 [N x in2]
     * @param weight2 [out x in2]
     * @param bias [out]
     * @return [N x out]
     */
    public static Variable linear(Variable x1, Variable weight1, Variable x2, Variable weight2, Variable bias) {
        int rows = x1.shape().dim(0);
        int out = requireLinear("linear", x1, weight1, bias);
        requireLinear("linear", x2, weight2, bias);
        x2.shape().require("linear", "x2", rows, weight2.shape().dim(1));
        Tape tape = x1.tape();
        Tensor y = tape.allocate(x1.dtype(), rows, out);
        tape.backend().linalg().gemm(false, true, 1, x1.value(), weight1.value(), 0, y);
        tape.backend().linalg().gemm(false, true, 1, x2.value(), weight2.value(), 1, y);
        tape.backend().elementwise().addRowVector(y, bias.value(), y);
        return tape.record("linear", y, List.of(x1, weight1, x2, weight2, bias), dy -> {
            linearBackward(x1, weight1, bias, dy);
            addProduct(x2, false, false, dy, weight2.value());
            addProduct(weight2, true, false, dy, x2.value());
        });
    }

    /**
     * y = v Phi(v) with v = x W^T + bias: a linear layer and the exact GELU (Hendrycks and Gimpel, 2016), fused. The
     * derivative is kept in place of v: an exponential and an error function now save a second pass over them.
     *
     * <p>dv = dy (Phi(v) + v phi(v)), then as {@link #linear}.
     *
     * @param x [N x in]
     * @param weight [out x in]
     * @param bias [out]
     * @return [N x out]
     */
    public static Variable linearGelu(Variable x, Variable weight, Variable bias) {
        Tape tape = x.tape();
        ElementwiseKernels kernels = tape.backend().elementwise();
        Tensor v = tape.allocate(x.dtype(), x.shape().dim(0), requireLinear("linearGelu", x, weight, bias));
        tape.backend().linalg().gemm(false, true, 1, x.value(), weight.value(), 0, v);
        List<Variable> inputs = List.of(x, weight, bias);
        if (inputs.stream().noneMatch(Variable::needsGradient)) {
            kernels.biasGelu(v, bias.value(), v);
            return tape.record("linearGelu", v, inputs, dy -> {});
        }
        Tensor y = tape.allocate(x.dtype(), v.shape());
        kernels.biasGeluWithSlope(v, bias.value(), y, v);
        return tape.record("linearGelu", y, inputs, dy -> {
            kernels.multiply(dy, v, v);
            linearBackward(x, weight, bias, v);
        }, v);
    }

    /** dx = dy W, dW = dy^T x, dbias = column sums of dy. */
    private static void linearBackward(Variable x, Variable weight, Variable bias, Tensor dy) {
        addProduct(x, false, false, dy, weight.value());
        addProduct(weight, true, false, dy, x.value());
        if (bias.needsGradient()) {
            boolean accumulate = bias.hasGradient();
            bias.backend().elementwise().sumRows(dy, accumulate, bias.gradientToUpdate());
        }
    }

    /** Checks the operands of a linear layer; returns its width. */
    private static int requireLinear(String op, Variable x, Variable weight, Variable bias) {
        x.shape().requireRank(op, "x", 2);
        weight.shape().requireRank(op, "weight", 2);
        int out = weight.shape().dim(0);
        if (x.shape().dim(1) != weight.shape().dim(1)) {
            throw new ShapeException(op + ": x has shape " + x.shape() + ", weight " + weight.shape()
                    + " expects rows of " + weight.shape().dim(1));
        }
        bias.shape().require(op, "bias", out);
        return out;
    }

    /** Adds op(a) op(b) to the gradient of x inside the matrix product. */
    static void addProduct(Variable x, boolean transposeA, boolean transposeB, Tensor a, Tensor b) {
        if (x.needsGradient()) {
            double beta = x.hasGradient() ? 1 : 0;
            x.backend().linalg().gemm(transposeA, transposeB, 1, a, b, beta, x.gradientToUpdate());
        }
    }
}
