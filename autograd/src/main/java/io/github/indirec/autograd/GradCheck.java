package io.github.indirec.autograd;

import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Compares an op's gradients with central differences in float64. Public, since users write ops.
 *
 * <p>The op's output y is reduced to a scalar by fixed weights, s = sum over i of y_i cos(1 + i), so that every output
 * matters and none cancels. For each input value x: numeric = (s(x + h) - s(x - h)) / 2h; the error is |analytic -
 * numeric| / max(1, |analytic|, |numeric|).
 */
public final class GradCheck {
    /** Step of the central difference: the cube root of the float64 rounding unit balances truncation and rounding. */
    public static final double STEP = 6e-6;

    /** Where the two gradients differ most. */
    public record Result(double error, int input, int element, double analytic, double numeric) {
        @Override
        public String toString() {
            return "worst error " + error + " at input " + input + ", element " + element + ": analytic " + analytic
                    + ", numeric " + numeric;
        }
    }

    private GradCheck() {}

    /**
     * Checks every value of every input.
     *
     * @param op maps the inputs, float64, to a variable of any shape; must not draw fresh random numbers
     * @param inputs float64 tensors
     */
    public static Result check(Backend backend, Function<List<Variable>, Variable> op, Tensor... inputs) {
        List<double[]> analytic = analytic(backend, op, inputs);
        Result worst = new Result(0, -1, -1, 0, 0);
        for (int input = 0; input < inputs.length; input++) {
            double[] values = inputs[input].toDoubles();
            for (int i = 0; i < values.length; i++) {
                double original = values[i];
                values[i] = original + STEP;
                inputs[input].copyFrom(values);
                double above = value(backend, op, inputs);
                values[i] = original - STEP;
                inputs[input].copyFrom(values);
                double below = value(backend, op, inputs);
                values[i] = original;
                double numeric = (above - below) / (2 * STEP);
                double exact = analytic.get(input)[i];
                double error = Math.abs(exact - numeric) / Math.max(1, Math.max(Math.abs(exact), Math.abs(numeric)));
                if (!(error <= worst.error)) {
                    worst = new Result(error, input, i, exact, numeric);
                }
            }
            inputs[input].copyFrom(values);
        }
        return worst;
    }

    private static List<double[]> analytic(
            Backend backend, Function<List<Variable>, Variable> op, Tensor... inputs) {
        try (Tape tape = Tape.recording(backend)) {
            List<Variable> leaves = leaves(tape, inputs);
            tape.backward(weigh(op.apply(leaves)));
            List<double[]> gradients = new ArrayList<>();
            for (Variable leaf : leaves) {
                gradients.add(
                        leaf.hasGradient() ? leaf.gradient().toDoubles() : new double[leaf.shape().size()]);
            }
            return gradients;
        }
    }

    private static double value(Backend backend, Function<List<Variable>, Variable> op, Tensor... inputs) {
        try (Tape tape = Tape.recording(backend)) {
            return weigh(op.apply(leaves(tape, inputs))).value().item();
        }
    }

    private static List<Variable> leaves(Tape tape, Tensor... inputs) {
        List<Variable> leaves = new ArrayList<>();
        for (Tensor input : inputs) {
            if (input.dtype() != DType.F64) {
                throw new IllegalArgumentException("GradCheck: inputs are " + input.dtype()
                        + ", expected F64; float32 rounding would hide real errors");
            }
            leaves.add(tape.input(input));
        }
        return leaves;
    }

    private static Variable weigh(Variable y) {
        double[] weights = new double[y.shape().size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.cos(1 + i);
        }
        Tensor tensor = y.tape().allocate(DType.F64, y.shape());
        tensor.copyFrom(weights);
        Variable weighted = ElementwiseOps.multiply(y, y.tape().constant(tensor));
        return ElementwiseOps.sum(weighted);
    }
}
