package io.github.indirec.kernels.sim;

/** Integer arithmetic on 32 bits, and from 32 to 64 bits. */
final class IntegerOps {
    private static final int N = Warp.LANES;

    private IntegerOps() {}

    /** The instruction of this opcode, or null if it is none of this family. */
    static Signature of(String opcode) {
        Body two = binary(opcode);
        if (two != null) {
            return Signature.of(two, "b32", "b32", "b32");
        }
        Body wide = wide(opcode);
        if (wide != null) {
            return opcode.startsWith("mul")
                    ? Signature.of(wide, "b64", "b32", "b32")
                    : Signature.of(wide, "b64", "b32", "b32", "b64");
        }
        Body one = unary(opcode);
        if (one != null) {
            return Signature.of(one, "b32", "b32");
        }
        Body three = ternary(opcode);
        return three == null ? null : Signature.of(three, "b32", "b32", "b32", "b32");
    }

    private static Body binary(String opcode) {
        return switch (opcode) {
            case "add.s32", "add.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[a + i] + r[b + i];
                };
            case "sub.s32", "sub.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[a + i] - r[b + i];
                };
            case "mul.lo.s32", "mul.lo.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[a + i] * r[b + i];
                };
            case "mul.hi.s32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = (int) ((long) r[a + i] * r[b + i] >> 32);
                };
            case "mul.hi.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = (int) (unsigned(r[a + i]) * unsigned(r[b + i]) >>> 32);
                };
            case "mul24.lo.s32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = (r[a + i] << 8 >> 8) * (r[b + i] << 8 >> 8);
                };
            case "mul24.lo.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = (r[a + i] & 0xffffff) * (r[b + i] & 0xffffff);
                };
            case "div.s32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[b + i] == 0 ? -1 : r[a + i] / r[b + i];
                };
            case "div.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++)
                        r[d + i] = r[b + i] == 0 ? -1 : Integer.divideUnsigned(r[a + i], r[b + i]);
                };
            case "rem.s32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[b + i] == 0 ? r[a + i] : r[a + i] % r[b + i];
                };
            case "rem.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) {
                        r[d + i] = r[b + i] == 0 ? r[a + i] : Integer.remainderUnsigned(r[a + i], r[b + i]);
                    }
                };
            case "min.s32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = Math.min(r[a + i], r[b + i]);
                };
            case "max.s32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = Math.max(r[a + i], r[b + i]);
                };
            case "min.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = (int) Math.min(unsigned(r[a + i]), unsigned(r[b + i]));
                };
            case "max.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = (int) Math.max(unsigned(r[a + i]), unsigned(r[b + i]));
                };
            default -> null;
        };
    }

    private static Body unary(String opcode) {
        return switch (opcode) {
            case "abs.s32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = Math.abs(r[a + i]);
                };
            case "neg.s32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = -r[a + i];
                };
            default -> null;
        };
    }

    private static Body ternary(String opcode) {
        return switch (opcode) {
            case "mad.lo.s32", "mad.lo.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[a + i] * r[b + i] + r[c + i];
                };
            case "mad.hi.s32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = (int) ((long) r[a + i] * r[b + i] >> 32) + r[c + i];
                };
            case "mad.hi.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) {
                        r[d + i] = (int) (unsigned(r[a + i]) * unsigned(r[b + i]) >>> 32) + r[c + i];
                    }
                };
            case "sad.s32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) r[d + i] = r[c + i] + (int) Math.abs((long) r[a + i] - r[b + i]);
                };
            case "sad.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) {
                        r[d + i] = r[c + i] + (int) Math.abs(unsigned(r[a + i]) - unsigned(r[b + i]));
                    }
                };
            default -> null;
        };
    }

    private static Body wide(String opcode) {
        return switch (opcode) {
            case "mul.wide.s32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = (long) r[a + i] * r[b + i];
                };
            case "mul.wide.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = unsigned(r[a + i]) * unsigned(r[b + i]);
                };
            case "mad.wide.s32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = (long) r[a + i] * r[b + i] + q[c + i];
                };
            case "mad.wide.u32" ->
                (r, q, p, d, a, b, c) -> {
                    for (int i = 0; i < N; i++) q[d + i] = unsigned(r[a + i]) * unsigned(r[b + i]) + q[c + i];
                };
            default -> null;
        };
    }

    static long unsigned(int x) {
        return x & 0xffffffffL;
    }
}
