package io.github.indirec.tensor.cpu;

/**
 * {@link FloatMath} under the same names in float64, for the float64 kernels that gradient checks run on: accuracy
 * before speed, and no clamps. {@link StrictMath} gives the same bits on every JDK. Thread-safe.
 */
final class DoubleMath {
    private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

    /** Up to here the series of {@link #erf} needs at most 60 terms, from here the fraction at most 60 levels. */
    private static final double SERIES_END = 2.5;

    /** erfc(6) is below half a unit in the last place of 1. */
    private static final double ERF_ONE = 6;

    private static final int FRACTION_LEVELS = 60;

    private DoubleMath() {}

    static double exp(double x) {
        return StrictMath.exp(x);
    }

    static double log(double x) {
        return StrictMath.log(x);
    }

    static double sinTwoPi(double u) {
        return StrictMath.sin(2 * Math.PI * u);
    }

    static double cosTwoPi(double u) {
        return StrictMath.cos(2 * Math.PI * u);
    }

    /** erf x, absolute error about 1e-15. */
    static double erf(double x) {
        double a = Math.abs(x);
        if (a >= ERF_ONE) {
            return Math.copySign(1, x);
        }
        return Math.copySign(a <= SERIES_END ? series(a) : 1 - complementFraction(a), x);
    }

    /** erf a = 2/sqrt(pi) e^(-a^2) sum over n of 2^n a^(2n+1) / (1 3 5 ... (2n+1)); all terms are positive. */
    private static double series(double a) {
        double term = a;
        double sum = a;
        for (int n = 1; term > sum * 1e-17; n++) {
            term *= 2 * a * a / (2 * n + 1);
            sum += term;
        }
        return TWO_OVER_SQRT_PI * StrictMath.exp(-a * a) * sum;
    }

    /** erfc a = e^(-a^2)/sqrt(pi) 1/(a + (1/2)/(a + (2/2)/(a + (3/2)/(a + ...)))), evaluated from the inside out. */
    private static double complementFraction(double a) {
        double fraction = a;
        for (int n = FRACTION_LEVELS; n >= 1; n--) {
            fraction = a + 0.5 * n / fraction;
        }
        return TWO_OVER_SQRT_PI / 2 * StrictMath.exp(-a * a) / fraction;
    }
}
