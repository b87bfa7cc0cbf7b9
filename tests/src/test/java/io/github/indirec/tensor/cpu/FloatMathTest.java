package io.github.indirec.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;

class FloatMathTest {
    /** Two roundings of float32 (6e-8 each); what the class promises. */
    private static final double RELATIVE = 1.2e-7;

    /** 1.7 units in the last place just below 1; what the class promises for erf, sine and cosine. */
    private static final double ABSOLUTE = 1e-7;

    /** The fit of erf alone leaves 5e-8, the sum of six roundings the rest. */
    private static final double ERF_RELATIVE = 2.5e-7;

    /** A few units in the last place of float64. */
    private static final double DOUBLE = 3e-15;

    private static final int STEPS = 500_000;

    private interface FloatOperator {
        float apply(float x);
    }

    private interface Error {
        double of(double found, double expected);
    }

    private static void assertError(
            String name,
            FloatOperator f,
            DoubleUnaryOperator oracle,
            double from,
            double to,
            Error error,
            double limit) {
        assertError(name, f, oracle, from, to, STEPS, error, limit);
    }

    private static void assertError(
            String name,
            FloatOperator f,
            DoubleUnaryOperator oracle,
            double from,
            double to,
            int steps,
            Error error,
            double limit) {
        double worst = 0;
        float worstAt = 0;
        for (int i = 0; i <= steps; i++) {
            float x = (float) (from + (to - from) * i / steps);
            double e = error.of(f.apply(x), oracle.applyAsDouble(x));
            if (!(e <= worst)) {
                worst = e;
                worstAt = x;
            }
        }
        assertTrue(worst <= limit, name + "(" + worstAt + ") is off by " + worst + ", allowed " + limit);
    }

    private static double relative(double found, double expected) {
        return found == expected ? 0 : Math.abs(found - expected) / Math.abs(expected);
    }

    private static double absolute(double found, double expected) {
        return Math.abs(found - expected);
    }

    @Test
    void expIsAccurateOverItsWholeRange() {
        assertError("exp", FloatMath::exp, StrictMath::exp, -80, 88, FloatMathTest::relative, RELATIVE);
        assertError("exp", FloatMath::exp, StrictMath::exp, -1, 1, FloatMathTest::relative, RELATIVE);
        assertEquals(1f, FloatMath.exp(0f));
    }

    @Test
    void expClampsItsArgumentAndKeepsNaN() {
        float floor = FloatMath.exp(-80f);
        assertEquals(floor, FloatMath.exp(Float.NEGATIVE_INFINITY));
        assertEquals(floor, FloatMath.exp(-1e30f));
        assertEquals(floor, FloatMath.exp(Math.nextDown(-80f)));
        assertTrue(floor >= Float.MIN_NORMAL);
        float top = FloatMath.exp(88f);
        assertEquals(top, FloatMath.exp(Float.POSITIVE_INFINITY));
        assertEquals(top, FloatMath.exp(Math.nextUp(88f)));
        assertTrue(Float.isFinite(top));
        assertTrue(Float.isNaN(FloatMath.exp(Float.NaN)));
        assertTrue(Float.isNaN(FloatMath.exp(Float.intBitsToFloat(0xffc00000))), "NaN with the sign bit");
    }

    @Test
    void logIsAccurateFromTheSmallestNormalNumberToTheLargest() {
        Error scaled = (found, expected) -> Math.abs(found - expected) / Math.max(Math.abs(expected), 0.35);
        for (int exponent = -126; exponent < 128; exponent++) {
            double base = Math.scalb(1.0, exponent);
            assertError("log", FloatMath::log, StrictMath::log, base, base * 1.9999, 4096, scaled, RELATIVE);
        }
        assertError("log", FloatMath::log, StrictMath::log, 0.71, 1.41, FloatMathTest::relative, RELATIVE);
        assertEquals(0f, FloatMath.log(1f));
    }

    @Test
    void logOfWhatHasNoneIsNaNAndOfZeroFinite() {
        assertTrue(Float.isNaN(FloatMath.log(Float.NaN)));
        assertTrue(Float.isNaN(FloatMath.log(Float.intBitsToFloat(0xffc00000))));
        assertTrue(Float.isNaN(FloatMath.log(-1f)));
        assertTrue(Float.isNaN(FloatMath.log(Float.NEGATIVE_INFINITY)));
        assertEquals(-88.1f, FloatMath.log(0f), 0.1f);
        assertEquals(-88.0f, FloatMath.log(Float.MIN_VALUE), 0.1f);
        assertEquals(88.8f, FloatMath.log(Float.POSITIVE_INFINITY), 0.1f);
    }

    @Test
    void erfIsAccurateAndOddAndEndsInOne() {
        assertError("erf", FloatMath::erf, DoubleMath::erf, -6, 6, FloatMathTest::absolute, ABSOLUTE);
        assertError("erf", FloatMath::erf, DoubleMath::erf, 1e-6, 2, FloatMathTest::relative, ERF_RELATIVE);
        assertError("erf", FloatMath::erf, DoubleMath::erf, 1e-30, 1e-3, FloatMathTest::relative, ERF_RELATIVE);
        assertEquals(-FloatMath.erf(0.7f), FloatMath.erf(-0.7f));
        assertEquals(0f, FloatMath.erf(0f));
        assertEquals(1f, FloatMath.erf(4f));
        assertEquals(1f, FloatMath.erf(Float.POSITIVE_INFINITY));
        assertEquals(-1f, FloatMath.erf(Float.NEGATIVE_INFINITY));
        assertTrue(Float.isNaN(FloatMath.erf(Float.NaN)));
    }

    @Test
    void sineAndCosineOfTurnsAreAccurateOverTheTurn() {
        DoubleUnaryOperator sin = u -> StrictMath.sin(2 * Math.PI * u);
        DoubleUnaryOperator cos = u -> StrictMath.cos(2 * Math.PI * u);
        double last = 1 - 0x1p-24;
        assertError("sinTwoPi", FloatMath::sinTwoPi, sin, 0, last, FloatMathTest::absolute, ABSOLUTE);
        assertError("cosTwoPi", FloatMath::cosTwoPi, cos, 0, last, FloatMathTest::absolute, ABSOLUTE);
        for (int quarter = 0; quarter < 4; quarter++) {
            float u = quarter / 4f;
            assertEquals(new float[] {0, 1, 0, -1}[quarter], FloatMath.sinTwoPi(u), 0f, "sine at " + u);
            assertEquals(new float[] {1, 0, -1, 0}[quarter], FloatMath.cosTwoPi(u), 0f, "cosine at " + u);
        }
    }

    @Test
    void doubleErfAgreesWithAnIndependentOne() {
        for (int i = -7000; i <= 7000; i++) {
            double x = i / 1000.0;
            assertEquals(Erf.erf(x), DoubleMath.erf(x), DOUBLE, "erf(" + x + ")");
        }
        assertTrue(Double.isNaN(DoubleMath.erf(Double.NaN)));
    }

    @Test
    void vectorFormsGiveTheScalarBitsInEveryLane() {
        assumeTrue(
                ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
                "needs --add-modules jdk.incubator.vector");
        float[] x = samples(17);
        int n = x.length;
        for (VectorMathProbe.Op op : VectorMathProbe.Op.values()) {
            float[] found = new float[n];
            VectorMathProbe.apply(op, x, found);
            for (int i = 0; i < n; i++) {
                float expected = op.scalar(x[i]);
                float actual = found[i];
                if (Float.floatToRawIntBits(expected) != Float.floatToRawIntBits(actual)) {
                    fail(op + "(" + x[i] + "), seed 17: expected " + expected + ", found " + actual);
                }
            }
        }
    }

    /** Values of every size, every special one, then random bits: a multiple of 16 of them. */
    private static float[] samples(long seed) {
        float[] special = {
            0f, -0f, 1f, -1f, 4f, -4f, 80f, -80f, 88f, -88f, Float.MIN_VALUE, Float.MIN_NORMAL, Float.MAX_VALUE,
            Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY
        };
        Random random = new Random(seed);
        float[] x = new float[1 << 15];
        for (int i = 0; i < x.length; i++) {
            x[i] = i < special.length
                    ? special[i]
                    : switch (i % 4) {
                        case 0 -> random.nextFloat();
                        case 1 -> (float) random.nextGaussian();
                        case 2 -> 100 * (random.nextFloat() - 0.5f);
                        default -> Float.intBitsToFloat(random.nextInt());
                    };
        }
        return x;
    }
}
