package io.github.indirec.kernels.sim;

import static java.lang.Double.longBitsToDouble;
import static java.lang.Float.intBitsToFloat;

/** setp: comparisons, alone or combined with a predicate; and selp. */
final class CompareOps {
    private static final int N = Warp.LANES;

    private CompareOps() {}

    /** The instruction of this opcode, or null if it is none of this family. */
    static Signature of(String opcode) {
        Opcode parts = new Opcode(opcode);
        return switch (parts.name()) {
            case "setp" -> comparison(parts);
            case "selp" -> selection(parts);
            default -> null;
        };
    }

    private static Signature comparison(Opcode parts) {
        String relation = parts.next();
        String combination = parts.takeAny("and", "or", "xor");
        boolean ftz = parts.take("ftz");
        String type = parts.next();
        if (!parts.isEmpty() || ftz && !type.equals("f32")) {
            return null;
        }
        Body compare =
                switch (type) {
                    case "b16", "u16", "b32", "u32" -> unsigned(relation, type);
                    case "s16" -> shorts(relation);
                    case "s32" -> ints(relation);
                    case "b64", "u64" -> unsignedLongs(relation, type);
                    case "s64" -> longs(relation);
                    case "f32" -> floating(relation, false, ftz);
                    case "f64" -> floating(relation, true, false);
                    default -> null;
                };
        if (compare == null) {
            return null;
        }
        if (combination == null) {
            return Signature.of(compare, "pred", type, type);
        }
        Body combined = (r, q, p, d, a, b, c) -> {
            int other = p[c];
            compare.run(r, q, p, d, a, b, c);
            p[d] = switch (combination) {
                case "and" -> p[d] & other;
                case "or" -> p[d] | other;
                default -> p[d] ^ other;
            };
        };
        return Signature.of(combined, "pred", type, type, "pred");
    }

    private static Body ints(String relation) {
        return switch (relation) {
            case "eq" ->
                (r, q, p, d, a, b, c) -> {
                    int bits = 0;
                    for (int i = 0; i < N; i++) bits |= r[a + i] == r[b + i] ? 1 << i : 0;
                    p[d] = bits;
                };
            case "ne" ->
                (r, q, p, d, a, b, c) -> {
                    int bits = 0;
                    for (int i = 0; i < N; i++) bits |= r[a + i] != r[b + i] ? 1 << i : 0;
                    p[d] = bits;
                };
            case "lt" ->
                (r, q, p, d, a, b, c) -> {
                    int bits = 0;
                    for (int i = 0; i < N; i++) bits |= r[a + i] < r[b + i] ? 1 << i : 0;
                    p[d] = bits;
                };
            case "le" ->
                (r, q, p, d, a, b, c) -> {
                    int bits = 0;
                    for (int i = 0; i < N; i++) bits |= r[a + i] <= r[b + i] ? 1 << i : 0;
                    p[d] = bits;
                };
            case "gt" -> swapped(ints("lt"));
            case "ge" -> swapped(ints("le"));
            default -> null;
        };
    }

    private static Body shorts(String relation) {
        return ordered(relation, (r, q, x, y) -> Short.compare((short) r[x], (short) r[y]));
    }

    private static Body unsigned(String relation, String type) {
        if (relation.equals("eq") || relation.equals("ne")) {
            return ints(relation);
        }
        return type.startsWith("b")
                ? null
                : ordered(plain(relation), (r, q, x, y) -> Integer.compareUnsigned(r[x], r[y]));
    }

    private static Body longs(String relation) {
        return ordered(relation, (r, q, x, y) -> Long.compare(q[x], q[y]));
    }

    private static Body unsignedLongs(String relation, String type) {
        return type.startsWith("b") && !relation.equals("eq") && !relation.equals("ne")
                ? null
                : ordered(plain(relation), (r, q, x, y) -> Long.compareUnsigned(q[x], q[y]));
    }

    /** lo, ls, hi, hs are other names of lt, le, gt, ge without sign. */
    private static String plain(String relation) {
        return switch (relation) {
            case "lo" -> "lt";
            case "ls" -> "le";
            case "hi" -> "gt";
            case "hs" -> "ge";
            default -> relation;
        };
    }

    private static Body swapped(Body body) {
        return (r, q, p, d, a, b, c) -> body.run(r, q, p, d, b, a, c);
    }

    /** Order of two registers' lanes: negative, zero or positive. */
    @FunctionalInterface
    private interface Order {
        int of(int[] r, long[] q, int x, int y);
    }

    private static Body ordered(String relation, Order order) {
        return switch (relation) {
            case "eq" ->
                (r, q, p, d, a, b, c) -> {
                    int bits = 0;
                    for (int i = 0; i < N; i++) bits |= order.of(r, q, a + i, b + i) == 0 ? 1 << i : 0;
                    p[d] = bits;
                };
            case "ne" ->
                (r, q, p, d, a, b, c) -> {
                    int bits = 0;
                    for (int i = 0; i < N; i++) bits |= order.of(r, q, a + i, b + i) != 0 ? 1 << i : 0;
                    p[d] = bits;
                };
            case "lt" ->
                (r, q, p, d, a, b, c) -> {
                    int bits = 0;
                    for (int i = 0; i < N; i++) bits |= order.of(r, q, a + i, b + i) < 0 ? 1 << i : 0;
                    p[d] = bits;
                };
            case "le" ->
                (r, q, p, d, a, b, c) -> {
                    int bits = 0;
                    for (int i = 0; i < N; i++) bits |= order.of(r, q, a + i, b + i) <= 0 ? 1 << i : 0;
                    p[d] = bits;
                };
            case "gt" -> swapped(ordered("lt", order));
            case "ge" -> swapped(ordered("le", order));
            default -> null;
        };
    }

    /** Floating relations: true for one of less, equal, greater, unordered, as bits 1, 2, 4, 8. */
    private static Body floating(String relation, boolean wide, boolean ftz) {
        int truth =
                switch (relation) {
                    case "lt" -> 1;
                    case "eq" -> 2;
                    case "le" -> 3;
                    case "gt" -> 4;
                    case "ne" -> 5;
                    case "ge" -> 6;
                    case "num" -> 7;
                    case "nan" -> 8;
                    case "ltu" -> 9;
                    case "equ" -> 10;
                    case "leu" -> 11;
                    case "gtu" -> 12;
                    case "neu" -> 13;
                    case "geu" -> 14;
                    default -> 0;
                };
        if (truth == 0) {
            return null;
        }
        if (wide) {
            return (r, q, p, d, a, b, c) -> {
                int bits = 0;
                for (int i = 0; i < N; i++) {
                    bits |= (truth >> outcome(longBitsToDouble(q[a + i]), longBitsToDouble(q[b + i])) & 1) << i;
                }
                p[d] = bits;
            };
        }
        return (r, q, p, d, a, b, c) -> {
            int bits = 0;
            for (int i = 0; i < N; i++) {
                float x = intBitsToFloat(r[a + i]);
                float y = intBitsToFloat(r[b + i]);
                bits |= (truth >> (ftz ? outcome(FloatOps.flush(x), FloatOps.flush(y)) : outcome(x, y)) & 1) << i;
            }
            p[d] = bits;
        };
    }

    private static int outcome(double x, double y) {
        return x < y ? 0 : x == y ? 1 : x > y ? 2 : 3;
    }

    private static Signature selection(Opcode parts) {
        String type = parts.next();
        RegisterKind kind = type.isEmpty() ? null : RegisterKind.of(type);
        if (!parts.isEmpty() || kind == null || kind == RegisterKind.PREDICATE || RegisterKind.bits(type) == 8) {
            return null;
        }
        Body body = kind == RegisterKind.INT
                ? (r, q, p, d, a, b, c) -> {
                    int choice = p[c];
                    for (int i = 0; i < N; i++) r[d + i] = (choice >> i & 1) != 0 ? r[a + i] : r[b + i];
                }
                : (r, q, p, d, a, b, c) -> {
                    int choice = p[c];
                    for (int i = 0; i < N; i++) q[d + i] = (choice >> i & 1) != 0 ? q[a + i] : q[b + i];
                };
        return Signature.of(Signature.Rule.SELECT, body, type, type, type, "pred");
    }
}
