package io.github.indirec.kernels.sim;

import java.util.List;

/** Cases of atomics and reductions in memory. */
final class AtomicVectors {
    private static final String SHARED = MemoryVectors.SHARED;

    private AtomicVectors() {}

    static List<OpcodeVector> all() {
        VectorList v = new VectorList();
        atomics(v);
        return v.all();
    }

    /** Each lane changes its own word once, which is read back; the old contents are added in. */
    private static void atomics(VectorList v) {
        for (String space : new String[] {"global", "shared"}) {
            word(v, space, "add.u32 add.s32", -5, 3, -2);
            word(v, space, "min.s32", -5, 3, -5);
            word(v, space, "max.s32", -5, 3, 3);
            word(v, space, "min.u32", -5, 3, 3);
            word(v, space, "max.u32", -5, 3, -5);
            word(v, space, "and.b32", 12, 10, 8);
            word(v, space, "or.b32", 12, 10, 14);
            word(v, space, "xor.b32", 12, 10, 6);
            word(v, space, "inc.u32", 12, 10, 0);
            word(v, space, "inc.u32", 9, 10, 10);
            word(v, space, "dec.u32", 0, 10, 10);
            word(v, space, "dec.u32", 9, 10, 8);
            word(
                    v,
                    space,
                    "add.f32",
                    Float.floatToRawIntBits(1.5f),
                    Float.floatToRawIntBits(2f),
                    Float.floatToRawIntBits(3.5f));
            longWord(v, space, "add.u64", -5L, 3L, -2L);
            longWord(v, space, "min.s64", -5L, 3L, -5L);
            longWord(v, space, "max.u64", -5L, 3L, -5L);
            longWord(v, space, "min.u64", -5L, 3L, 3L);
            longWord(v, space, "max.s64", -5L, 3L, 3L);
            longWord(v, space, "and.b64", 12L, 10L, 8L);
            longWord(v, space, "or.b64", 12L, 10L, 14L);
            longWord(v, space, "xor.b64", 12L, 10L, 6L);
            longWord(
                    v,
                    space,
                    "add.f64",
                    Double.doubleToRawLongBits(1.5),
                    Double.doubleToRawLongBits(2),
                    Double.doubleToRawLongBits(3.5));
            String at = space.equals("shared") ? SHARED : "mov.u64 %rd4, %rd1;\n";
            String fill = at + "st." + space + ".u32 [%rd4], 9;\n";
            MemoryVectors.one(v, "atom." + space + ".exch.b32", fill + "OPCODE %r9, [%rd4], 4;", "b32", 9);
            MemoryVectors.one(
                    v,
                    "atom." + space + ".exch.b32",
                    fill + "OPCODE %r10, [%rd4], 4; ld." + space + ".u32 %r9, [%rd4];",
                    "b32",
                    4);
            MemoryVectors.one(
                    v,
                    "atom." + space + ".cas.b32",
                    fill + "OPCODE %r10, [%rd4], 9, 4; ld." + space + ".u32 %r9, [%rd4];",
                    "b32",
                    4);
            MemoryVectors.one(
                    v,
                    "atom." + space + ".cas.b32",
                    fill + "OPCODE %r10, [%rd4], 8, 4; ld." + space + ".u32 %r9, [%rd4];",
                    "b32",
                    9);
            String wide = at + "st." + space + ".u64 [%rd4], 9;\n";
            MemoryVectors.one(
                    v,
                    "atom." + space + ".exch.b64",
                    wide + "OPCODE %rd10, [%rd4], 4; ld." + space + ".u64 %rd9, [%rd4];",
                    "b64",
                    4);
            MemoryVectors.one(
                    v,
                    "atom." + space + ".cas.b64",
                    wide + "OPCODE %rd10, [%rd4], 9, 4; ld." + space + ".u64 %rd9, [%rd4];",
                    "b64",
                    4);
        }
        // All lanes of the warp on one word: the sum of 32 ones.
        v.body(
                "atom.global.add.u32",
                "mov.u64 %rd4, variable; OPCODE %r10, [%rd4], 1; bar.warp.sync -1; ld.global.u32 %r9, [%rd4];",
                "b32",
                MemoryVectors.lanes(0),
                MemoryVectors.all(39));
        v.body(
                "red.shared.add.u32",
                ".shared .align 4 .b8 sum[4]; setp.eq.s32 %p1, %r0, 0; @%p1 st.shared.u32 [sum], 3; bar.warp.sync -1;\n"
                        + "OPCODE [sum], 2; bar.warp.sync -1; ld.shared.u32 %r9, [sum];",
                "b32",
                MemoryVectors.lanes(0),
                MemoryVectors.all(67));
    }

    private static void word(VectorList v, String space, String operations, int old, int operand, int result) {
        String at = (space.equals("shared") ? SHARED : "mov.u64 %rd4, %rd1;\n")
                + "mov.b32 %r10, " + old + "; mov.b32 %r11, " + operand + "; mov.b32 %f10, %r10; mov.b32 %f11, %r11;\n"
                + "st." + space + ".b32 [%rd4], %r10;\n";
        for (String operation : operations.split(" ")) {
            boolean floating = operation.endsWith("f32");
            String x = floating ? "%f11" : "%r11";
            String load = " ld." + space + ".b32 %r9, [%rd4];";
            MemoryVectors.one(
                    v,
                    "atom." + space + "." + operation,
                    at + "OPCODE " + (floating ? "%f12" : "%r12") + ", [%rd4], " + x + ";" + load,
                    "b32",
                    result & 0xffffffffL);
            MemoryVectors.one(
                    v,
                    "atom." + space + "." + operation,
                    at + (floating ? "OPCODE %f12, [%rd4], %f11; mov.b32 %r9, %f12;" : "OPCODE %r9, [%rd4], %r11;"),
                    "b32",
                    old & 0xffffffffL);
            MemoryVectors.one(
                    v,
                    "red." + space + "." + operation,
                    at + "OPCODE [%rd4], " + x + ";" + load,
                    "b32",
                    result & 0xffffffffL);
        }
    }

    private static void longWord(VectorList v, String space, String operation, long old, long operand, long result) {
        boolean floating = operation.endsWith("f64");
        String at = (space.equals("shared") ? SHARED : "mov.u64 %rd4, %rd1;\n")
                + "mov.b64 %rd10, " + old + "; mov.b64 %rd11, " + operand + "; mov.b64 %fd11, %rd11;\n"
                + "st." + space + ".b64 [%rd4], %rd10;\n";
        String x = floating ? "%fd11" : "%rd11";
        String load = " ld." + space + ".b64 %rd9, [%rd4];";
        MemoryVectors.one(
                v,
                "atom." + space + "." + operation,
                at + "OPCODE " + (floating ? "%fd12" : "%rd12") + ", [%rd4], " + x + ";" + load,
                "b64",
                result);
        MemoryVectors.one(v, "red." + space + "." + operation, at + "OPCODE [%rd4], " + x + ";" + load, "b64", result);
    }
}
