package io.github.indirec.kernels.sim;

import java.math.BigDecimal;

/**
 * How a result is rounded to f32.
 *
 * <p>Directed rounding needs the sign of what a double cannot hold: the double s nearest to the exact result, and its
 * error e with exact = s + e, are enough.
 */
enum Rounding {
    NEAREST,
    TO_ZERO,
    DOWN,
    UP;

    /** Takes rn, rz, rm or rp; null if the next modifier is none of them. */
    static Rounding take(Opcode opcode) {
        String mode = opcode.takeAny("rn", "rz", "rm", "rp");
        return mode == null
                ? null
                : switch (mode) {
                    case "rn" -> NEAREST;
                    case "rz" -> TO_ZERO;
                    case "rm" -> DOWN;
                    default -> UP;
                };
    }

    float sum(float x, float y) {
        return this == NEAREST ? x + y : exactZero(x, y, sumOf(x, y));
    }

    float product(float x, float y) {
        return this == NEAREST ? x * y : round((double) x * y, 0);
    }

    float fused(float x, float y, float z) {
        return this == NEAREST ? Math.fma(x, y, z) : exactZero((double) x * y, z, sumOf((double) x * y, z));
    }

    float quotient(float x, float y) {
        if (this == NEAREST) {
            return x / y;
        }
        double s = (double) x / y;
        // Sign of x/y - s, from the exact remainder x - s y.
        double remainder = Math.fma(-s, (double) y, (double) x);
        return round(s, y < 0 ? -remainder : remainder);
    }

    float root(float x) {
        double s = Math.sqrt(x);
        return this == NEAREST ? (float) s : round(s, Math.fma(-s, s, (double) x));
    }

    /** Rounds a double. */
    float narrow(double x) {
        return this == NEAREST ? (float) x : round(x, 0);
    }

    /** Rounds an integer. */
    float ofLong(long x, boolean unsigned) {
        boolean huge = unsigned && x < 0;
        float nearest = huge ? 2f * (float) (x >>> 1 | x & 1) : (float) x;
        if (this == NEAREST) {
            return nearest;
        }
        BigDecimal exact = new BigDecimal(huge ? Long.toUnsignedString(x) : Long.toString(x));
        int order = exact.compareTo(new BigDecimal(nearest));
        return round(nearest, order);
    }

    private float sumOf(double x, double y) {
        double s = x + y;
        double part = s - x;
        return round(s, x - (s - part) + (y - part));
    }

    /** The sum of two numbers of opposite signs that is exactly zero is -0 when rounding down, +0 else. */
    private float exactZero(double x, double y, float sum) {
        boolean opposite = x == -y && (x != 0 || Math.copySign(1, x) != Math.copySign(1, y));
        return opposite && sum == 0 ? this == DOWN ? -0f : 0f : sum;
    }

    /** Rounds s + e, where e is less than half a unit in the last place of s; only its sign is looked at. */
    private float round(double s, double e) {
        float nearest = (float) s;
        boolean down = this == DOWN || this == TO_ZERO && (s > 0 || s == 0 && e > 0);
        if (nearest != nearest || Double.isInfinite(s)) {
            return nearest;
        }
        if (down) {
            return nearest > s || nearest == s && e < 0 ? Math.nextDown(nearest) : nearest;
        }
        return nearest < s || nearest == s && e > 0 ? Math.nextUp(nearest) : nearest;
    }
}
