package io.github.indirec.model.diffusion;

/**
 * Cholesky's factor of a small covariance matrix (Golub and Van Loan, Matrix Computations, 4.2), in float64 and in one
 * order of additions, so that it has the same bits everywhere.
 */
final class Cholesky {
    /** A pivot below this share of the largest variance counts as 0: what float32 products leave of an exact 0. */
    private static final double LEAST_PIVOT = 1e-7;

    private Cholesky() {}

    /**
     * L, lower triangular, with L L^T = matrix, row-major. The matrix may be singular: directions without variance get
     * columns of zeros.
     *
     * @param matrix symmetric positive semi-definite [n x n], row-major; the lower triangle is read
     */
    static double[] factor(double[] matrix, int n) {
        double largest = 0;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, matrix[i * n + i]);
        }
        double[] l = new double[n * n];
        for (int j = 0; j < n; j++) {
            double pivot = matrix[j * n + j] - dot(l, j * n, j * n, j);
            if (pivot <= LEAST_PIVOT * largest) {
                continue;
            }
            double root = Math.sqrt(pivot);
            l[j * n + j] = root;
            for (int i = j + 1; i < n; i++) {
                l[i * n + j] = (matrix[i * n + j] - dot(l, i * n, j * n, j)) / root;
            }
        }
        return l;
    }

    private static double dot(double[] l, int row, int other, int count) {
        double sum = 0;
        for (int k = 0; k < count; k++) {
            sum = Math.fma(l[row + k], l[other + k], sum);
        }
        return sum;
    }
}
