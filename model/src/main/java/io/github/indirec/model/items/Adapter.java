package io.github.indirec.model.items;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Linear;
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
        Variable bias = tape.leaf(layers.get(0).bias());
        for (Linear layer : layers.subList(1, layers.size())) {
            Variable outer = tape.leaf(layer.weight());
            Variable row = IndexOps.reshape(bias, 1, bias.shape().size());
            weight = MatmulOps.matmul(outer, weight, false, false);
            bias = IndexOps.reshape(MatmulOps.linear(row, outer, tape.leaf(layer.bias())), outer.shape().dim(0));
        }
        return new AffineMap(weight, bias);
    }

    void initialize(XavierNormal weights) {
        layers.forEach(layer -> weights.fill(layer.weight()));
    }
}
