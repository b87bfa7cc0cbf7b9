package io.github.indirec.kernels.sim;

/** Logic and shifts on 32 and 64 bits, and logic on predicates. */
final class BitOps {
    private static final int N = Warp.LANES;

    private BitOps() {}

    /** The instruction of this opcode, or null if it is none of this family. */
    static Signature of(String opcode) {
        Body words = words(opcode);
        if (words != null) {
            return Signature.of(words, "b32", "b32", "b32");
        }
        Body longs = longs(opcode);
        if (longs != null) {
            return opcode.startsWith("sh")
                    ? Signature.of(longs, "b64", "b64", "b32")
                    : Signature.of(longs, "b64", "b64", "b64");
        }
        Signature predicates = predicates(opcode);
        return predicates != null ? predicates : unary(opcode);
    }

    private static Body words(String opcode) {
        return switch (opcode) {
            case "and.b32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[a + i] & r[b + i];
                };
            case "or.b32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[a + i] | r[b + i];
                };
            case "xor.b32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[a + i] ^ r[b + i];
                };
            case "shl.b32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[b + i] >>> 5 != 0 ? 0 : r[a + i] << r[b + i];
                };
            case "shr.u32", "shr.b32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[b + i] >>> 5 != 0 ? 0 : r[a + i] >>> r[b + i];
                };
            case "shr.s32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[a + i] >> (r[b + i] >>> 5 != 0 ? 31 : r[b + i]);
                };
            default -> null;
        };
    }

    private static Body longs(String opcode) {
        return switch (opcode) {
            case "and.b64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = q[a + i] & q[b + i];
                };
            case "or.b64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = q[a + i] | q[b + i];
                };
            case "xor.b64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = q[a + i] ^ q[b + i];
                };
            case "shl.b64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = r[b + i] >>> 6 != 0 ? 0 : q[a + i] << r[b + i];
                };
            case "shr.u64", "shr.b64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = r[b + i] >>> 6 != 0 ? 0 : q[a + i] >>> r[b + i];
                };
            case "shr.s64" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = q[a + i] >> (r[b + i] >>> 6 != 0 ? 63 : r[b + i]);
                };
            default -> null;
        };
    }

    private static Signature predicates(String opcode) {
        return switch (opcode) {
            case "and.pred" ->
                Signature.of(Signature.Rule.AND, (r, q, p, d, a, b, c) -> p[d] = p[a] & p[b], "pred", "pred", "pred");
            case "or.pred" ->
                Signature.of(Signature.Rule.OR, (r, q, p, d, a, b, c) -> p[d] = p[a] | p[b], "pred", "pred", "pred");
            case "xor.pred" -> Signature.of((r, q, p, d, a, b, c) -> p[d] = p[a] ^ p[b], "pred", "pred", "pred");
            case "not.pred" -> Signature.of((r, q, p, d, a, b, c) -> p[d] = ~p[a], "pred", "pred");
            case "mov.pred" -> Signature.of((r, q, p, d, a, b, c) -> p[d] = p[a], "pred", "pred");
            default -> null;
        };
    }

    private static Signature unary(String opcode) {
        return switch (opcode) {
            case "not.b32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = ~r[a + i];
                        },
                        "b32",
                        "b32");
            case "not.b64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) q[d + i] = ~q[a + i];
                        },
                        "b64",
                        "b64");
            case "cnot.b32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = r[a + i] == 0 ? 1 : 0;
                        },
                        "b32",
                        "b32");
            case "brev.b32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = Integer.reverse(r[a + i]);
                        },
                        "b32",
                        "b32");
            case "brev.b64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) q[d + i] = Long.reverse(q[a + i]);
                        },
                        "b64",
                        "b64");
            case "popc.b32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = Integer.bitCount(r[a + i]);
                        },
                        "b32",
                        "b32");
            case "popc.b64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = Long.bitCount(q[a + i]);
                        },
                        "b32",
                        "b64");
            case "clz.b32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = Integer.numberOfLeadingZeros(r[a + i]);
                        },
                        "b32",
                        "b32");
            case "clz.b64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = Long.numberOfLeadingZeros(q[a + i]);
                        },
                        "b32",
                        "b64");
            default -> null;
        };
    }
}
