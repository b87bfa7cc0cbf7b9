package io.github.indirec.model.items;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Linear;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.autograd.ops.MatmulOps;
import java.util.ArrayList;
import java.util.List;

/**
 * A(.), which brings frozen vectors of width W to the hidden size: x A_1^T + b_1, or, with two layers of inner width
 * W / 2 as in LLM-ESR, (x A_1^T + b_1) A_2^T + b_2.
 *
 * <p>There is no activation between the layers, so two are multiplied out first, W = A_2 A_1 and b = A_2 b_1 + b_2: two
 * products over a few hundred rows take the place of one of [I x W][W x W / 2] over all items, which would cost more
 * than a training step. Gradients flow to every factor.
 */
final class Adapter {
    private final List<Linear> layers = new ArrayList<>();

    /** Layers {@code adapter.0} and, of two, {@code adapter.1}; zero-filled. */
    Adapter(Parameters parameters, int layerCount, int width, int size) {
        if (layerCount == 1) {
            layers.add(new Linear(parameters, name(0), width, size));
        } else {
            int inner = Math.max(1, width / 2);
            layers.add(new Linear(parameters, name(0), width, inner));
            layers.add(new Linear(parameters, name(1), inner, size));
        }
    }

    static String name(int layer) {
        return "adapter." + layer;
    }

    /** Weight [D x W] and bias [D] of the whole. */
    AffineMap map(Tape tape) {
        Variable weight = tape.leaf(layers.get(0).weight());
        return new AffineMap(
                layers.size() == 1 ? weight : MatmulOps.matmul(outer(tape), weight, false, false), bias(tape));
    }

    /** A_2 [D x W / 2]. */
    private Variable outer(Tape tape) {
        return tape.leaf(layers.get(1).weight());
    }

    private Variable bias(Tape tape) {
        Variable bias = tape.leaf(layers.get(0).bias());
        if (layers.size() == 1) {
            return bias;
        }
        Variable row = IndexOps.reshape(bias, 1, bias.shape().size());
        Variable sum = MatmulOps.linear(row, outer(tape), tape.leaf(layers.get(1).bias()));
        return IndexOps.reshape(sum, sum.shape().size());
    }

    /**
     * A(v) of all items, [I x D].
     *
     * <p>Vectors and the product of two layers both lie transposed, so that the gradient of the product reads the
     * vectors along their rows: with 12,101 items of width 384 that took half the time (7.6 ms, not 14.5), and the
     * forward product a fifth more than the other way round.
     *
     * @param vectors [W x I], a column an item
     */
    Variable of(Variable vectors) {
        Tape tape = vectors.tape();
        Variable weight = tape.leaf(layers.get(0).weight());
        Variable product = layers.size() == 1
                ? MatmulOps.matmul(vectors, weight, true, true)
                : MatmulOps.matmul(vectors, MatmulOps.matmul(weight, outer(tape), true, true), true, false);
        return ElementwiseOps.addRowVector(product, bias(tape));
    }

    void initialize(XavierNormal weights) {
        layers.forEach(layer -> weights.fill(layer.weight()));
    }
}
