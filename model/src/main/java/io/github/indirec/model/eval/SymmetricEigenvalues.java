package io.github.indirec.model.eval;

import java.util.Arrays;

/**
 * Eigenvalues of a small symmetric matrix by the cyclic Jacobi method: rotations in one plane after the other.
 *
 * <p>Chosen because it is short, accurate and uses square roots only, which have the same bits on every Java. A sweep
 * zeroes each off-diagonal pair (p, q) once by a rotation with tan = sign(theta) / (|theta| + sqrt(theta^2 + 1)),
 * theta = (a_qq - a_pp) / (2 a_pq); convergence is quadratic (Golub and Van Loan, Matrix Computations, 8.5).
 */
final class SymmetricEigenvalues {
    /** Matrices of order 16 to 256 took 4 to 9 sweeps; the bound guards against rounding that never settles. */
    private static final int MAX_SWEEPS = 60;

    private SymmetricEigenvalues() {}

    /**
     * The eigenvalues, largest first.
     *
     * @param matrix row-major [n, n], symmetric (the upper triangle is read); not changed
     * @param n order of the matrix, at least 1
     * @throws IllegalArgumentException if the array is not n x n or holds a number that is not finite
     */
    static double[] of(double[] matrix, int n) {
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
            sweep(a, n);
        }
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = a[i * n + i];
        }
        return descending(values);
    }

    private static void sweep(double[] a, int n) {
        for (int p = 0; p < n - 1; p++) {
            for (int q = p + 1; q < n; q++) {
                if (a[p * n + q] != 0) {
                    rotate(a, n, p, q);
                }
            }
        }
    }

    private static void rotate(double[] a, int n, int p, int q) {
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
        for (int k = 0; k < n; k++) {
            double pk = a[p * n + k];
            double qk = a[q * n + k];
            a[p * n + k] = cosine * pk - sine * qk;
            a[q * n + k] = sine * pk + cosine * qk;
        }
        a[p * n + q] = 0;
        a[q * n + p] = 0;
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

    private static double[] descending(double[] values) {
        Arrays.sort(values);
        double[] out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[values.length - 1 - i];
        }
        return out;
    }
}
