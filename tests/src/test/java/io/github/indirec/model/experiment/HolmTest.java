package io.github.indirec.model.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class HolmTest {
    private static final double CLOSE = 1e-15;

    @Test
    void theLeastCountsMFoldTheNextOneLessAndNoneFallsBelowAnEarlier() {
        // Sorted: .005 x 4, .01 x 3, .03 x 2, .04 x 1 -> raised to .06.
        assertArrayEquals(
                new double[] {0.03, 0.06, 0.06, 0.02}, Holm.correct(new double[] {0.01, 0.04, 0.03, 0.005}), CLOSE);
    }

    @Test
    void noneExceedsOneAndASingleTestStays() {
        assertArrayEquals(new double[] {1, 1}, Holm.correct(new double[] {0.9, 0.6}), CLOSE);
        assertArrayEquals(new double[] {0.04}, Holm.correct(new double[] {0.04}), CLOSE);
        assertArrayEquals(new double[0], Holm.correct(new double[0]));
    }
}
