package io.github.indirec.model.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class RepresentationQualityTest {
    /** Double precision over a few thousand terms. */
    private static final double ROUNDING = 1e-12;
    /** Singular values come from the Gram matrix, which squares them: half the digits of the smallest are lost. */
    private static final double GRAM = 1e-9;

    @Test
    void uniformityOfEqualDirectionsIsZeroWhateverTheLengths() {
        assertEquals(0, RepresentationQuality.uniformity(new float[] {3, 4, 6, 8, 30, 40}, 3, 2, 100), ROUNDING);
    }

    @Test
    void uniformityOfHandComputedPairs() {
        // Orthogonal unit vectors are sqrt(2) apart, opposite ones 2.
        assertEquals(-4, RepresentationQuality.uniformity(new float[] {5, 0, 0, 2}, 2, 2, 100), ROUNDING);
        assertEquals(-8, RepresentationQuality.uniformity(new float[] {1, 0, -7, 0}, 2, 2, 100), ROUNDING);
        double mean = (2 * Math.exp(-4) + Math.exp(-8)) / 3;
        assertEquals(
                Math.log(mean),
                RepresentationQuality.uniformity(new float[] {1, 0, 0, 1, -1, 0}, 3, 2, 100),
                ROUNDING);
    }

    @Test
    void rowOfZerosStaysAtTheOrigin() {
        assertEquals(-2, RepresentationQuality.uniformity(new float[] {0, 0, 0, 9}, 2, 2, 100), ROUNDING);
    }

    @Test
    void uniformityReadsEvenlySpacedRowsIfThereAreTooMany() {
        // Rows 0, 2 and 4 of 6 are looked at; they are the three of the hand-computed case.
        float[] x = {1, 0, 9, 9, 0, 1, 9, 9, -1, 0, 9, 9};
        double mean = (2 * Math.exp(-4) + Math.exp(-8)) / 3;
        assertEquals(Math.log(mean), RepresentationQuality.uniformity(x, 6, 2, 3), ROUNDING);
    }

    @Test
    void effectiveRankCountsEquallyStrongDirections() {
        assertEquals(1, RepresentationQuality.effectiveRank(new float[] {1, 2, 2, 4, -3, -6}, 3, 2), GRAM);
        assertEquals(2, RepresentationQuality.effectiveRank(new float[] {5, 0, 0, 0, 5, 0}, 2, 3), GRAM);
        assertEquals(3, RepresentationQuality.effectiveRank(new float[] {2, 0, 0, 0, -2, 0, 0, 0, 2}, 3, 3), GRAM);
    }

    @Test
    void roundingAddsNoDirections() {
        long seed = 3;
        Random random = new Random(seed);
        float[] direction = new float[64];
        for (int d = 0; d < direction.length; d++) {
            direction[d] = (float) random.nextGaussian();
        }
        float[] x = new float[100 * direction.length];
        for (int i = 0; i < x.length; i++) {
            // Powers of two, so that the rows are exact multiples.
            x[i] = direction[i % 64] * (1 << i / 64 % 5);
        }
        assertEquals(1, RepresentationQuality.effectiveRank(x, 100, 64), GRAM, "seed " + seed);
    }

    @Test
    void effectiveRankOfUnequalDirectionsIsTheExponentialOfTheirEntropy() {
        // Singular values 3 and 1: p = 3/4, 1/4.
        double entropy = -.75 * Math.log(.75) - .25 * Math.log(.25);
        assertEquals(
                Math.exp(entropy),
                RepresentationQuality.effectiveRank(new float[] {3, 0, 0, 1}, 2, 2),
                GRAM);
    }

    @Test
    void effectiveRankEqualsTheOneOfASingularValueDecomposition() {
        long seed = 77;
        Random random = new Random(seed);
        int n = 200;
        int dim = 16;
        float[] x = new float[n * dim];
        double[][] rows = new double[n][dim];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (random.nextGaussian() * Math.pow(.6, i % dim));
            rows[i / dim][i % dim] = x[i];
        }
        double[] singular = new SingularValueDecomposition(new Array2DRowRealMatrix(rows)).getSingularValues();
        double sum = 0;
        for (double s : singular) {
            sum += s;
        }
        double entropy = 0;
        for (double s : singular) {
            entropy -= s / sum * Math.log(s / sum);
        }
        assertEquals(
                Math.exp(entropy), RepresentationQuality.effectiveRank(x, n, dim), GRAM, "seed " + seed);
    }

    @Test
    void recordHoldsBothNumbersAndTheRows() {
        float[] x = {1, 0, 0, 1};
        assertEquals(
                new RepresentationQuality(
                        2,
                        RepresentationQuality.uniformity(x, 2, 2, 2_000),
                        RepresentationQuality.effectiveRank(x, 2, 2)),
                RepresentationQuality.of(x, 2, 2));
    }

    @Test
    void balanceGoesFromOneClusterToEqualOnes() {
        assertEquals(0, RepresentationQuality.clusterBalance(new int[] {0, 9, 0}));
        assertEquals(1, RepresentationQuality.clusterBalance(new int[] {4, 4, 4}), ROUNDING);
        assertEquals(.5, RepresentationQuality.clusterBalance(new int[] {3, 0, 3, 0}), ROUNDING);
        double entropy = -.75 * Math.log(.75) - .25 * Math.log(.25);
        assertEquals(
                entropy / Math.log(2), RepresentationQuality.clusterBalance(new int[] {3, 1}), ROUNDING);
    }

    @Test
    void impossibleInputsAreRefusedWithTheirPlace() {
        float[] bad = {1, 2, 3, Float.NaN};
        assertMessage("NaN at row 1, column 1", () -> RepresentationQuality.uniformity(bad, 2, 2, 10));
        assertMessage("NaN at row 1, column 1", () -> RepresentationQuality.effectiveRank(bad, 2, 2));
        assertMessage("at least 2 rows", () -> RepresentationQuality.uniformity(new float[2], 1, 2, 10));
        assertMessage("array of 4", () -> RepresentationQuality.of(new float[4], 3, 2));
        assertMessage("all zero", () -> RepresentationQuality.effectiveRank(new float[4], 2, 2));
        assertMessage("at least 2 clusters", () -> RepresentationQuality.clusterBalance(new int[] {3}));
        assertMessage("empty", () -> RepresentationQuality.clusterBalance(new int[3]));
        assertMessage("cluster 1 is -2", () -> RepresentationQuality.clusterBalance(new int[] {3, -2}));
    }

    private static void assertMessage(String part, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(part), message);
    }
}
