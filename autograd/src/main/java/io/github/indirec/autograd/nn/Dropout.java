package io.github.indirec.autograd.nn;

import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.tensor.RandomKey;

/**
 * The dropout of one pass through a network: two rates and where its random words come from. Every site of every layer
 * draws from a stream of its own, {@code firstStream + 8 layer + site}.
 *
 * @param hidden rate on hidden values, in [0, 1)
 * @param attention rate on attention weights, in [0, 1)
 * @param key seed and step of the pass; its stream is the first of the pass
 */
public record Dropout(double hidden, double attention, RandomKey key) {
    /** Evaluation mode. */
    public static final Dropout NONE = new Dropout(0, 0, new RandomKey(0, 0, 0));

    private static final int SITES = 8;

    public Dropout {
        if (!(hidden >= 0 && hidden < 1 && attention >= 0 && attention < 1)) {
            throw new IllegalArgumentException(
                    "Dropout: rates are " + hidden + " and " + attention + ", expected 0 <= rate < 1");
        }
    }

    /** Applies the hidden rate at a site (0 to 7) of a layer. */
    public Variable apply(Variable x, int layer, int site, int[] rows) {
        return ElementwiseOps.dropout(x, hidden, key(layer, site), rows);
    }

    /** The address of a site's random words. */
    public RandomKey key(int layer, int site) {
        return key.withStream(key.stream() + layer * SITES + site);
    }
}
