package io.github.indirec.model.baselines;

/** The losses of the baselines as their papers write them, term by term in float64. */
final class Formulas {
    private Formulas() {}

    /** mean -log softmax(h E^T + c)[target]. */
    static double crossEntropy(double[][] h, double[][] table, double[] bias, int... targets) {
        double total = 0;
        for (int i = 0; i < targets.length; i++) {
            double sum = 0;
            for (int v = 0; v < table.length; v++) {
                sum += Math.exp(product(h[i], table[v]) + bias[v]);
            }
            total += Math.log(sum) - product(h[i], table[targets[i]]) - bias[targets[i]];
        }
        return total / targets.length;
    }

    static double crossEntropy(double[][] h, double[][] table, int... targets) {
        return crossEntropy(h, table, new double[table.length], targets);
    }

    /** mean of -log sigmoid(o . e+) - log(1 - sigmoid(o . e-)). */
    static double sampled(double[][] o, double[][] table, int[] next, int[] negatives) {
        double total = 0;
        for (int i = 0; i < o.length; i++) {
            total += Math.log1p(Math.exp(-product(o[i], table[next[i]])));
            total += Math.log1p(Math.exp(product(o[i], table[negatives[i]])));
        }
        return total / o.length;
    }

    /** NTX(a, b): all rows but the anchor and its positive are negatives. */
    static double ntx(double[][] a, double[][] b, double temperature) {
        int[] each = new int[a.length];
        for (int i = 0; i < each.length; i++) {
            each[i] = i;
        }
        return mnce(a, b, each, temperature);
    }

    /** MNCE(a, b, ids). */
    static double mnce(double[][] a, double[][] b, int[] ids, double temperature) {
        int rows = a.length;
        double total = 0;
        for (int anchor = 0; anchor < 2 * rows; anchor++) {
            double[] z = anchor < rows ? a[anchor] : b[anchor - rows];
            int own = anchor % rows;
            double positive = product(z, anchor < rows ? b[own] : a[own]) / temperature;
            double sum = Math.exp(positive);
            for (int j = 0; j < rows; j++) {
                if (ids[j] != ids[own]) {
                    sum += Math.exp(product(z, a[j]) / temperature) + Math.exp(product(z, b[j]) / temperature);
                }
            }
            total += Math.log(sum) - positive;
        }
        return total / (2 * rows);
    }

    static double product(double[] x, double[] y) {
        double sum = 0;
        for (int c = 0; c < x.length; c++) {
            sum += x[c] * y[c];
        }
        return sum;
    }
}
