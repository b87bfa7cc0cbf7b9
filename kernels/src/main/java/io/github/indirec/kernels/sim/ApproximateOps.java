package io.github.indirec.kernels.sim;

import static java.lang.Double.longBitsToDouble;

import java.util.function.DoubleUnaryOperator;

/**
 * The instructions whose last bits the hardware does not promise: the correctly rounded result, or with noise one that
 * errs as far as the PTX ISA manual allows.
 *
 * <p>The bounds, relative unless said otherwise: rcp 1 ulp; div.approx 2 ulp; div.full 2 ulp; rsqrt 2^-22.9; sqrt 1 ulp
 * (by its maximum relative error 2^-23); ex2 2 ulp; lg2 absolute 2^-22 in (0.5, 2), else relative 2^-22; sin, cos
 * absolute 2^-20.5 in [-pi, pi], growing with the argument outside; tanh 2^-11.
 */
final class ApproximateOps {
    private static final double ULP = 0x1p-23;

    private ApproximateOps() {}

    /** The exact function in double precision. */
    @FunctionalInterface
    private interface Exact {
        double apply(double x, double y);
    }

    /** The instruction of this opcode, or null if it is none of this family. */
    static Signature of(String opcode, Noise noise) {
        if (opcode.equals("rcp.approx.ftz.f64")) {
            return Signature.of(doubles(x -> 1 / x), "f64", "f64");
        }
        if (opcode.equals("rsqrt.approx.ftz.f64")) {
            return Signature.of(doubles(x -> 1 / Math.sqrt(x)), "f64", "f64");
        }
        Opcode parts = new Opcode(opcode);
        String kind = parts.takeAny("approx", "full");
        boolean ftz = parts.take("ftz");
        if (kind == null
                || !parts.take("f32")
                || !parts.isEmpty()
                || kind.equals("full") != opcode.startsWith("div.full")) {
            return null;
        }
        return switch (parts.name()) {
            case "rcp" -> unary(ftz, noise, (x, y) -> 1 / x, ULP, 0);
            case "rsqrt" -> unary(ftz, noise, (x, y) -> 1 / Math.sqrt(x), 0x1.12p-23, 0);
            case "sqrt" -> unary(ftz, noise, (x, y) -> Math.sqrt(x), ULP, 0);
            case "ex2" -> unary(ftz, noise, (x, y) -> DoubleFunctions.exp2(x), 2 * ULP, 0);
            case "lg2" -> logarithm(ftz, noise);
            case "sin" -> unary(ftz, noise, (x, y) -> StrictMath.sin(x), 0, 0x1.6ap-21);
            case "cos" -> unary(ftz, noise, (x, y) -> StrictMath.cos(x), 0, 0x1.6ap-21);
            case "tanh" -> ftz ? null : unary(false, noise, (x, y) -> StrictMath.tanh(x), 0x1p-11, 0);
            case "div" -> division(ftz, noise, kind.equals("full"));
            default -> null;
        };
    }

    private static Signature unary(boolean ftz, Noise noise, Exact exact, double relative, double absolute) {
        FloatOps.Function function = (x, y, z) -> {
            double value = exact.apply(x, 0);
            if (!noise.on()) {
                return (float) value;
            }
            double bound = absolute * Math.max(1, Math.abs(x) / Math.PI);
            return noise.shift(value, relative * Math.abs(value) + bound);
        };
        return Signature.of(FloatOps.body(function, ftz, false), "f32", "f32");
    }

    private static Signature logarithm(boolean ftz, Noise noise) {
        FloatOps.Function function = (x, y, z) -> {
            double value = DoubleFunctions.log2(x);
            if (!noise.on()) {
                return (float) value;
            }
            return noise.shift(value, x > 0.5f && x < 2f ? 0x1p-22 : 0x1p-22 * Math.abs(value));
        };
        return Signature.of(FloatOps.body(function, ftz, false), "f32", "f32");
    }

    private static Signature division(boolean ftz, Noise noise, boolean full) {
        FloatOps.Function function = (x, y, z) -> {
            // div.approx is x * (1 / y): for |y| in (2^126, 2^128) the reciprocal is flushed and the result is 0 or
            // NaN.
            if (!full && Math.abs(y) > 0x1p126f && !Float.isInfinite(y)) {
                return Float.isInfinite(x) || x != x ? Float.NaN : Math.copySign(0f, x) * Math.copySign(1f, y);
            }
            double value = (double) x / y;
            return noise.on() ? noise.shift(value, 2 * ULP * Math.abs(value)) : (float) value;
        };
        return Signature.of(FloatOps.body(function, ftz, false), "f32", "f32", "f32");
    }

    /** f64 approximations: the upper 32 bits of the exact result, lower ones zero. */
    private static Body doubles(DoubleUnaryOperator exact) {
        return (r, q, p, d, a, b, c) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                double x = longBitsToDouble(q[a + i]);
                double flushed = Math.abs(x) < Double.MIN_NORMAL ? Math.copySign(0.0, x) : x;
                double y = exact.applyAsDouble(flushed);
                double result = Math.abs(y) < Double.MIN_NORMAL ? Math.copySign(0.0, y) : y;
                q[d + i] = y != y ? DoubleOps.NAN : Double.doubleToRawLongBits(result) & 0xffffffff00000000L;
            }
        };
    }
}
