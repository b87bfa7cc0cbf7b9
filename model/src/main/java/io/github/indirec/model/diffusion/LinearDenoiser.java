package io.github.indirec.model.diffusion;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Linear;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.autograd.ops.MatmulOps;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.DiffusionKernels;
import java.util.List;

/** {@code mlp1}: f(x_t, s, t) = W [x_t ; s ; tau(t)] + b, one affine layer. */
final class LinearDenoiser implements Denoiser {
    private final Linear linear;

    LinearDenoiser(Parameters parameters, int size) {
        this.linear = new Linear(parameters, "diffuser.0", 3 * size, size);
    }

    @Override
    public Variable forward(Variable noisy, Variable condition, Variable step) {
        return linear.forward(IndexOps.concatColumns(List.of(noisy, condition, step)));
    }

    /**
     * With W = [Wx Ws Wt], both branches share Wx x_t, so
     *
     * <pre>xhat_0 = Wx x_t + Ws ((1 + w) s - w null) + Wt tau(t) + b,</pre>
     *
     * one [B x D] x [D x D] product a step in place of two [B x 3D] x [3D x D]. Exact; the terms without x_t are computed
     * once. They are constants: no gradient flows through this form.
     */
    @Override
    public AffineGuidance guided(Variable condition, Variable nothings, Variable steps, double w) {
        Tape tape = condition.tape();
        Variable mixed = ElementwiseOps.add(
                ElementwiseOps.scale(condition, 1 + w), ElementwiseOps.scale(nothings, -w));
        Variable conditionTerm = MatmulOps.matmul(mixed, inputBlock(tape, linear, 1), false, true);
        Variable stepTerms = MatmulOps.linear(steps, inputBlock(tape, linear, 2), tape.constant(linear.bias().value()));
        return new AffineGuidance(inputBlock(tape, linear, 0), conditionTerm, stepTerms);
    }

    /**
     * Guidance of an affine denoiser. With W = [Wx Ws Wt], both branches share Wx x_t, so
     *
     * <pre>xhat_0 = Wx x_t + Ws ((1 + w) s - w null) + Wt tau(t) + b,</pre>
     *
     * one [B x D] x [D x D] product a step in place of two [B x 3D] x [3D x D]. Exact; the terms without x_t are computed
     * once. They are constants: no gradient flows through this form.
     *
     * @param wx [D x D]
     * @param conditionTerm Ws ((1 + w) s - w null) [B x D]
     * @param stepTerms Wt tau(t) + b [T x D]
     */
    record AffineGuidance(Variable wx, Variable conditionTerm, Variable stepTerms) implements Guided {
        DiffusionKernels.Chain chain(DiffusionKernels.Steps steps) {
            return new DiffusionKernels.Chain(wx.value(), conditionTerm.value(), stepTerms.value(), steps);
        }

        @Override
        public Guided rows(int from, int to) {
            Variable rows = conditionTerm.tape().constant(conditionTerm.value().rows(from, to));
            return new AffineGuidance(wx, rows, stepTerms);
        }

        @Override
        public Variable predict(Variable noisy, int t) {
            Tape inner = noisy.tape();
            Variable product = MatmulOps.matmul(noisy, inner.constant(wx.value()), false, true);
            Tensor stepTerm = stepTerms.value().rows(t, t + 1).reshape(wx.shape().dim(0));
            return ElementwiseOps.addRowVector(
                    ElementwiseOps.add(product, inner.constant(conditionTerm.value())), inner.constant(stepTerm));
        }
    }

    /** The columns of W [F x 3D] for x_t, s or tau: block 0, 1 or 2, [F x D]. */
    static Variable inputBlock(Tape tape, Linear linear, int block) {
        Tensor weight = linear.weight().value();
        int size = weight.shape().rowLength() / 3;
        Tensor part = tape.allocate(weight.dtype(), weight.shape().rows(), size);
        tape.backend().index().copyColumns(weight, block * size, part, 0, size);
        return tape.constant(part);
    }
}
