package io.github.indirec.kernels.sim;

/** Bit fields, funnel shifts, byte permutations and three-input logic. */
final class FieldOps {
    private static final int N = Warp.LANES;

    private FieldOps() {}

    /** The instruction of this opcode, or null if it is none of this family. */
    static Signature of(String opcode) {
        Signature find = find(opcode);
        if (find != null) {
            return find;
        }
        return switch (opcode) {
            case "bfe.u32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++)
                                r[d + i] = (int) extract(r[a + i] & 0xffffffffL, 32, r[b + i], r[c + i], false);
                        },
                        "b32",
                        "b32",
                        "b32",
                        "b32");
            case "bfe.s32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++)
                                r[d + i] = (int) extract(r[a + i], 32, r[b + i], r[c + i], true);
                        },
                        "b32",
                        "b32",
                        "b32",
                        "b32");
            case "bfe.u64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) q[d + i] = extract(q[a + i], 64, r[b + i], r[c + i], false);
                        },
                        "b64",
                        "b64",
                        "b32",
                        "b32");
            case "bfe.s64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) q[d + i] = extract(q[a + i], 64, r[b + i], r[c + i], true);
                        },
                        "b64",
                        "b64",
                        "b32",
                        "b32");
            case "shf.l.wrap.b32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = left(r[a + i], r[b + i], r[c + i] & 31);
                        },
                        "b32",
                        "b32",
                        "b32",
                        "b32");
            case "shf.l.clamp.b32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = left(r[a + i], r[b + i], clamp(r[c + i]));
                        },
                        "b32",
                        "b32",
                        "b32",
                        "b32");
            case "shf.r.wrap.b32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = (int) (pair(r[a + i], r[b + i]) >>> (r[c + i] & 31));
                        },
                        "b32",
                        "b32",
                        "b32",
                        "b32");
            case "shf.r.clamp.b32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = (int) (pair(r[a + i], r[b + i]) >>> clamp(r[c + i]));
                        },
                        "b32",
                        "b32",
                        "b32",
                        "b32");
            case "prmt.b32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = permute(pair(r[a + i], r[b + i]), r[c + i]);
                        },
                        "b32",
                        "b32",
                        "b32",
                        "b32");
            default -> null;
        };
    }

    private static Signature find(String opcode) {
        if (!opcode.startsWith("bfind.")) {
            return null;
        }
        boolean shift = opcode.startsWith("bfind.shiftamt.");
        String type = opcode.substring(opcode.lastIndexOf('.') + 1);
        if (!opcode.equals((shift ? "bfind.shiftamt." : "bfind.") + type)) {
            return null;
        }
        return switch (type) {
            case "u32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = highest(r[a + i] & 0xffffffffL, 32, shift);
                        },
                        "b32",
                        "b32");
            case "s32" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = highest(r[a + i] ^ r[a + i] >> 31, 32, shift);
                        },
                        "b32",
                        "b32");
            case "u64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = highest(q[a + i], 64, shift);
                        },
                        "b32",
                        "b64");
            case "s64" ->
                Signature.of(
                        (r, q, p, d, a, b, c) -> {
                            for (int i = 0; i < N; i++) r[d + i] = highest(q[a + i] ^ q[a + i] >> 63, 64, shift);
                        },
                        "b32",
                        "b64");
            default -> null;
        };
    }

    /** bfi: the lowest bits of a put into b; position in c, length in e. */
    static Body insertWords(int e) {
        return (r, q, p, d, a, b, c) -> {
            for (int i = 0; i < N; i++) r[d + i] = (int) insert(r[a + i], r[b + i], 32, r[c + i], r[e + i]);
        };
    }

    static Body insertLongs(int e) {
        return (r, q, p, d, a, b, c) -> {
            for (int i = 0; i < N; i++) q[d + i] = insert(q[a + i], q[b + i], 64, r[c + i], r[e + i]);
        };
    }

    /** lop3: bit by bit, the table's bit number 4 a + 2 b + c. */
    static Body logic(int table) {
        return (r, q, p, d, a, b, c) -> {
            for (int i = 0; i < N; i++) {
                int x = r[a + i];
                int y = r[b + i];
                int z = r[c + i];
                int result = 0;
                for (int t = 0; t < 8; t++) {
                    if ((table >> t & 1) != 0) {
                        result |= ((t & 4) != 0 ? x : ~x) & ((t & 2) != 0 ? y : ~y) & ((t & 1) != 0 ? z : ~z);
                    }
                }
                r[d + i] = result;
            }
        };
    }

    private static int highest(long x, int width, boolean shift) {
        int position = 63 - Long.numberOfLeadingZeros(x);
        return position < 0 ? -1 : shift ? width - 1 - position : position;
    }

    private static int clamp(int count) {
        return count >>> 5 != 0 ? 32 : count;
    }

    private static long pair(int low, int high) {
        return (long) high << 32 | low & 0xffffffffL;
    }

    private static int left(int low, int high, int count) {
        return (int) (pair(low, high) << count >>> 32);
    }

    private static long extract(long x, int width, int position, int length, boolean signed) {
        int from = position & 0xff;
        int count = length & 0xff;
        if (count == 0) {
            return 0;
        }
        long sign = signed ? x >> Math.min(from + count - 1, width - 1) & 1 : 0;
        long low = from >= width ? 0 : (width == 32 ? x & 0xffffffffL : x) >>> from;
        int valid = Math.min(count, Math.max(0, width - from));
        long field = valid == 64 ? low : low & (1L << valid) - 1;
        return sign == 0 || valid == 64 ? field : field | -1L << valid;
    }

    private static long insert(long x, long into, int width, int position, int length) {
        int from = position & 0xff;
        int count = Math.min(length & 0xff, width - from);
        if (count <= 0) {
            return into;
        }
        long mask = (count == 64 ? -1L : (1L << count) - 1) << from;
        return into & ~mask | x << from & mask;
    }

    private static int permute(long bytes, int selector) {
        int result = 0;
        for (int i = 0; i < 4; i++) {
            int choice = selector >>> 4 * i & 15;
            int value = (byte) (bytes >>> 8 * (choice & 7));
            result |= ((choice & 8) != 0 ? value >> 7 & 0xff : value & 0xff) << 8 * i;
        }
        return result;
    }
}
