package io.github.indirec.kernels.sim;

import java.util.List;

/** Cases of integer arithmetic. */
final class IntegerVectors {
    private static final int MIN = Integer.MIN_VALUE;
    private static final int MAX = Integer.MAX_VALUE;
    private static final long LMIN = Long.MIN_VALUE;
    private static final long LMAX = Long.MAX_VALUE;

    private IntegerVectors() {}

    static List<OpcodeVector> all() {
        VectorList v = new VectorList();
        words(v);
        wide(v);
        longs(v);
        shorts(v);
        return v.all();
    }

    private static void words(VectorList v) {
        v.add("add.s32 add.u32", 5, 2, 3).add("add.s32 add.u32", MIN, MAX, 1).add("add.s32 add.u32", 0, -1, 1);
        v.add("sub.s32 sub.u32", -1, 2, 3).add("sub.s32 sub.u32", MAX, MIN, 1);
        v.add("mul.lo.s32 mul.lo.u32", -6, 2, -3).add("mul.lo.s32 mul.lo.u32", 0, 1 << 16, 1 << 16);
        v.add("mul.lo.s32 mul.lo.u32", 1, -1, -1);
        v.add("mul.hi.s32", 0, -1, -1).add("mul.hi.s32", -1, -1, 1).add("mul.hi.s32", 1 << 30, MIN, MIN);
        v.add("mul.hi.u32", -2, -1, -1).add("mul.hi.u32", 0, -1, 1).add("mul.hi.u32", 1, 1 << 16, 1 << 16);
        v.add("mul24.lo.s32", -2, 0x01ffffff, 2).add("mul24.lo.u32", 0x01fffffe, 0x01ffffff, 2);
        v.add("mad.lo.s32 mad.lo.u32", 10, 2, 3, 4).add("mad.lo.s32 mad.lo.u32", 7, 1 << 16, 1 << 16, 7);
        v.add("mad.hi.s32", 4, -1, 1, 5).add("mad.hi.u32", -1, -1, -1, 1);
        v.add("sad.s32", 16, -1, 5, 10).add("sad.s32", -1, MIN, MAX, 0).add("sad.u32", -6 + 10, -1, 5, 10);
        v.add("div.s32", -2, -7, 3).add("div.s32", MIN, MIN, -1).add("div.s32", 3, 7, 2);
        v.add("div.u32", 1, -1, MIN).add("div.u32", 0x55555555, -1, 3).add("div.u32", 0, 3, -1);
        v.add("rem.s32", -1, -7, 3).add("rem.s32", 1, 7, -3).add("rem.s32", 0, MIN, -1);
        v.add("rem.u32", 0, -1, 3).add("rem.u32", MAX, -1, MIN).add("rem.u32", 5, 5, -1);
        v.add("min.s32", -1, -1, 1)
                .add("min.s32", MIN, MIN, MAX)
                .add("max.s32", 1, -1, 1)
                .add("max.s32", MAX, MIN, MAX);
        v.add("min.u32", 1, -1, 1)
                .add("min.u32", MAX, MIN, MAX)
                .add("max.u32", -1, -1, 1)
                .add("max.u32", MIN, MIN, MAX);
        v.add("abs.s32", 5, -5).add("abs.s32", MIN, MIN).add("abs.s32", 0, 0);
        v.add("neg.s32", -5, 5).add("neg.s32", MIN, MIN).add("neg.s32", 0, 0);
    }

    private static void wide(VectorList v) {
        v.add("mul.wide.s32", 1L, -1, -1)
                .add("mul.wide.s32", -2147483648L, MIN, 1)
                .add("mul.wide.s32", 1L << 62, MIN, MIN);
        v.add("mul.wide.u32", 0xfffffffe00000001L, -1, -1).add("mul.wide.u32", 2147483648L, MIN, 1);
        v.add("mad.wide.s32", 9L, -1, -1, 8L).add("mad.wide.s32", -1L, -1, 1, 0L);
        v.add("mad.wide.u32", 0xfffffffe00000009L, -1, -1, 8L).add("mad.wide.u32", 0xffffffffL, -1, 1, 0L);
    }

    private static void longs(VectorList v) {
        v.add("add.s64 add.u64", 0L, -1L, 1L).add("add.s64 add.u64", 1L << 32, 0xffffffffL, 1L);
        v.add("add.s64 add.u64", LMIN, LMAX, 1L);
        v.add("sub.s64 sub.u64", -1L, 0L, 1L).add("sub.s64 sub.u64", 0xffffffffL, 1L << 32, 1L);
        v.add("mul.lo.s64 mul.lo.u64", 1L, -1L, -1L).add("mul.lo.s64 mul.lo.u64", 0L, 1L << 32, 1L << 32);
        v.add("mul.hi.s64", 0L, -1L, -1L)
                .add("mul.hi.s64", 1L << 62, LMIN, LMIN)
                .add("mul.hi.s64", -1L, -1L, 1L);
        v.add("mul.hi.u64", -2L, -1L, -1L)
                .add("mul.hi.u64", 1L << 62, LMIN, LMIN)
                .add("mul.hi.u64", 0L, -1L, 1L);
        v.add("mad.lo.s64 mad.lo.u64", 11L, -2L, -3L, 5L);
        v.add("mad.hi.s64", 4L, -1L, 1L, 5L).add("mad.hi.u64", 3L, -1L, -1L, 5L);
        v.add("div.s64", -2L, -7L, 3L).add("div.s64", LMIN, LMIN, -1L);
        v.add("div.u64", 1L, -1L, LMIN).add("div.u64", 0x5555555555555555L, -1L, 3L);
        v.add("rem.s64", -1L, -7L, 3L).add("rem.s64", 0L, LMIN, -1L);
        v.add("rem.u64", LMAX, -1L, LMIN).add("rem.u64", 5L, 5L, -1L);
        v.add("min.s64", -1L, -1L, 1L).add("max.s64", 1L, -1L, 1L).add("min.s64", LMIN, LMAX, LMIN);
        v.add("min.u64", 1L, -1L, 1L).add("max.u64", -1L, -1L, 1L).add("max.u64", LMIN, LMAX, LMIN);
        v.add("abs.s64", 5L, -5L)
                .add("abs.s64", LMIN, LMIN)
                .add("neg.s64", -5L, 5L)
                .add("neg.s64", LMIN, LMIN);
    }

    private static short s(int x) {
        return (short) x;
    }

    private static void shorts(VectorList v) {
        v.add("add.s16 add.u16", s(0x8000), s(0x7fff), s(1)).add("add.s16 add.u16", s(0), s(-1), s(1));
        v.add("sub.s16 sub.u16", s(-1), s(2), s(3)).add("sub.s16 sub.u16", s(0x7fff), s(0x8000), s(1));
        v.add("mul.lo.s16 mul.lo.u16", s(1), s(-1), s(-1)).add("mul.lo.s16 mul.lo.u16", s(0), s(256), s(256));
        v.add("mul.hi.s16", s(0), s(-1), s(-1)).add("mul.hi.s16", s(-1), s(-1), s(1));
        v.add("mul.hi.u16", s(-2), s(-1), s(-1)).add("mul.hi.u16", s(1), s(256), s(256));
        v.add("mad.lo.s16 mad.lo.u16", s(7), s(256), s(256), s(7))
                .add("mad.lo.s16 mad.lo.u16", s(-2), s(-1), s(3), s(1));
        v.add("mul.wide.s16", 1, s(-1), s(-1)).add("mul.wide.s16", -2, s(-1), s(2));
        v.add("mul.wide.u16", 0xfffe0001, s(-1), s(-1)).add("mul.wide.u16", 6, s(2), s(3));
        v.add("div.s16", s(-2), s(-7), s(3)).add("div.u16", s(0x5555), s(-1), s(3));
        v.add("rem.s16", s(-1), s(-7), s(3)).add("rem.u16", s(0), s(-1), s(3));
        v.add("min.s16", s(-1), s(-1), s(1)).add("max.s16", s(1), s(-1), s(1));
        v.add("min.u16", s(1), s(-1), s(1)).add("max.u16", s(-1), s(-1), s(1));
        v.add("and.b16", s(0x0f00), s(0xff00), s(0x0f0f)).add("or.b16", s(0xff0f), s(0xff00), s(0x0f0f));
        v.add("xor.b16", s(0xf00f), s(0xff00), s(0x0f0f)).add("not.b16", s(0x00ff), s(0xff00));
        v.add("neg.s16", s(-5), s(5)).add("neg.s16", s(0x8000), s(0x8000)).add("abs.s16", s(5), s(-5));
        v.add("shl.b16", s(0xfff0), s(-1), 4).add("shl.b16", s(0), s(-1), 16).add("shl.b16", s(0), s(-1), -1);
        v.add("shr.u16 shr.b16", s(0x0fff), s(-1), 4).add("shr.u16 shr.b16", s(0), s(-1), 16);
        v.add("shr.s16", s(-1), s(-16), 4).add("shr.s16", s(-1), s(-16), 99).add("shr.s16", s(0), s(16), 99);
    }
}
