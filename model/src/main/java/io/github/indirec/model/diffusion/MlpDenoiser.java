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

/** {@code mlp2}: f(x_t, s, t) = W2 GELU(W1 [x_t ; s ; tau(t)] + b1) + b2 with inner width 2D. */
final class MlpDenoiser implements Denoiser {
    private final Linear expand;
    private final Linear contract;
    private final RepeatedRow repeated = new RepeatedRow();

    MlpDenoiser(Parameters parameters, int size) {
        this.expand = new Linear(parameters, "diffuser.0", 3 * size, 2 * size);
        this.contract = new Linear(parameters, "diffuser.2", 2 * size, size);
    }

    @Override
    public Variable forward(Variable noisy, Variable condition, Variable step) {
        Variable input = IndexOps.concatColumns(List.of(noisy, condition, step));
        return contract.forward(expand.forwardGelu(input));
    }

    @Override
    public Guided guided(Variable condition, Variable nothings, Variable steps, double w) {
        return new TwoBranches(condition, nothings, steps, w);
    }

    /** Guidance by two evaluations of f. */
    final class TwoBranches implements Guided {
        private final Variable condition;
        private final Variable nothings;
        private final Variable steps;
        private final double w;

        TwoBranches(Variable condition, Variable nothings, Variable steps, double w) {
            this.condition = condition;
            this.nothings = nothings;
            this.steps = steps;
            this.w = w;
        }

        /**
         * The chain of this guidance. With W1 = [Wx Ws Wt], all that does not depend on x_t is computed here, once:
         * Ws s, Wt tau(t) + b1, and the latter with Ws null.
         */
        DiffusionKernels.MlpChain chain(DiffusionKernels.Steps chainSteps, Tape tape) {
            Variable ws = LinearDenoiser.inputBlock(tape, expand, 1);
            Variable bias = tape.constant(expand.bias().value());
            Variable stepTerms = MatmulOps.linear(steps, LinearDenoiser.inputBlock(tape, expand, 2), bias);
            Variable nothing = MatmulOps.matmul(part(nothings, 0, 1), ws, false, true);
            Tensor nothingTerm = nothing.value().reshape(bias.shape().size());
            return new DiffusionKernels.MlpChain(
                    LinearDenoiser.inputBlock(tape, expand, 0).value(),
                    MatmulOps.matmul(condition, ws, false, true).value(),
                    stepTerms.value(),
                    ElementwiseOps.addRowVector(stepTerms, tape.constant(nothingTerm)).value(),
                    contract.weight().value(),
                    contract.bias().value(),
                    w,
                    chainSteps);
        }

        @Override
        public Guided rows(int from, int to) {
            return new TwoBranches(part(condition, from, to), part(nothings, from, to), steps, w);
        }

        private static Variable part(Variable x, int from, int to) {
            return x.tape().constant(x.value().rows(from, to));
        }

        @Override
        public Variable predict(Variable noisy, int t) {
            Tape tape = noisy.tape();
            Variable step = repeated.rows(tape.constant(steps.value().rows(t, t + 1)), noisy.shape().dim(0));
            Variable conditional = forward(noisy, tape.constant(condition.value()), step);
            Variable unconditional = forward(noisy, tape.constant(nothings.value()), step);
            return ElementwiseOps.add(
                    ElementwiseOps.scale(conditional, 1 + w), ElementwiseOps.scale(unconditional, -w));
        }
    }
}
