package io.github.indirec.model.experiment;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Holm's correction: of many tests some are small by chance, so the least p-value counts m-fold, the next (m - 1)-fold,
 * and so on. Keeps the chance of even one false discovery at the level asked for, whatever depends on what.
 *
 * <pre>
 * p'_(i) = max over j &lt;= i of min(1, (m - j + 1) p_(j)),  p_(1) &lt;= ... &lt;= p_(m)
 * </pre>
 */
public final class Holm {
    private Holm() {}

    /** The corrected values, in the order of the given ones. */
    public static double[] correct(double[] pValues) {
        Integer[] order = new Integer[pValues.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> pValues[i]));
        double[] corrected = new double[pValues.length];
        double least = 0;
        for (int place = 0; place < order.length; place++) {
            least = Math.max(least, Math.min(1, (pValues.length - place) * pValues[order[place]]));
            corrected[order[place]] = least;
        }
        return corrected;
    }
}
