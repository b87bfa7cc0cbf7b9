package io.github.indirec.model.loss;

import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.autograd.ops.LossOps;
import io.github.indirec.autograd.ops.MatmulOps;
import io.github.indirec.tensor.ShapeException;

/**
 * Contrast of two views of a batch, which pulls the two rows of a sequence together and the others apart (van den Oord
 * et al. 2018; NT-Xent of Chen et al. 2020, with dot products in place of cosines).
 *
 * <p>With z = [a; b], s_ij = z_i . z_j / tau and p(i) the row of the other view that i belongs to:
 *
 * <pre>
 * loss = mean over all 2B anchors i of  -s_{i,p(i)} + log(exp s_{i,p(i)} + sum over negatives j of exp s_ij)
 * </pre>
 */
public final class Contrast {
    private Contrast() {}

    /**
     * The contrast in which every row but the anchor and its positive is a negative.
     *
     * @param a [B x D]
     * @param b [B x D], whose row i is the positive of row i of a
     * @param temperature tau, above 0
     * @return one value
     */
    public static Variable ntXent(Variable a, Variable b, double temperature) {
        int[] each = new int[a.shape().rows()];
        for (int i = 0; i < each.length; i++) {
            each[i] = i;
        }
        return maskedNce(a, b, each, temperature);
    }

    /**
     * The contrast without false negatives: rows with the anchor's id, of either view, are no negatives of it. An anchor
     * to which no negative is left has a loss of 0.
     *
     * @param a [B x D]
     * @param b [B x D], whose row i is the positive of row i of a
     * @param ids [B], of row i in both views
     * @param temperature tau, above 0
     * @return one value
     */
    public static Variable maskedNce(Variable a, Variable b, int[] ids, double temperature) {
        if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "contrast: the temperature is " + temperature + ", expected a number above 0");
        }
        a.shape().requireRank("contrast", "a", 2);
        b.shape().require("contrast", "b", a.shape().dim(0), a.shape().dim(1));
        if (ids.length != a.shape().dim(0) || ids.length == 0) {
            throw new ShapeException("contrast: " + ids.length + " ids for views of shape " + a.shape()
                    + ", expected one a row and at least one row");
        }
        Variable z = IndexOps.concatRows(a, b);
        Variable products = MatmulOps.matmul(z, z, false, true);
        return LossOps.infoNce(temperature == 1 ? products : ElementwiseOps.scale(products, 1 / temperature), ids);
    }
}
