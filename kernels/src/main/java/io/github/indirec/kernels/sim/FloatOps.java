package io.github.indirec.kernels.sim;

import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

/** Exact arithmetic on f32: every result is the real one, rounded as asked; ftz and sat where written. */
final class FloatOps {
    private static final int N = Warp.LANES;
    private static final int SIGN = 0x80000000;
    /** What the hardware gives for any NaN. */
    static final int NAN = 0x7fffffff;

    private FloatOps() {}

    /** A function of one to three floats. */
    @FunctionalInterface
    interface Function {
        float apply(float x, float y, float z);
    }

    /** The instruction of this opcode, or null if it is none of this family. */
    static Signature of(String opcode) {
        Body frequent = frequent(opcode);
        if (frequent != null) {
            return opcode.startsWith("fma")
                    ? Signature.of(frequent, "f32", "f32", "f32", "f32")
                    : Signature.of(frequent, "f32", "f32", "f32");
        }
        Signature bits = bits(opcode);
        return bits != null ? bits : rounded(opcode);
    }

    private static Body frequent(String opcode) {
        return switch (opcode) {
            case "fma.rn.f32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) {
                        r[d + i] = floatToRawIntBits(
                                Math.fma(intBitsToFloat(r[a + i]), intBitsToFloat(r[b + i]), intBitsToFloat(r[c + i])));
                    }
                };
            case "add.f32", "add.rn.f32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) {
                        r[d + i] = floatToRawIntBits(intBitsToFloat(r[a + i]) + intBitsToFloat(r[b + i]));
                    }
                };
            case "sub.f32", "sub.rn.f32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) {
                        r[d + i] = floatToRawIntBits(intBitsToFloat(r[a + i]) - intBitsToFloat(r[b + i]));
                    }
                };
            case "mul.f32", "mul.rn.f32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) {
                        r[d + i] = floatToRawIntBits(intBitsToFloat(r[a + i]) * intBitsToFloat(r[b + i]));
                    }
                };
            case "min.f32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) {
                        r[d + i] = floatToRawIntBits(least(intBitsToFloat(r[a + i]), intBitsToFloat(r[b + i])));
                    }
                };
            case "max.f32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) {
                        r[d + i] = floatToRawIntBits(greatest(intBitsToFloat(r[a + i]), intBitsToFloat(r[b + i])));
                    }
                };
            default -> null;
        };
    }

    /** Instructions that only move bits. */
    private static Signature bits(String opcode) {
        return switch (opcode) {
            case "neg.f32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = r[a + i] ^ SIGN;
                        },
                        "f32",
                        "f32");
            case "abs.f32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = r[a + i] & ~SIGN;
                        },
                        "f32",
                        "f32");
            case "copysign.f32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = r[a + i] & SIGN | r[b + i] & ~SIGN;
                        },
                        "f32",
                        "f32",
                        "f32");
            default -> null;
        };
    }

    /** Everything else: operation, then any of a rounding, ftz, sat and NaN, then f32. */
    private static Signature rounded(String opcode) {
        Opcode parts = new Opcode(opcode);
        Rounding rounding = Rounding.take(parts);
        boolean ftz = parts.take("ftz");
        boolean sat = parts.take("sat");
        boolean nan = parts.take("NaN");
        if (!parts.take("f32") || !parts.isEmpty()) {
            return null;
        }
        boolean exact = rounding == null;
        Rounding mode = exact ? Rounding.NEAREST : rounding;
        Function function =
                switch (parts.name()) {
                    case "add" -> nan ? null : (x, y, z) -> mode.sum(x, y);
                    case "sub" -> nan ? null : (x, y, z) -> mode.sum(x, -y);
                    case "mul" -> nan ? null : (x, y, z) -> mode.product(x, y);
                    case "fma", "mad" -> nan || exact ? null : mode::fused;
                    case "div" -> nan || exact || sat ? null : (x, y, z) -> mode.quotient(x, y);
                    case "rcp" -> nan || exact || sat ? null : (x, y, z) -> mode.quotient(1f, x);
                    case "sqrt" -> nan || exact || sat ? null : (x, y, z) -> mode.root(x);
                    case "min" -> !exact || sat ? null : nan ? (x, y, z) -> Math.min(x, y) : (x, y, z) -> least(x, y);
                    case "max" ->
                        !exact || sat ? null : nan ? (x, y, z) -> Math.max(x, y) : (x, y, z) -> greatest(x, y);
                    case "neg" -> !exact || sat || nan ? null : (x, y, z) -> -x;
                    case "abs" -> !exact || sat || nan ? null : (x, y, z) -> Math.abs(x);
                    default -> null;
                };
        if (function == null) {
            return null;
        }
        Body body = body(function, ftz, sat);
        return switch (parts.name()) {
            case "fma", "mad" -> Signature.of(body, "f32", "f32", "f32", "f32");
            case "rcp", "sqrt", "neg", "abs" -> Signature.of(body, "f32", "f32");
            default -> Signature.of(body, "f32", "f32", "f32");
        };
    }

    /** A body that calls a function for each lane. */
    static Body body(Function function, boolean ftz, boolean sat) {
        return (r, q, p, d, a, b, c) -> {
            for (int i = 0; i < N; i++) {
                float x = intBitsToFloat(r[a + i]);
                float y = intBitsToFloat(r[b + i]);
                float z = intBitsToFloat(r[c + i]);
                float result = ftz ? flush(function.apply(flush(x), flush(y), flush(z))) : function.apply(x, y, z);
                r[d + i] = bitsOf(sat ? saturate(result) : result);
            }
        };
    }

    static int bitsOf(float x) {
        return x != x ? NAN : floatToRawIntBits(x);
    }

    /** Subnormal numbers become zeros of their sign. */
    static float flush(float x) {
        return Math.abs(x) < Float.MIN_NORMAL ? Math.copySign(0f, x) : x;
    }

    /** To [0, 1], NaN to 0. */
    static float saturate(float x) {
        return x > 0f ? Math.min(x, 1f) : 0f;
    }

    /** The lesser; a NaN loses against a number; -0 is less than +0. */
    static float least(float x, float y) {
        return x != x ? y : y != y ? x : Math.min(x, y);
    }

    static float greatest(float x, float y) {
        return x != x ? y : y != y ? x : Math.max(x, y);
    }
}
