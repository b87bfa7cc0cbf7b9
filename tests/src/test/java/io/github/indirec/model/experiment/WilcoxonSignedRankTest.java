package io.github.indirec.model.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WilcoxonSignedRankTest {
    /** Sums of whole numbers and one division. */
    private static final double CLOSE = 1e-12;

    private static WilcoxonSignedRank of(double... differences) {
        return WilcoxonSignedRank.of(differences, new double[differences.length]);
    }

    @Test
    void smallSamplesWithoutZerosAndTiesAgreeWithCommonsMath() {
        SplittableRandom random = new SplittableRandom(7);
        for (int n = 3; n <= 12; n++) {
            double[] first = random.doubles(n).toArray();
            double[] second = random.doubles(n).toArray();
            WilcoxonSignedRank test = WilcoxonSignedRank.of(first, second);
            var oracle = new org.apache.commons.math3.stat.inference.WilcoxonSignedRankTest();
            assertTrue(test.exact());
            double p = Math.min(1, oracle.wilcoxonSignedRankTest(first, second, true));
            assertEquals(p, test.pValue(), CLOSE, "n " + n);
            double larger = Math.max(test.positiveRanks(), n * (n + 1) / 2.0 - test.positiveRanks());
            assertEquals(oracle.wilcoxonSignedRank(first, second), larger, CLOSE, "n " + n);
        }
    }

    @Test
    void zerosAreDroppedAndTiesShareTheirMeanRank() {
        WilcoxonSignedRank test = of(0, 0, 1, 1, -1, 2, -3, 3, 3, 0, 5, -5, 4);
        assertEquals(10, test.nonZero());
        assertEquals(7, test.positive());
        assertEquals(37.5, test.positiveRanks());
        // All 2^10 signs of the ranks 2, 2, 2, 4, 6, 6, 6, 8, 9.5, 9.5, counted apart from this code.
        assertEquals(0.333984375, test.pValue(), CLOSE);
    }

    @Test
    void thousandsOfZerosChangeNothing() {
        double[] few = {0.3, -0.1, 0.2, 0.5, 0.4, -0.05};
        double[] many = Arrays.copyOf(few, 20_000);
        assertEquals(of(few), of(many));
    }

    @Test
    void manyDifferencesAreNormalWithCorrectionForTiesAndContinuity() {
        double[] differences = new double[300];
        Arrays.setAll(differences, i -> ((i * 37) % 11 - 4) / 8.0);
        WilcoxonSignedRank test = of(differences);
        assertFalse(test.exact());
        assertEquals(272, test.nonZero());
        assertEquals(163, test.positive());
        assertEquals(25192.5, test.positiveRanks());
        // SciPy: wilcoxon(d, zero_method="wilcox", correction=True, method="approx").
        assertEquals(2.960228390303657e-07, test.pValue(), 1e-17);
        Arrays.setAll(differences, i -> ((i * 37) % 11 - 4.9) / 8.0);
        assertEquals(0.1898328407843265, of(differences).pValue(), 1e-12);
    }

    @Test
    void exactAndNormalMeetWhereOneTakesOver() {
        SplittableRandom random = new SplittableRandom(12);
        double[] differences = random.doubles(WilcoxonSignedRank.FEW, -0.9, 1).toArray();
        double exact = of(differences).pValue();
        double[] more = Arrays.copyOf(differences, WilcoxonSignedRank.FEW + 1);
        more[WilcoxonSignedRank.FEW] = 1e-6;
        WilcoxonSignedRank normal = of(more);
        assertFalse(normal.exact());
        // The further difference is the least of all: it hardly matters, and the normal is good to two places here.
        assertEquals(exact, normal.pValue(), 0.01);
        assertTrue(exact > 0.01 && exact < 0.5, "a p-value that could differ: " + exact);
    }

    @Test
    void roundingDoesNotUntieEqualDifferences() {
        double sum = 0.1 + 0.2;
        assertEquals(of(0.3, -0.3, 0.7), of(sum, -0.3, 0.7));
        assertEquals(1, WilcoxonSignedRank.of(new double[] {sum}, new double[] {0.3}).pValue());
    }

    @Test
    void theSidesAreTreatedAlike() {
        double[] a = {0.5, 0.1, 0.9, 0.4, 0, 0.2};
        double[] b = {0.4, 0.3, 0.2, 0.4, 0.1, 0};
        assertEquals(WilcoxonSignedRank.of(a, b).pValue(), WilcoxonSignedRank.of(b, a).pValue(), CLOSE);
        assertEquals(1, WilcoxonSignedRank.of(a, a).pValue());
        assertThrows(IllegalArgumentException.class, () -> of(1, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> WilcoxonSignedRank.of(a, new double[2]));
    }
}
