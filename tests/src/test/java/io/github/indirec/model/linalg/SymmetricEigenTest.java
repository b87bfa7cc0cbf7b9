package io.github.indirec.model.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricEigenTest {
    /** Relative to the largest eigenvalue: order times the unit roundoff, with room for the oracle's own error. */
    private static final double RELATIVE = 1e-13;

    @Test
    void eigenvaluesOfHandComputedMatrices() {
        assertArrayEquals(new double[] {3}, SymmetricEigen.values(new double[] {3}, 1));
        assertArrayEquals(new double[] {3, 1}, SymmetricEigen.values(new double[] {2, 1, 1, 2}, 2), 1e-15);
        assertArrayEquals(new double[] {1, -1}, SymmetricEigen.values(new double[] {0, 1, 1, 0}, 2), 1e-15);
        double[] chain = {2, -1, 0, -1, 2, -1, 0, -1, 2};
        double[] expected = {2 + Math.sqrt(2), 2, 2 - Math.sqrt(2)};
        assertArrayEquals(expected, SymmetricEigen.values(chain, 3), 4e-15);
    }

    @Test
    void diagonalMatrixIsSortedAndExact() {
        double[] diagonal = new double[16];
        for (int i = 0; i < 4; i++) {
            diagonal[i * 5] = new double[] {-2, 7, 0, 5}[i];
        }
        assertArrayEquals(new double[] {7, 5, 0, -2}, SymmetricEigen.values(diagonal, 4));
        assertArrayEquals(new double[3], SymmetricEigen.values(new double[9], 3));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 16, 64, 65})
    void eigenvaluesEqualTheOracles(int n) {
        long seed = 5 + n;
        Random random = new Random(seed);
        double[] matrix = new double[n * n];
        double[][] rows = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double value = random.nextGaussian();
                matrix[i * n + j] = matrix[j * n + i] = rows[i][j] = rows[j][i] = value;
            }
        }
        double[] expected = new EigenDecomposition(new Array2DRowRealMatrix(rows)).getRealEigenvalues();
        Arrays.sort(expected);
        double[] actual = SymmetricEigen.values(matrix, n);
        double scale = Math.max(Math.abs(expected[0]), Math.abs(expected[n - 1]));
        for (int i = 0; i < n; i++) {
            assertEquals(expected[n - 1 - i], actual[i], RELATIVE * scale, "seed " + seed + ", eigenvalue " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16, 65})
    void eigenvectorsAreOrthonormalAndMakeUpTheMatrix(int n) {
        long seed = 50 + n;
        Random random = new Random(seed);
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                matrix[i * n + j] = matrix[j * n + i] = random.nextGaussian();
            }
        }
        SymmetricEigen eigen = SymmetricEigen.of(matrix, n);
        assertArrayEquals(SymmetricEigen.values(matrix, n), eigen.values());
        double scale = n * Math.max(Math.abs(eigen.values()[0]), Math.abs(eigen.values()[n - 1]));
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double product = 0;
                double rebuilt = 0;
                for (int k = 0; k < n; k++) {
                    product += eigen.vectors()[i * n + k] * eigen.vectors()[j * n + k];
                    rebuilt += eigen.values()[k] * eigen.vectors()[k * n + i] * eigen.vectors()[k * n + j];
                }
                assertEquals(i == j ? 1 : 0, product, n * RELATIVE, "seed " + seed + ", vectors " + i + " and " + j);
                assertEquals(matrix[i * n + j], rebuilt, RELATIVE * scale, "seed " + seed + ", element " + i + ", " + j);
            }
        }
    }

    @Test
    void anEigenvectorsLargestComponentIsPositive() {
        SymmetricEigen eigen = SymmetricEigen.of(new double[] {5, -2, -2, 2}, 2);
        assertArrayEquals(new double[] {6, 1}, eigen.values(), 1e-14);
        double[] expected = {2 / Math.sqrt(5), -1 / Math.sqrt(5), 1 / Math.sqrt(5), 2 / Math.sqrt(5)};
        assertArrayEquals(expected, eigen.vectors(), 1e-14);
    }

    @Test
    void matrixIsLeftAsItWas() {
        double[] matrix = {2, 1, 1, 2};
        SymmetricEigen.values(matrix, 2);
        assertArrayEquals(new double[] {2, 1, 1, 2}, matrix);
    }

    @Test
    void wronglySizedAndNonFiniteMatricesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> SymmetricEigen.values(new double[5], 2));
        assertThrows(IllegalArgumentException.class, () -> SymmetricEigen.values(new double[0], 0));
        double[] notANumber = {1, Double.NaN, Double.NaN, 1};
        assertThrows(IllegalArgumentException.class, () -> SymmetricEigen.values(notANumber, 2));
        assertThrows(IllegalArgumentException.class, () -> SymmetricEigen.of(new double[5], 2));
        assertThrows(IllegalArgumentException.class, () -> SymmetricEigen.of(new double[0], 0));
    }
}
