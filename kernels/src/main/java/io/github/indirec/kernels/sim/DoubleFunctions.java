package io.github.indirec.kernels.sim;

/** 2^x and log2(x) in double precision, good to about 1e-15: own series, so that all JDKs give the same bits. */
final class DoubleFunctions {
    private static final double LN2 = 0.6931471805599453;
    private static final double INVERSE_LN2 = 1.4426950408889634;
    private static final double[] INVERSE_FACTORIAL = new double[14];

    static {
        double factorial = 1;
        for (int i = 0; i < INVERSE_FACTORIAL.length; i++) {
            factorial *= Math.max(1, i);
            INVERSE_FACTORIAL[i] = 1 / factorial;
        }
    }

    private DoubleFunctions() {}

    /** 2^x = 2^n e^(f ln 2), n the nearest integer, |f| at most 1/2. */
    static double exp2(double x) {
        if (x != x) {
            return x;
        }
        if (x >= 1024) {
            return Double.POSITIVE_INFINITY;
        }
        if (x < -1080) {
            return 0;
        }
        double n = Math.rint(x);
        double t = (x - n) * LN2;
        double sum = INVERSE_FACTORIAL[13];
        for (int i = 12; i >= 0; i--) {
            sum = Math.fma(sum, t, INVERSE_FACTORIAL[i]);
        }
        return Math.scalb(sum, (int) n);
    }

    /** log2(m 2^n) = n + 2 artanh((m - 1)/(m + 1)) / ln 2, m between 1/sqrt 2 and sqrt 2. */
    static double log2(double x) {
        if (!(x > 0) || x == Double.POSITIVE_INFINITY) {
            return x == 0 ? Double.NEGATIVE_INFINITY : x > 0 ? x : Double.NaN;
        }
        int n = Math.getExponent(x);
        double m = Math.scalb(x, -n);
        if (m > 1.4142135623730951) {
            m *= 0.5;
            n++;
        }
        double s = (m - 1) / (m + 1);
        double square = s * s;
        double sum = 0;
        for (int k = 23; k >= 1; k -= 2) {
            sum = Math.fma(sum, square, 1.0 / k);
        }
        return n + 2 * s * sum * INVERSE_LN2;
    }
}
