package io.github.indirec.kernels.sim;

import java.util.List;

/** Cases of comparisons and selections. */
final class CompareVectors {
    private static final String[] RELATIONS = {"eq", "ne", "lt", "le", "gt", "ge"};
    /** Which relations hold when the first operand is less, equal, greater. */
    private static final boolean[][] TRUTH = {
        {false, true, true, true, false, false},
        {true, false, false, true, false, true},
        {false, true, false, false, true, true}
    };

    private CompareVectors() {}

    static List<OpcodeVector> all() {
        VectorList v = new VectorList();
        integers(v);
        floats(v);
        combined(v);
        negated(v);
        selections(v);
        return v.all();
    }

    private static void order(VectorList v, String type, Object less, Object greater) {
        for (int r = 0; r < RELATIONS.length; r++) {
            String opcode = "setp." + RELATIONS[r] + "." + type;
            v.add(opcode, TRUTH[0][r], less, greater)
                    .add(opcode, TRUTH[1][r], less, less)
                    .add(opcode, TRUTH[2][r], greater, less);
        }
    }

    private static void integers(VectorList v) {
        order(v, "s32", -1, 1);
        order(v, "u32", 1, -1);
        order(v, "s64", -1L, 1L);
        order(v, "u64", 1L, -1L);
        order(v, "s16", (short) -1, (short) 1);
        order(v, "u16", (short) 1, (short) -1);
        v.add("setp.eq.b32", true, 5, 5)
                .add("setp.ne.b32", true, 5, 6)
                .add("setp.eq.b64", false, 5L, 6L)
                .add("setp.ne.b64", false, 5L, 5L);
        v.add("setp.eq.b16", true, (short) -1, (short) -1).add("setp.ne.b16", false, (short) -1, (short) -1);
        v.add("setp.lo.u32", true, 1, -1)
                .add("setp.ls.u32", true, 1, 1)
                .add("setp.hi.u32", true, -1, 1)
                .add("setp.hs.u32", false, 1, -1);
        v.add("setp.lo.u64", true, 1L, -1L)
                .add("setp.ls.u64", true, 1L, 1L)
                .add("setp.hi.u64", true, -1L, 1L)
                .add("setp.hs.u64", false, 1L, -1L);
    }

    private static void floats(VectorList v) {
        order(v, "f32", -1f, 1f);
        order(v, "f64", -1.0, 1.0);
        for (String r : RELATIONS) {
            boolean ordered = r.equals("eq") || r.equals("le") || r.equals("ge");
            v.add("setp." + r + ".f32", false, Float.NaN, 1f).add("setp." + r + ".f32", false, 1f, Float.NaN);
            v.add("setp." + r + ".f32", ordered, -0f, 0f);
            v.add("setp." + r + "u.f32", true, Float.NaN, 1f).add("setp." + r + "u.f32", ordered, -0f, 0f);
            v.add("setp." + r + "u.f32", r.equals("ne") || r.startsWith("l"), -1f, 1f);
            v.add("setp." + r + ".f64", false, Double.NaN, Double.NaN)
                    .add("setp." + r + "u.f64", true, 1.0, Double.NaN);
            v.add("setp." + r + "u.f64", r.equals("ne") || r.startsWith("g"), 1.0, -1.0);
            v.add("setp." + r + ".ftz.f32", ordered, 0x1p-127f, 0f);
        }
        v.add("setp.num.f32", true, 1f, 2f).add("setp.num.f32", false, Float.NaN, 2f);
        v.add("setp.nan.f32", false, 1f, 2f).add("setp.nan.f32", true, 2f, Float.NaN);
        v.add("setp.num.f64", true, 1.0, 2.0).add("setp.nan.f64", true, Double.NaN, 2.0);
    }

    /** A comparison that is true, one that is false; each with a true and a false predicate. */
    private static void combined(VectorList v) {
        for (String r : RELATIONS) {
            for (String type : new String[] {"s32", "u32", "f32", "s64", "u64", "f64", "s16", "u16"}) {
                for (boolean equal : new boolean[] {true, false}) {
                    boolean holds = equal
                            ? r.equals("eq") || r.endsWith("e") && !r.equals("ne")
                            : r.equals("ne") || r.startsWith("l");
                    Object one = number(type, 1);
                    Object two = equal ? one : number(type, 2);
                    for (boolean other : new boolean[] {true, false}) {
                        v.add("setp." + r + ".and." + type, holds && other, one, two, other);
                        v.add("setp." + r + ".or." + type, holds || other, one, two, other);
                        v.add("setp." + r + ".xor." + type, holds ^ other, one, two, other);
                    }
                }
            }
        }
    }

    private static Object number(String type, int value) {
        return switch (type) {
            case "f32" -> (Object) (float) value;
            case "f64" -> (double) value;
            case "s64", "u64" -> (long) value;
            case "s16", "u16" -> (short) value;
            default -> value;
        };
    }

    private static void negated(VectorList v) {
        String body = "ld.global.u32 %r10, [%rd1]; ld.global.u32 %r11, [%rd1+8]; setp.ne.s32 %p8, %r11, 0;\n"
                + "OPCODE %p9, %r10, 5, !%p8;";
        List<long[]> inputs = List.of(new long[] {4, 0}, new long[] {4, 1}, new long[] {5, 0}, new long[] {6, 1});
        v.body("setp.lt.and.s32", body, "pred", inputs, List.of(1L, 0L, 0L, 0L));
        v.body("setp.lt.or.s32", body, "pred", inputs, List.of(1L, 1L, 1L, 0L));
    }

    private static void selections(VectorList v) {
        v.add("selp.b32 selp.u32 selp.s32", 1, 1, 2, true).add("selp.b32 selp.u32 selp.s32", 2, 1, 2, false);
        v.add("selp.f32", 1f, 1f, 2f, true)
                .add("selp.f32", -0f, 1f, -0f, false)
                .add("selp.f32", Float.NaN, Float.NaN, 1f, true);
        v.add("selp.b64 selp.u64 selp.s64", 1L, 1L, -2L, true).add("selp.b64 selp.u64 selp.s64", -2L, 1L, -2L, false);
        v.add("selp.f64", 1.0, 1.0, 2.0, true).add("selp.f64", 2.0, 1.0, 2.0, false);
        v.add("selp.b16 selp.u16 selp.s16", (short) 1, (short) 1, (short) -2, true);
        v.add("selp.b16 selp.u16 selp.s16", (short) -2, (short) 1, (short) -2, false);
    }
}
