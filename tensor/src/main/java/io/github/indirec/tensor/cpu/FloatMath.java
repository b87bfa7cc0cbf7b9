package io.github.indirec.tensor.cpu;

/**
 * exp, log, erf, sine and cosine in float32, from additions, multiplications, fused multiply-adds and bit operations.
 *
 * <p>The library's own because {@link Math} may give other bits on another JDK or processor; each of these gives the
 * same bits everywhere, and {@link VectorMath} repeats it operation for operation. Coefficients are minimax fits made
 * for this class, rounded to float32 from the lowest order up, each time refitting the rest. Thread-safe.
 */
public final class FloatMath {
    /** Below this, {@link #exp} is constant: e^-80 is far from the denormal numbers, which are slow. */
    public static final float EXP_MIN = -80f;

    /** Above this, {@link #exp} is constant: the largest argument whose 2^n part is still a float32. */
    public static final float EXP_MAX = 88f;

    static final int SIGN_BIT = 0x80000000;
    static final int MAGNITUDE_BITS = 0x7fffffff;
    static final int INFINITY_BITS = 0x7f800000;
    static final int MANTISSA_WIDTH = 23;

    /** 1.5 * 2^23: adding it rounds to the nearest integer, which then stands in the low mantissa bits. */
    static final float ROUNDER = 12582912f;

    static final float LOG2_E = 1.44269504f;

    /** ln 2 in two parts; the product of the first with an 8-bit integer is exact. */
    static final float LN2_HIGH = 0.693359375f;

    static final float LN2_LOW = -2.12194440e-4f;

    /** e^r = 1 + r + r^2 (E2 + E3 r + ... + E6 r^4) on |r| <= ln(2)/2, relative error 3.2e-9 before rounding. */
    static final float E2 = 0.49999994f;

    static final float E3 = 0.16666521f;
    static final float E4 = 0.041668292f;
    static final float E5 = 0.008368716f;
    static final float E6 = 0.0013818695f;

    static final int EXP_MIN_MAGNITUDE = Float.floatToRawIntBits(-EXP_MIN);
    static final int EXP_MAX_MAGNITUDE = Float.floatToRawIntBits(EXP_MAX);

    /** Bits of sqrt(1/2): subtracting them makes the exponent field count from mantissas in [sqrt(1/2), sqrt(2)). */
    static final int SQRT_HALF_BITS = 0x3f3504f3;

    /** ln(1 + f) = f - f^2/2 + f^3 (L3 + L4 f + ... + L10 f^7), relative error 5.9e-9 before rounding. */
    static final float L3 = 0.3333333f;

    static final float L4 = -0.2500082f;
    static final float L5 = 0.20001242f;
    static final float L6 = -0.1662341f;
    static final float L7 = 0.14201586f;
    static final float L8 = -0.131596f;
    static final float L9 = 0.12762144f;
    static final float L10 = -0.07636356f;

    /** ln(erfc(a)) = a (Q0 + Q1 a + ... + Q7 a^7) on [0, 4], error times erfc(a) at most 4.8e-8 of erf(a). */
    static final float Q0 = -1.1283792f;

    static final float Q1 = -0.6366154f;
    static final float Q2 = -0.10282573f;
    static final float Q3 = 0.0193645f;
    static final float Q4 = -0.00027983225f;
    static final float Q5 = -0.0011883597f;
    static final float Q6 = 0.0003551134f;
    static final float Q7 = -3.6702575e-05f;

    /** From 4 on, erf rounds to 1. */
    static final int ERF_MAX_BITS = Float.floatToRawIntBits(4f);

    /** sin(pi/2 f) = f (S0 + S1 f^2 + ...), cos(pi/2 f) = 1 + f^2 (C0 + C1 f^2 + ...), |f| <= 1/2. */
    static final float S0 = 1.5707964f;

    static final float S1 = -0.64596665f;
    static final float S2 = 0.079712525f;
    static final float S3 = -0.0046859714f;
    static final float C0 = -1.2337005f;
    static final float C1 = 0.25366852f;
    static final float C2 = -0.020855252f;
    static final float C3 = 0.0008935588f;

    private FloatMath() {}

    /**
     * e^x with a relative error of at most 1.2e-7 on [{@link #EXP_MIN}, {@link #EXP_MAX}].
     *
     * <p>The argument is clamped to that range: {@code exp(-inf)} is e^-80, about 1.8e-35, and a caller that needs an
     * exact 0 must see to it. NaN gives NaN.
     */
    public static float exp(float x) {
        int bits = Float.floatToRawIntBits(x);
        // As integers, floats of one sign order by magnitude, so that each side of the clamp is one integer minimum.
        int clamped = Math.min(Math.min(bits ^ SIGN_BIT, EXP_MIN_MAGNITUDE) ^ SIGN_BIT, EXP_MAX_MAGNITUDE);
        float y = Float.intBitsToFloat(clamped);
        float shifted = Math.fma(y, LOG2_E, ROUNDER);
        float n = shifted - ROUNDER;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, y));
        float p = Math.fma(expm1Quotient(r), r, 1f);
        int scaled = Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(shifted) << MANTISSA_WIDTH);
        return Float.intBitsToFloat(scaled | nanMask(bits & MAGNITUDE_BITS));
    }

    /**
     * ln x for normal positive x, with an error of at most 1.2e-7 relative to max(|ln x|, 0.35) and to |ln x| near 1.
     *
     * <p>0 and denormal numbers give values from -88.1 to -87.3, +inf gives 88.8; negative numbers and NaN give NaN.
     */
    public static float log(float x) {
        int bits = Float.floatToRawIntBits(x);
        int exponent = (bits - SQRT_HALF_BITS) >> MANTISSA_WIDTH;
        float f = Float.intBitsToFloat(bits - (exponent << MANTISSA_WIDTH)) - 1f;
        float k = exponent;
        float p = Math.fma(L10, f, L9);
        p = Math.fma(p, f, L8);
        p = Math.fma(p, f, L7);
        p = Math.fma(p, f, L6);
        p = Math.fma(p, f, L5);
        p = Math.fma(p, f, L4);
        p = Math.fma(p, f, L3);
        float square = f * f;
        float tail = Math.fma(k, LN2_LOW, p * (square * f));
        float mantissa = f + Math.fma(-0.5f, square, tail);
        float result = Math.fma(k, LN2_HIGH, mantissa);
        int invalid = ((INFINITY_BITS - bits) | bits) >> 31;
        return Float.intBitsToFloat(Float.floatToRawIntBits(result) | invalid);
    }

    /**
     * erf x = 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x, with an absolute error of at most 1e-7 and a
     * relative one of at most 2.5e-7; NaN gives NaN.
     *
     * <p>Computed as 1 - e^q with q = ln erfc|x|, which is smooth, so that one polynomial serves the whole range;
     * e^q - 1 is summed without cancellation, so that small x keep their digits.
     */
    public static float erf(float x) {
        int bits = Float.floatToRawIntBits(x);
        int magnitude = bits & MAGNITUDE_BITS;
        float a = Float.intBitsToFloat(Math.min(magnitude, ERF_MAX_BITS));
        float q = Math.fma(Q7, a, Q6);
        q = Math.fma(q, a, Q5);
        q = Math.fma(q, a, Q4);
        q = Math.fma(q, a, Q3);
        q = Math.fma(q, a, Q2);
        q = Math.fma(q, a, Q1);
        q = Math.fma(q, a, Q0) * a;
        float shifted = Math.fma(q, LOG2_E, ROUNDER);
        float n = shifted - ROUNDER;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, q));
        int scale = (Float.floatToRawIntBits(shifted) << MANTISSA_WIDTH) + Float.floatToRawIntBits(1f);
        float power = Float.intBitsToFloat(scale);
        float result = Math.fma(-power, expm1Quotient(r) * r, 1f - power);
        return Float.intBitsToFloat(
                Float.floatToRawIntBits(result) | (bits & SIGN_BIT) | nanMask(magnitude));
    }

    /** sin(2 pi u) for u in [0, 1), with an absolute error of at most 1e-7. */
    public static float sinTwoPi(float u) {
        float shifted = Math.fma(u, 4f, ROUNDER);
        float f = Math.fma(u, 4f, ROUNDER - shifted);
        int quadrant = Float.floatToRawIntBits(shifted);
        int odd = -(quadrant & 1);
        int bits = select(odd, cosQuarter(f), sinQuarter(f));
        return Float.intBitsToFloat(bits ^ ((quadrant & 2) << 30));
    }

    /** cos(2 pi u) for u in [0, 1), with an absolute error of at most 1e-7. */
    public static float cosTwoPi(float u) {
        float shifted = Math.fma(u, 4f, ROUNDER);
        float f = Math.fma(u, 4f, ROUNDER - shifted);
        int quadrant = Float.floatToRawIntBits(shifted);
        int odd = -(quadrant & 1);
        int bits = select(odd, sinQuarter(f), cosQuarter(f));
        return Float.intBitsToFloat(bits ^ (((quadrant + 1) & 2) << 30));
    }

    /** (e^r - 1) / r. */
    private static float expm1Quotient(float r) {
        float p = Math.fma(E6, r, E5);
        p = Math.fma(p, r, E4);
        p = Math.fma(p, r, E3);
        p = Math.fma(p, r, E2);
        return Math.fma(p, r, 1f);
    }

    private static float sinQuarter(float f) {
        float z = f * f;
        float p = Math.fma(S3, z, S2);
        p = Math.fma(p, z, S1);
        return Math.fma(p, z, S0) * f;
    }

    private static float cosQuarter(float f) {
        float z = f * f;
        float p = Math.fma(C3, z, C2);
        p = Math.fma(p, z, C1);
        p = Math.fma(p, z, C0);
        return Math.fma(p, z, 1f);
    }

    private static int select(int mask, float whereSet, float whereClear) {
        return (Float.floatToRawIntBits(whereSet) & mask) | (Float.floatToRawIntBits(whereClear) & ~mask);
    }

    /** All ones where the magnitude bits are those of a NaN, else 0: or-ing it in lets no NaN pass for a number. */
    private static int nanMask(int magnitude) {
        return (INFINITY_BITS - magnitude) >> 31;
    }
}
