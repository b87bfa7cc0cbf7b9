package io.github.indirec.model.eval;

import io.github.indirec.model.linalg.SymmetricEigen;

/**
 * How well a set of representations uses its space: two numbers that show collapse long before the ranking does.
 *
 * <p>Uniformity is low (very negative) when directions spread over the sphere and 0 when all rows point the same way;
 * effective rank counts the directions that carry weight, from 1 (collapsed) to D (all alike):
 *
 * <pre>
 * uniformity     = log mean_{i &lt; j} exp(-2 |x_i - x_j|^2), rows at unit length     (Wang and Isola 2020)
 * effective rank = exp(-sum_k p_k log p_k), p_k = s_k / sum s, s singular values    (Roy and Vetterli 2007)
 * </pre>
 *
 * All sums in double precision and in a fixed order. Thread-safe: no state.
 *
 * @param rows number of rows n that were looked at
 * @param uniformity from -8 (opposite pairs only) to 0; dimensionless
 * @param effectiveRank from 1 to min(n, D); dimensionless
 */
public record RepresentationQuality(int rows, double uniformity, double effectiveRank) {
    /**
     * Uniformity compares pairs, so its cost is the square of the rows: 2,000 rows are 2 million pairs, a fraction of a
     * second, and leave a sampling error far below any difference worth reporting.
     */
    public static final int UNIFORMITY_ROWS = 2_000;

    /**
     * Both numbers; uniformity over at most {@link #UNIFORMITY_ROWS} evenly spaced rows, effective rank over all.
     *
     * @param x row-major [n, D]; longer arrays are allowed, the rest is not read
     * @param n number of rows, at least 2
     * @param dim row length D, at least 1
     * @throws IllegalArgumentException if sizes do not fit, a number is not finite, or all are zero
     */
    public static RepresentationQuality of(float[] x, int n, int dim) {
        return new RepresentationQuality(n, uniformity(x, n, dim, UNIFORMITY_ROWS), effectiveRank(x, n, dim));
    }

    /**
     * Uniformity of at most {@code maxRows} rows: all, or evenly spaced ones from the first on, row
     * floor(i n / maxRows). A row of zeros has no direction and stays at the origin.
     *
     * @param x row-major [n, D]
     * @param n number of rows, at least 2
     * @param dim row length D, at least 1
     * @param maxRows at least 2
     * @return a number from -8 to 0
     * @throws IllegalArgumentException if sizes do not fit or a number is not finite
     */
    public static double uniformity(float[] x, int n, int dim, int maxRows) {
        check("uniformity", x, n, dim);
        if (n < 2 || maxRows < 2) {
            throw new IllegalArgumentException(
                    "uniformity: compares pairs, expected at least 2 rows, found n = " + n + ", maxRows = " + maxRows);
        }
        int used = Math.min(n, maxRows);
        double[] unit = unitRows(x, n, dim, used);
        double sum = 0;
        for (int i = 1; i < used; i++) {
            for (int j = 0; j < i; j++) {
                sum += StrictMath.exp(-2 * squaredDistance(unit, i * dim, j * dim, dim));
            }
        }
        return StrictMath.log(sum / (0.5 * used * (used - 1)));
    }

    /**
     * Effective rank of the rows as they are, neither centred nor normalised. Singular values below 1e-8 of the largest
     * cannot be told from rounding (they come from the Gram matrix) and count as zero.
     *
     * @param x row-major [n, D]
     * @param n number of rows, at least 1
     * @param dim row length D, at least 1
     * @return a number from 1 to min(n, D)
     * @throws IllegalArgumentException if sizes do not fit, a number is not finite, or all are zero
     */
    public static double effectiveRank(float[] x, int n, int dim) {
        check("effective rank", x, n, dim);
        double[] eigenvalues = SymmetricEigen.values(gram(x, n, dim), dim);
        if (eigenvalues[0] <= 0) {
            throw new IllegalArgumentException("effective rank: undefined for rows that are all zero (" + n
                    + " rows of " + dim + "); was the encoder initialised?");
        }
        double floor = eigenvalues[0] * 1e-16 * dim;
        double total = 0;
        for (int k = 0; k < dim; k++) {
            eigenvalues[k] = eigenvalues[k] > floor ? Math.sqrt(eigenvalues[k]) : 0;
            total += eigenvalues[k];
        }
        double entropy = 0;
        for (double singular : eigenvalues) {
            if (singular > 0) {
                entropy -= singular / total * StrictMath.log(singular / total);
            }
        }
        return StrictMath.exp(entropy);
    }

    /**
     * Normalised entropy of the cluster sizes: 1 if all clusters are equally large, 0 if one holds everything; a small
     * number means that most intents stand empty.
     *
     * @param sizes number of members of each cluster, at least 2 clusters
     * @return -sum p_k log p_k / log K, from 0 to 1
     * @throws IllegalArgumentException if there are fewer than 2 clusters, a size is negative or all are 0
     */
    public static double clusterBalance(int[] sizes) {
        if (sizes.length < 2) {
            throw new IllegalArgumentException("cluster balance: expected at least 2 clusters, found " + sizes.length);
        }
        long total = 0;
        for (int k = 0; k < sizes.length; k++) {
            if (sizes[k] < 0) {
                throw new IllegalArgumentException("cluster balance: size of cluster " + k + " is " + sizes[k]);
            }
            total += sizes[k];
        }
        if (total == 0) {
            throw new IllegalArgumentException("cluster balance: all " + sizes.length + " clusters are empty");
        }
        double entropy = 0;
        for (int size : sizes) {
            if (size > 0) {
                double share = (double) size / total;
                entropy -= share * StrictMath.log(share);
            }
        }
        return Math.min(1, entropy / StrictMath.log(sizes.length));
    }

    private static double[] unitRows(float[] x, int n, int dim, int used) {
        double[] unit = new double[used * dim];
        for (int i = 0; i < used; i++) {
            int row = (int) ((long) i * n / used) * dim;
            double squares = 0;
            for (int d = 0; d < dim; d++) {
                squares += (double) x[row + d] * x[row + d];
            }
            double scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
            for (int d = 0; d < dim; d++) {
                unit[i * dim + d] = x[row + d] * scale;
            }
        }
        return unit;
    }

    private static double squaredDistance(double[] x, int a, int b, int dim) {
        double sum = 0;
        for (int d = 0; d < dim; d++) {
            double difference = x[a + d] - x[b + d];
            sum += difference * difference;
        }
        return sum;
    }

    private static double[] gram(float[] x, int n, int dim) {
        double[] gram = new double[dim * dim];
        for (int row = 0; row < n * dim; row += dim) {
            for (int a = 0; a < dim; a++) {
                double left = x[row + a];
                for (int b = a; b < dim; b++) {
                    gram[a * dim + b] += left * x[row + b];
                }
            }
        }
        return gram;
    }

    private static void check(String operation, float[] x, int n, int dim) {
        if (n < 1 || dim < 1 || (long) n * dim > x.length) {
            throw new IllegalArgumentException(operation + ": expected n >= 1 rows of dim >= 1 numbers, found n = " + n
                    + ", dim = " + dim + " and an array of " + x.length);
        }
        for (int i = 0; i < n * dim; i++) {
            if (!Float.isFinite(x[i])) {
                throw new IllegalArgumentException(operation + ": expected finite numbers, found " + x[i] + " at row "
                        + i / dim + ", column " + i % dim);
            }
        }
    }
}
