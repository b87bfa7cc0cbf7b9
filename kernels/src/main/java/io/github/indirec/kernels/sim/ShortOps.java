package io.github.indirec.kernels.sim;

/** Integer arithmetic on 16 bits; a register keeps them zero-extended. */
final class ShortOps {
    private static final int N = Warp.LANES;
    private static final int M = 0xffff;

    private ShortOps() {}

    /** The instruction of this opcode, or null if it is none of this family. */
    static Signature of(String opcode) {
        Body two = binary(opcode);
        if (two != null) {
            return Signature.of(two, "b16", "b16", "b16");
        }
        return switch (opcode) {
            case "mul.wide.s16" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = (short) r[a + i] * (short) r[b + i];
                        },
                        "b32",
                        "b16",
                        "b16");
            case "mul.wide.u16" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = r[a + i] * r[b + i];
                        },
                        "b32",
                        "b16",
                        "b16");
            case "mad.lo.s16", "mad.lo.u16" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = r[a + i] * r[b + i] + r[c + i] & M;
                        },
                        "b16",
                        "b16",
                        "b16",
                        "b16");
            case "not.b16" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = ~r[a + i] & M;
                        },
                        "b16",
                        "b16");
            case "neg.s16" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = -r[a + i] & M;
                        },
                        "b16",
                        "b16");
            case "abs.s16" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = Math.abs((short) r[a + i]) & M;
                        },
                        "b16",
                        "b16");
            case "shl.b16" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = r[b + i] >>> 4 != 0 ? 0 : r[a + i] << r[b + i] & M;
                        },
                        "b16",
                        "b16",
                        "b32");
            case "shr.u16", "shr.b16" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = r[b + i] >>> 4 != 0 ? 0 : r[a + i] >>> r[b + i];
                        },
                        "b16",
                        "b16",
                        "b32");
            case "shr.s16" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++)
                                r[d + i] = (short) r[a + i] >> (r[b + i] >>> 4 != 0 ? 15 : r[b + i]) & M;
                        },
                        "b16",
                        "b16",
                        "b32");
            default -> null;
        };
    }

    private static Body binary(String opcode) {
        return switch (opcode) {
            case "add.s16", "add.u16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[a + i] + r[b + i] & M;
                };
            case "sub.s16", "sub.u16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[a + i] - r[b + i] & M;
                };
            case "mul.lo.s16", "mul.lo.u16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[a + i] * r[b + i] & M;
                };
            case "mul.hi.s16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = (short) r[a + i] * (short) r[b + i] >> 16 & M;
                };
            case "mul.hi.u16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[a + i] * r[b + i] >>> 16;
                };
            case "div.s16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[b + i] == 0 ? M : (short) r[a + i] / (short) r[b + i] & M;
                };
            case "div.u16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[b + i] == 0 ? M : r[a + i] / r[b + i];
                };
            case "rem.s16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++)
                        r[d + i] = r[b + i] == 0 ? r[a + i] : (short) r[a + i] % (short) r[b + i] & M;
                };
            case "rem.u16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[b + i] == 0 ? r[a + i] : r[a + i] % r[b + i];
                };
            case "min.s16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = (short) r[a + i] <= (short) r[b + i] ? r[a + i] : r[b + i];
                };
            case "max.s16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = (short) r[a + i] >= (short) r[b + i] ? r[a + i] : r[b + i];
                };
            case "min.u16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = Math.min(r[a + i], r[b + i]);
                };
            case "max.u16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = Math.max(r[a + i], r[b + i]);
                };
            case "and.b16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[a + i] & r[b + i];
                };
            case "or.b16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[a + i] | r[b + i];
                };
            case "xor.b16" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[a + i] ^ r[b + i];
                };
            default -> null;
        };
    }
}
