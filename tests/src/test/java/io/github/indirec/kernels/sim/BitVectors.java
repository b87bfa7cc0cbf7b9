package io.github.indirec.kernels.sim;

import java.util.ArrayList;
import java.util.List;

/** Cases of logic, shifts, bit fields and permutations. */
final class BitVectors {
    private static final int MIN = Integer.MIN_VALUE;

    private BitVectors() {}

    static List<OpcodeVector> all() {
        VectorList v = new VectorList();
        logic(v);
        shifts(v);
        counts(v);
        fields(v);
        predicates(v);
        List<OpcodeVector> all = new ArrayList<>(v.all());
        all.addAll(tables());
        return all;
    }

    private static void logic(VectorList v) {
        v.add("and.b32", 0x0f00, 0xff00, 0x0f0f)
                .add("or.b32", 0xff0f, 0xff00, 0x0f0f)
                .add("xor.b32", 0xf00f, 0xff00, 0x0f0f);
        v.add("not.b32", -1, 0)
                .add("not.b32", 0x0ff00fff, 0xf00ff000)
                .add("cnot.b32", 1, 0)
                .add("cnot.b32", 0, MIN);
        v.add("and.b64", 0x0f00000000000000L, 0xff000000000000f0L, 0x0f0000000000000fL);
        v.add("or.b64", 0xff000000000000ffL, 0xff000000000000f0L, 0x0f0000000000000fL);
        v.add("xor.b64", 0xf0000000000000ffL, 0xff000000000000f0L, 0x0f0000000000000fL);
        v.add("not.b64", -1L, 0L).add("not.b64", 0x00000000ffffffffL, 0xffffffff00000000L);
    }

    private static void shifts(VectorList v) {
        v.add("shl.b32", 0x10, 1, 4)
                .add("shl.b32", MIN, -1, 31)
                .add("shl.b32", 0, -1, 32)
                .add("shl.b32", 0, -1, -1);
        v.add("shl.b32", -1, -1, 0);
        v.add("shr.u32 shr.b32", 1, MIN, 31).add("shr.u32 shr.b32", 0, -1, 32).add("shr.u32 shr.b32", 0, -1, MIN);
        v.add("shr.s32", -1, MIN, 31)
                .add("shr.s32", -1, MIN, 32)
                .add("shr.s32", 0, 5, 77)
                .add("shr.s32", -2, -8, 2);
        v.add("shl.b64", 1L << 40, 1L, 40).add("shl.b64", 0L, -1L, 64).add("shl.b64", 1L << 32, 1L, 32);
        v.add("shr.u64 shr.b64", 1L, -1L, 63).add("shr.u64 shr.b64", 0L, -1L, 64);
        v.add("shr.s64", -1L, Long.MIN_VALUE, 63)
                .add("shr.s64", -1L, Long.MIN_VALUE, 100)
                .add("shr.s64", 0L, 1L, 64);
        v.add("shf.l.wrap.b32", 0x89abcdef, 0x01234567, 0x89abcdef, 0);
        v.add("shf.l.wrap.b32", 0x9abcdef0, 0x01234567, 0x89abcdef, 4);
        v.add("shf.l.wrap.b32", 0x9abcdef0, 0x01234567, 0x89abcdef, 36);
        v.add("shf.l.clamp.b32", 0x9abcdef0, 0x01234567, 0x89abcdef, 4);
        v.add("shf.l.clamp.b32", 0x01234567, 0x01234567, 0x89abcdef, 36);
        v.add("shf.l.clamp.b32", 0x01234567, 0x01234567, 0x89abcdef, 32);
        v.add("shf.r.wrap.b32", 0x01234567, 0x01234567, 0x89abcdef, 32);
        v.add("shf.r.wrap.b32", 0xf0123456, 0x01234567, 0x89abcdef, 4);
        v.add("shf.r.clamp.b32", 0x89abcdef, 0x01234567, 0x89abcdef, 32);
        v.add("shf.r.clamp.b32", 0xf0123456, 0x01234567, 0x89abcdef, 4);
    }

    private static void counts(VectorList v) {
        v.add("popc.b32", 0, 0).add("popc.b32", 32, -1).add("popc.b32", 1, MIN);
        v.add("popc.b64", 64, -1L).add("popc.b64", 1, Long.MIN_VALUE).add("popc.b64", 0, 0L);
        v.add("clz.b32", 32, 0).add("clz.b32", 0, -1).add("clz.b32", 31, 1);
        v.add("clz.b64", 64, 0L).add("clz.b64", 0, -1L).add("clz.b64", 32, 0xffffffffL);
        v.add("brev.b32", MIN, 1).add("brev.b32", 0x1e6a2c48, 0x12345678);
        v.add("brev.b64", Long.MIN_VALUE, 1L).add("brev.b64", 1L << 31, 1L << 32);
        v.add("bfind.u32", -1, 0).add("bfind.u32", 31, -1).add("bfind.u32", 4, 0x1f);
        v.add("bfind.s32", -1, 0)
                .add("bfind.s32", -1, -1)
                .add("bfind.s32", 30, MIN)
                .add("bfind.s32", 4, 0x1f);
        v.add("bfind.u64", 63, -1L)
                .add("bfind.u64", -1, 0L)
                .add("bfind.s64", -1, -1L)
                .add("bfind.s64", 62, Long.MIN_VALUE);
        v.add("bfind.shiftamt.u32", 0, -1).add("bfind.shiftamt.u32", 31, 1).add("bfind.shiftamt.u32", -1, 0);
        v.add("bfind.shiftamt.s32", -1, -1).add("bfind.shiftamt.s32", 1, MIN);
        v.add("bfind.shiftamt.u64", 63, 1L).add("bfind.shiftamt.s64", 1, Long.MIN_VALUE);
    }

    private static void fields(VectorList v) {
        v.add("bfe.u32", 0x5, 0x12345678, 12, 4).add("bfe.u32", 0, -1, 3, 0).add("bfe.u32", -1, -1, 0, 32);
        v.add("bfe.u32", 1, -1, 31, 8).add("bfe.u32", 0, -1, 32, 8).add("bfe.u32", 0xff, -1, 256, 8);
        v.add("bfe.s32", -1, 0xf0, 4, 4).add("bfe.s32", 7, 0x70, 4, 4).add("bfe.s32", -1, MIN, 31, 8);
        v.add("bfe.s32", -1, MIN, 40, 8).add("bfe.s32", 0, MIN, 3, 0);
        v.add("bfe.u64", 0xfL, 0xf000000000L, 36, 4).add("bfe.u64", -1L, -1L, 0, 64);
        v.add("bfe.s64", -1L, 0xf000000000L, 36, 4).add("bfe.s64", -1L, Long.MIN_VALUE, 63, 4);
        v.add("bfi.b32", 0x12ab5678, 0xab, 0x12345678, 16, 8).add("bfi.b32", 0x12345678, -1, 0x12345678, 5, 0);
        v.add("bfi.b32", 0xf2345678, -1, 0x12345678, 28, 20).add("bfi.b32", 7, -1, 7, 32, 4);
        v.add("bfi.b64", 0x0000000200000001L, 2L, 1L, 32, 32).add("bfi.b64", -1L, -1L, 0L, 0, 64);
        v.add("prmt.b32", 0x03020100, 0x03020100, 0x07060504, 0x3210)
                .add("prmt.b32", 0x07060504, 0x03020100, 0x07060504, 0x7654);
        v.add("prmt.b32", 0x00010203, 0x03020100, 0x07060504, 0x0123).add("prmt.b32", 0xff00ff00, 0x80, 0x7f, 0x8c8c);
    }

    private static void predicates(VectorList v) {
        v.add("and.pred", true, true, true).add("and.pred", false, true, false).add("and.pred", false, false, true);
        v.add("or.pred", true, false, true).add("or.pred", false, false, false).add("or.pred", true, true, false);
        v.add("xor.pred", false, true, true).add("xor.pred", true, false, true);
        v.add("not.pred", true, false)
                .add("not.pred", false, true)
                .add("mov.pred", true, true)
                .add("mov.pred", false, false);
    }

    /** lop3: x & ~y | z, whose table is that expression of 0xf0, 0xcc, 0xaa. */
    private static List<OpcodeVector> tables() {
        VectorList v = new VectorList();
        int table = 0xf0 & ~0xcc | 0xaa;
        String body = "ld.global.u32 %r10, [%rd1]; ld.global.u32 %r11, [%rd1+8]; ld.global.u32 %r12, [%rd1+16];\n"
                + "OPCODE %r9, %r10, %r11, %r12, " + table + ";";
        List<long[]> inputs = List.of(new long[] {0xff00ff00L, 0xf0f0f0f0L, 0x1L}, new long[] {-1, 0, 0});
        return v.body("lop3.b32", body, "b32", inputs, List.of(0x0f000f01L, 0xffffffffL))
                .all();
    }
}
