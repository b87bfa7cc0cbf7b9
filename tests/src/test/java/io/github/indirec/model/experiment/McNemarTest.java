package io.github.indirec.model.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.util.CombinatoricsUtils;
import org.junit.jupiter.api.Test;

class McNemarTest {
    /** Both sides are sums of a few dozen terms of double precision. */
    private static final double CLOSE = 1e-12;

    @Test
    void onlyUsersWhomOneModelHitsCount() {
        boolean[] first = {true, true, false, false, true, false};
        boolean[] second = {true, false, false, true, false, false};
        McNemar test = McNemar.of(first, second);
        assertEquals(2, test.onlyFirst());
        assertEquals(1, test.onlySecond());
        // P(X <= 1) of 3 coins is 4 / 8.
        assertEquals(1, test.pValue(), CLOSE);
    }

    @Test
    void fewUsersThatDifferAreCountedExactly() {
        // 2 (1 + 15 + 105 + 455) / 2^15
        assertEquals(2 * 576 / 32768.0, McNemar.of(3, 12).pValue(), CLOSE);
        for (int b = 0; b < McNemar.MANY; b++) {
            for (int c = 0; b + c < McNemar.MANY; c++) {
                McNemar test = McNemar.of(b, c);
                assertTrue(test.exact());
                // Not Commons Math's two-sided BinomialTest: of equally likely outcomes it may miss one.
                double sides = 0;
                for (int k = 0; k <= Math.min(b, c); k++) {
                    sides += 2 * CombinatoricsUtils.binomialCoefficientDouble(b + c, k);
                }
                assertEquals(Math.min(1, Math.scalb(sides, -b - c)), test.pValue(), CLOSE, b + " to " + c);
            }
        }
    }

    @Test
    void manyAreTestedByTheCorrectedChiSquare() {
        for (int[] counts : new int[][] {{121, 59}, {800, 900}, {13, 12}, {500, 500}, {0, 25}}) {
            int b = counts[0];
            int c = counts[1];
            McNemar test = McNemar.of(b, c);
            assertFalse(test.exact());
            double chiSquare = Math.pow(Math.max(0, Math.abs(b - c) - 1), 2) / (b + c);
            double oracle = 1 - new ChiSquaredDistribution(1).cumulativeProbability(chiSquare);
            assertEquals(oracle, test.pValue(), CLOSE, b + " to " + c);
        }
        // Worked out with SciPy's chi2.sf(20.6722..., 1).
        assertEquals(5.450094825427117e-06, McNemar.of(121, 59).pValue(), 1e-15);
        assertTrue(McNemar.of(500, 100).pValue() > 0, "an overwhelming difference is not rounded to impossible");
    }

    @Test
    void equalModelsDoNotDiffer() {
        assertEquals(1, McNemar.of(new boolean[40], new boolean[40]).pValue());
        assertThrows(IllegalArgumentException.class, () -> McNemar.of(new boolean[40], new boolean[41]));
    }
}
