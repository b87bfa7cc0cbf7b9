package io.github.indirec.kernels.sim;

/** Integer arithmetic on 64 bits. */
final class LongOps {
    private static final int N = Warp.LANES;

    private LongOps() {}

    /** The instruction of this opcode, or null if it is none of this family. */
    static Signature of(String opcode) {
        Body two = binary(opcode);
        if (two != null) {
            return Signature.of(two, "b64", "b64", "b64");
        }
        return switch (opcode) {
            case "mad.lo.s64", "mad.lo.u64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) q[d + i] = q[a + i] * q[b + i] + q[c + i];
                        },
                        "b64",
                        "b64",
                        "b64",
                        "b64");
            case "mad.hi.s64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) q[d + i] = Math.multiplyHigh(q[a + i], q[b + i]) + q[c + i];
                        },
                        "b64",
                        "b64",
                        "b64",
                        "b64");
            case "mad.hi.u64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) q[d + i] = highUnsigned(q[a + i], q[b + i]) + q[c + i];
                        },
                        "b64",
                        "b64",
                        "b64",
                        "b64");
            case "abs.s64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) q[d + i] = Math.abs(q[a + i]);
                        },
                        "b64",
                        "b64");
            case "neg.s64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) q[d + i] = -q[a + i];
                        },
                        "b64",
                        "b64");
            default -> null;
        };
    }

    private static Body binary(String opcode) {
        return switch (opcode) {
            case "add.s64", "add.u64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = q[a + i] + q[b + i];
                };
            case "sub.s64", "sub.u64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = q[a + i] - q[b + i];
                };
            case "mul.lo.s64", "mul.lo.u64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = q[a + i] * q[b + i];
                };
            case "mul.hi.s64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = Math.multiplyHigh(q[a + i], q[b + i]);
                };
            case "mul.hi.u64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = highUnsigned(q[a + i], q[b + i]);
                };
            case "div.s64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = q[b + i] == 0 ? -1 : q[a + i] / q[b + i];
                };
            case "div.u64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = q[b + i] == 0 ? -1 : Long.divideUnsigned(q[a + i], q[b + i]);
                };
            case "rem.s64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = q[b + i] == 0 ? q[a + i] : q[a + i] % q[b + i];
                };
            case "rem.u64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) {
                        q[d + i] = q[b + i] == 0 ? q[a + i] : Long.remainderUnsigned(q[a + i], q[b + i]);
                    }
                };
            case "min.s64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = Math.min(q[a + i], q[b + i]);
                };
            case "max.s64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = Math.max(q[a + i], q[b + i]);
                };
            case "min.u64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) {
                        q[d + i] = Long.compareUnsigned(q[a + i], q[b + i]) <= 0 ? q[a + i] : q[b + i];
                    }
                };
            case "max.u64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) {
                        q[d + i] = Long.compareUnsigned(q[a + i], q[b + i]) >= 0 ? q[a + i] : q[b + i];
                    }
                };
            default -> null;
        };
    }

    /** Upper half of an unsigned product; Math.unsignedMultiplyHigh is not in Java 17. */
    static long highUnsigned(long a, long b) {
        return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
    }
}
