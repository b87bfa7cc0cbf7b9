package io.github.indirec.kernels.sim;

/** mov of whole registers, and cvta between address spaces: an addition of the window's start. */
final class MoveOps {
    private static final int N = Warp.LANES;

    private MoveOps() {}

    /** The instruction of this opcode, or null if it is none of this family. */
    static Signature of(String opcode) {
        return switch (opcode) {
            case "mov.b16", "mov.u16", "mov.s16" -> Signature.of(words(), "b16", "b16");
            case "mov.b32", "mov.u32", "mov.s32" -> Signature.of(words(), "b32", "b32");
            case "mov.f32" -> Signature.of(words(), "f32", "f32");
            case "mov.b64", "mov.u64", "mov.s64" -> Signature.of(shifted(0), "b64", "b64");
            case "mov.f64" -> Signature.of(shifted(0), "f64", "f64");
            case "cvta.to.global.u64", "cvta.global.u64", "cvta.to.const.u64", "cvta.const.u64" ->
                Signature.of(shifted(0), "u64", "u64");
            case "cvta.shared.u64" -> Signature.of(shifted(Space.SHARED.window()), "u64", "u64");
            case "cvta.to.shared.u64" -> Signature.of(shifted(-Space.SHARED.window()), "u64", "u64");
            case "cvta.local.u64" -> Signature.of(shifted(Space.LOCAL.window()), "u64", "u64");
            case "cvta.to.local.u64" -> Signature.of(shifted(-Space.LOCAL.window()), "u64", "u64");
            default -> null;
        };
    }

    private static Body words() {
        return (r, q, p, d, a, b, c) -> {
            for (int i = 0; i < N; i++) r[d + i] = r[a + i];
        };
    }

    private static Body shifted(long offset) {
        return (r, q, p, d, a, b, c) -> {
            for (int i = 0; i < N; i++) q[d + i] = q[a + i] + offset;
        };
    }

    /** mov.b64 d, {a, b}. */
    static final Body PACK_LONG = (r, q, p, d, a, b, c) -> {
        for (int i = 0; i < N; i++) q[d + i] = (long) r[b + i] << 32 | r[a + i] & 0xffffffffL;
    };

    /** mov.b32 d, {a, b}. */
    static final Body PACK_WORD = (r, q, p, d, a, b, c) -> {
        for (int i = 0; i < N; i++) r[d + i] = r[b + i] << 16 | r[a + i];
    };

    static final Body LOW_WORD = (r, q, p, d, a, b, c) -> {
        for (int i = 0; i < N; i++) r[d + i] = (int) q[a + i];
    };

    static final Body HIGH_WORD = (r, q, p, d, a, b, c) -> {
        for (int i = 0; i < N; i++) r[d + i] = (int) (q[a + i] >>> 32);
    };

    static final Body LOW_HALF = (r, q, p, d, a, b, c) -> {
        for (int i = 0; i < N; i++) r[d + i] = r[a + i] & 0xffff;
    };

    static final Body HIGH_HALF = (r, q, p, d, a, b, c) -> {
        for (int i = 0; i < N; i++) r[d + i] = r[a + i] >>> 16;
    };
}
