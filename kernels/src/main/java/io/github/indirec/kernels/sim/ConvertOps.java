package io.github.indirec.kernels.sim;

import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

import java.util.function.LongUnaryOperator;

/** cvt: between integers, floats and doubles, with every rounding and saturation. */
final class ConvertOps {
    private static final int N = Warp.LANES;

    private ConvertOps() {}

    /** The instruction of this opcode, or null if it is none of this family. */
    static Signature of(String opcode) {
        Opcode parts = new Opcode(opcode);
        if (!parts.name().equals("cvt")) {
            return null;
        }
        String integral = parts.takeAny("rni", "rzi", "rmi", "rpi");
        Rounding rounding = Rounding.take(parts);
        boolean ftz = parts.take("ftz");
        boolean sat = parts.take("sat");
        String to = parts.next();
        String from = parts.next();
        if (!parts.isEmpty() || !known(to) || !known(from) || ftz && !to.equals("f32") && !from.equals("f32")) {
            return null;
        }
        Body frequent = frequent(opcode);
        if (frequent != null) {
            return Signature.of(frequent, to, from);
        }
        LongUnaryOperator convert;
        boolean fromFloat = from.startsWith("f");
        if (to.startsWith("f")) {
            convert = fromFloat
                    ? floatToFloat(to, from, integral, rounding, ftz, sat)
                    : integral == null && rounding != null ? integerToFloat(to, from, rounding, sat) : null;
        } else if (fromFloat) {
            convert = integral != null && rounding == null ? floatToInteger(to, from, integral, ftz) : null;
        } else {
            convert = integral == null && rounding == null ? integerToInteger(to, from, sat) : null;
        }
        return convert == null ? null : Signature.of(body(to, from, convert), to, from);
    }

    private static boolean known(String type) {
        return switch (type) {
            case "u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64", "f32", "f64" -> true;
            default -> false;
        };
    }

    private static Body frequent(String opcode) {
        return switch (opcode) {
            case "cvt.u64.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = r[a + i] & 0xffffffffL;
                };
            case "cvt.s64.s32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = r[a + i];
                };
            case "cvt.u32.u64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = (int) q[a + i];
                };
            case "cvt.rn.f32.s32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = floatToRawIntBits((float) r[a + i]);
                };
            case "cvt.rn.f32.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = floatToRawIntBits((float) (r[a + i] & 0xffffffffL));
                };
            default -> null;
        };
    }

    private static LongUnaryOperator integerToInteger(String to, String from, boolean sat) {
        if (!sat) {
            return x -> extend(x, from);
        }
        int bits = RegisterKind.bits(to);
        boolean signed = to.startsWith("s");
        if (bits == 64) {
            boolean wraps = signed != from.startsWith("s");
            return x -> wraps && extend(x, from) < 0 ? signed ? Long.MAX_VALUE : 0 : extend(x, from);
        }
        long least = signed ? -1L << bits - 1 : 0;
        long most = signed ? (1L << bits - 1) - 1 : (1L << bits) - 1;
        boolean huge = from.equals("u64");
        return x -> huge && x < 0 ? most : Math.max(least, Math.min(most, extend(x, from)));
    }

    private static LongUnaryOperator integerToFloat(String to, String from, Rounding rounding, boolean sat) {
        boolean huge = from.equals("u64");
        if (to.equals("f32")) {
            return x -> {
                float y = rounding.ofLong(extend(x, from), huge);
                return floatToRawIntBits(sat ? FloatOps.saturate(y) : y);
            };
        }
        // Every 32-bit integer is a double; 64-bit ones are rounded to nearest only.
        if (RegisterKind.bits(from) == 64 && rounding != Rounding.NEAREST || sat) {
            return null;
        }
        return x -> {
            long y = extend(x, from);
            return Double.doubleToRawLongBits(huge && y < 0 ? 2.0 * (double) (y >>> 1 | y & 1) : (double) y);
        };
    }

    private static LongUnaryOperator floatToInteger(String to, String from, String integral, boolean ftz) {
        int bits = RegisterKind.bits(to);
        boolean signed = to.startsWith("s");
        // By the manual: NaN gives 0, but the highest bit alone if either side has 64 bits.
        long nan = from.equals("f64") || bits == 64 ? 1L << bits - 1 : 0;
        double least = signed ? -Math.scalb(1.0, bits - 1) : 0;
        double beyond = Math.scalb(1.0, signed ? bits - 1 : bits);
        long most = signed ? (1L << bits - 1) - 1 : bits == 64 ? -1L : (1L << bits) - 1;
        return bitsOfX -> {
            double x = read(bitsOfX, from, ftz);
            if (x != x) {
                return nan;
            }
            double y = integral(x, integral);
            if (y <= least) {
                return (long) least;
            }
            if (y >= beyond) {
                return most;
            }
            return y >= 0x1p63 ? (long) (y - 0x1p63) + Long.MIN_VALUE : (long) y;
        };
    }

    private static LongUnaryOperator floatToFloat(
            String to, String from, String integral, Rounding rounding, boolean ftz, boolean sat) {
        boolean narrowing = to.equals("f32") && from.equals("f64");
        if (narrowing != (rounding != null) || integral != null && !to.equals(from)) {
            return null;
        }
        return bitsOfX -> {
            double x = read(bitsOfX, from, ftz);
            double y = integral == null ? x : integral(x, integral);
            if (to.equals("f64")) {
                double z = sat ? y > 0 ? Math.min(y, 1) : 0 : y;
                return z != z ? DoubleOps.NAN : Double.doubleToRawLongBits(z);
            }
            float z = narrowing ? rounding.narrow(y) : (float) y;
            float flushed = ftz ? FloatOps.flush(z) : z;
            return FloatOps.bitsOf(sat ? FloatOps.saturate(flushed) : flushed);
        };
    }

    private static double read(long bits, String from, boolean ftz) {
        if (from.equals("f64")) {
            return Double.longBitsToDouble(bits);
        }
        float x = intBitsToFloat((int) bits);
        return ftz ? FloatOps.flush(x) : x;
    }

    private static double integral(double x, String mode) {
        return switch (mode) {
            case "rni" -> Math.rint(x);
            case "rmi" -> Math.floor(x);
            case "rpi" -> Math.ceil(x);
            default -> x < 0 ? Math.ceil(x) : Math.floor(x);
        };
    }

    /** The lowest bits of x as a number of this integer type. */
    static long extend(long x, String type) {
        return switch (type) {
            case "u8" -> x & 0xff;
            case "s8" -> (byte) x;
            case "u16" -> x & 0xffff;
            case "s16" -> (short) x;
            case "u32" -> x & 0xffffffffL;
            case "s32" -> (int) x;
            default -> x;
        };
    }

    private static Body body(String to, String from, LongUnaryOperator convert) {
        boolean wideTo = RegisterKind.of(to) == RegisterKind.LONG;
        boolean wideFrom = RegisterKind.of(from) == RegisterKind.LONG;
        String cut = to.startsWith("f") ? "s64" : to;
        return (r, q, p, d, a, b, c) -> {
            for (int i = 0; i < N; i++) {
                long y = extend(convert.applyAsLong(wideFrom ? q[a + i] : r[a + i]), cut);
                if (wideTo) {
                    q[d + i] = y;
                } else {
                    r[d + i] = (int) y;
                }
            }
        };
    }
}
