package io.github.indirec.kernels.sim;

import static java.lang.Double.doubleToRawLongBits;
import static java.lang.Double.longBitsToDouble;

/** Arithmetic on f64, rounded to nearest. */
final class DoubleOps {
    private static final int N = Warp.LANES;
    /** What the hardware gives for any NaN. */
    static final long NAN = 0x7fffffffffffffffL;

    private DoubleOps() {}

    /** A function of one to three doubles. */
    @FunctionalInterface
    private interface Function {
        double apply(double x, double y, double z);
    }

    /** The instruction of this opcode, or null if it is none of this family. */
    static Signature of(String opcode) {
        return switch (opcode) {
            case "add.f64", "add.rn.f64" -> Signature.of(body((x, y, z) -> x + y), "f64", "f64", "f64");
            case "sub.f64", "sub.rn.f64" -> Signature.of(body((x, y, z) -> x - y), "f64", "f64", "f64");
            case "mul.f64", "mul.rn.f64" -> Signature.of(body((x, y, z) -> x * y), "f64", "f64", "f64");
            case "div.rn.f64" -> Signature.of(body((x, y, z) -> x / y), "f64", "f64", "f64");
            case "fma.rn.f64", "mad.rn.f64" -> Signature.of(body(Math::fma), "f64", "f64", "f64", "f64");
            case "rcp.rn.f64" -> Signature.of(body((x, y, z) -> 1 / x), "f64", "f64");
            case "sqrt.rn.f64" -> Signature.of(body((x, y, z) -> Math.sqrt(x)), "f64", "f64");
            case "min.f64" ->
                Signature.of(body((x, y, z) -> x != x ? y : y != y ? x : Math.min(x, y)), "f64", "f64", "f64");
            case "max.f64" ->
                Signature.of(body((x, y, z) -> x != x ? y : y != y ? x : Math.max(x, y)), "f64", "f64", "f64");
            case "neg.f64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) q[d + i] = q[a + i] ^ Long.MIN_VALUE;
                        },
                        "f64",
                        "f64");
            case "abs.f64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) q[d + i] = q[a + i] & Long.MAX_VALUE;
                        },
                        "f64",
                        "f64");
            case "copysign.f64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++)
                                q[d + i] = q[a + i] & Long.MIN_VALUE | q[b + i] & Long.MAX_VALUE;
                        },
                        "f64",
                        "f64",
                        "f64");
            default -> null;
        };
    }

    private static Body body(Function function) {
        return (r, q, p, d, a, b, c) -> {
            for (int i = 0; i < N; i++) {
                double result = function.apply(
                        longBitsToDouble(q[a + i]), longBitsToDouble(q[b + i]), longBitsToDouble(q[c + i]));
                q[d + i] = result != result ? NAN : doubleToRawLongBits(result);
            }
        };
    }
}
