package io.github.indirec.model.linalg;

import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by the cyclic Jacobi method: rotations in one plane after the
 * other.
 *
 * <p>Chosen because it is short, accurate and uses square roots only, which have the same bits on every Java. A sweep
 * zeroes each off-diagonal pair (p, q) once by a rotation with tan = sign(theta) / (|theta| + sqrt(theta^2 + 1)),
 * theta = (a_qq - a_pp) / (2 a_pq); convergence is quadratic (Golub and Van Loan, Matrix Computations, 8.5).
 *
 * @param values the eigenvalues, largest first
 * @param vectors [n x n], row-major: row k is the eigenvector of value k, of length 1, its component of largest
 *     magnitude positive
 */
public record SymmetricEigen(double[] values, double[] vectors) {
    /** Matrices of order 16 to 384 took 4 to 10 sweeps; the bound guards against rounding that never settles. */
    private static final int MAX_SWEEPS = 60;

    /**
     * Eigenvalues and eigenvectors.
     *
     * @param matrix row-major [n, n], symmetric (the upper triangle is read); not changed
     * @param n order of the matrix, at least 1
     * @throws IllegalArgumentException if the array is not n x n or holds a number that is not finite
     */
    public static SymmetricEigen of(double[] matrix, int n) {
        double[] axes = new double[matrix.length];
        for (int i = 0; i < n && i * (n + 1) < axes.length; i++) {
            axes[i * (n + 1)] = 1;
        }
        double[] diagonal = diagonalize(matrix, n, axes);
        int[] order = descending(diagonal);
        double[] values = new double[n];
        double[] vectors = new double[axes.length];
        for (int k = 0; k < n; k++) {
            values[k] = diagonal[order[k]];
            double sign = sign(axes, order[k] * n, n);
            for (int j = 0; j < n; j++) {
                vectors[k * n + j] = sign * axes[order[k] * n + j];
            }
        }
        return new SymmetricEigen(values, vectors);
    }

    /**
     * The eigenvalues alone, largest first, for two thirds of the work; parameters and errors as of {@link #of}.
     */
    public static double[] values(double[] matrix, int n) {
        double[] diagonal = diagonalize(matrix, n, new double[0]);
        return IntStream.of(descending(diagonal)).mapToDouble(i -> diagonal[i]).toArray();
    }

    /**
     * Rotates a copy of the matrix until it is diagonal, and returns the diagonal.
     *
     * @param axes [n x n] whose rows are rotated alike, or empty
     */
    private static double[] diagonalize(double[] matrix, int n, double[] axes) {
        if (n < 1 || matrix.length != (long) n * n) {
            throw new IllegalArgumentException(
                    "eigenvalues: expected a square matrix of order " + n + ", found " + matrix.length + " elements");
        }
        double squares = 0;
        double[] a = matrix.clone();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                a[i * n + j] = matrix[Math.min(i, j) * n + Math.max(i, j)];
                squares += a[i * n + j] * a[i * n + j];
            }
        }
        if (!Double.isFinite(squares)) {
            throw new IllegalArgumentException(
                    "eigenvalues: expected numbers whose squares have a finite sum, found " + squares);
        }
        double negligible = squares * 0x1p-106;
        for (int sweep = 0; sweep < MAX_SWEEPS && offDiagonal(a, n) > negligible; sweep++) {
            sweep(a, n, axes);
        }
        double[] diagonal = new double[n];
        for (int i = 0; i < n; i++) {
            diagonal[i] = a[i * n + i];
        }
        return diagonal;
    }

    private static void sweep(double[] a, int n, double[] axes) {
        for (int p = 0; p < n - 1; p++) {
            for (int q = p + 1; q < n; q++) {
                if (a[p * n + q] != 0) {
                    rotate(a, n, p, q, axes);
                }
            }
        }
    }

    private static void rotate(double[] a, int n, int p, int q, double[] axes) {
        double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
        double tangent = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double cosine = 1 / Math.sqrt(tangent * tangent + 1);
        double sine = tangent * cosine;
        for (int k = 0; k < n; k++) {
            double kp = a[k * n + p];
            double kq = a[k * n + q];
            a[k * n + p] = cosine * kp - sine * kq;
            a[k * n + q] = sine * kp + cosine * kq;
        }
        rotateRows(a, n, p, q, cosine, sine);
        if (axes.length > 0) {
            rotateRows(axes, n, p, q, cosine, sine);
        }
        a[p * n + q] = 0;
        a[q * n + p] = 0;
    }

    private static void rotateRows(double[] a, int n, int p, int q, double cosine, double sine) {
        for (int k = 0; k < n; k++) {
            double pk = a[p * n + k];
            double qk = a[q * n + k];
            a[p * n + k] = cosine * pk - sine * qk;
            a[q * n + k] = sine * pk + cosine * qk;
        }
    }

    private static double offDiagonal(double[] a, int n) {
        double sum = 0;
        for (int p = 0; p < n - 1; p++) {
            for (int q = p + 1; q < n; q++) {
                sum += 2 * a[p * n + q] * a[p * n + q];
            }
        }
        return sum;
    }

    /** Indices by falling value, equal values by rising index. */
    private static int[] descending(double[] values) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted((i, j) -> Double.compare(values[j], values[i]))
                .mapToInt(i -> i)
                .toArray();
    }

    private static double sign(double[] axes, int row, int n) {
        double largest = 0;
        for (int j = 0; j < n; j++) {
            largest = Math.abs(axes[row + j]) > Math.abs(largest) ? axes[row + j] : largest;
        }
        return largest < 0 ? -1 : 1;
    }
}
