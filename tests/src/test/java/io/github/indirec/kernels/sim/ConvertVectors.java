package io.github.indirec.kernels.sim;

import java.util.List;

/** Cases of conversions and moves. */
final class ConvertVectors {
    private static final int MAX = Integer.MAX_VALUE;
    private static final int MIN = Integer.MIN_VALUE;

    private ConvertVectors() {}

    static List<OpcodeVector> all() {
        VectorList v = new VectorList();
        integers(v);
        toFloat(v);
        toInteger(v);
        integral(v);
        between(v);
        moves(v);
        return v.all();
    }

    private static void integers(VectorList v) {
        v.add("cvt.u64.u32", 0xffffffffL, -1)
                .add("cvt.s64.s32", -1L, -1)
                .add("cvt.u32.u64 cvt.s32.s64 cvt.u32.s64", -1, 0x5ffffffffL);
        v.add("cvt.s64.u32", 0xffffffffL, -1).add("cvt.u64.s32", -1L, -1).add("cvt.s32.u64", 7, 0x700000007L);
        v.add("cvt.u32.u16", 0xffff, (short) -1)
                .add("cvt.s32.s16", -1, (short) -1)
                .add("cvt.u64.u16", 0xffffL, (short) -1);
        v.add("cvt.s64.s16", -1L, (short) -1)
                .add("cvt.u16.u32 cvt.u16.s32 cvt.s16.s32 cvt.s16.u32", (short) 0x5678, 0x12345678);
        v.add("cvt.u16.u64 cvt.s16.s64", (short) 0x5678, 0x12345678L)
                .add("cvt.u32.u8", 0xff, (short) -1)
                .add("cvt.s32.s8", -1, (short) 0xff);
        v.add("cvt.s32.s8", 127, (short) 0x7f)
                .add("cvt.u16.u8", (short) 0xff, (short) -1)
                .add("cvt.s16.s8", (short) -1, (short) 0xff);
        v.add("cvt.u8.u32 cvt.u8.s32", (short) 0x78, 0x12345678)
                .add("cvt.s8.s32", (short) -1, 0x1ff)
                .add("cvt.s64.s8", -1L, (short) 0xff);
        v.add("cvt.u64.u8", 0xffL, (short) -1);
        v.add("cvt.sat.s32.s64", MAX, 1L << 40)
                .add("cvt.sat.s32.s64", MIN, -(1L << 40))
                .add("cvt.sat.u32.s32", 0, -5);
        v.add("cvt.sat.u8.s32", (short) 255, 300)
                .add("cvt.sat.u8.s32", (short) 0, -1)
                .add("cvt.sat.s8.s32", (short) -128, -300);
        v.add("cvt.sat.s64.u64", Long.MAX_VALUE, -1L)
                .add("cvt.sat.u64.s64", 0L, -1L)
                .add("cvt.sat.u32.u64", -1, -1L);
        v.add("cvt.sat.s32.u32", MAX, -1);
    }

    private static void toFloat(VectorList v) {
        v.add("cvt.rn.f32.s32", -1f, -1).add("cvt.rn.f32.s32", 0x1p31f, MAX).add("cvt.rn.f32.s32", 16777216f, 16777217);
        v.add("cvt.rn.f32.u32", 0x1p32f, -1).add("cvt.rn.f32.u32", 16777220f, 16777219);
        v.add("cvt.rz.f32.s32", 16777216f, 16777217)
                .add("cvt.rm.f32.s32", -16777218f, -16777217)
                .add("cvt.rp.f32.s32", 16777218f, 16777217);
        v.add("cvt.rz.f32.u32", Math.nextDown(0x1p32f), -1)
                .add("cvt.rm.f32.u32", 16777216f, 16777217)
                .add("cvt.rp.f32.u32", 0x1p32f, -1);
        v.add("cvt.rn.f32.s64", 0x1p63f, Long.MAX_VALUE)
                .add("cvt.rn.f32.s64", -1f, -1L)
                .add("cvt.rn.f32.u64", 0x1p64f, -1L);
        v.add("cvt.rn.f32.u64", 0x1.000002p63f, 0x8000008000000001L).add("cvt.rz.f32.u64", Math.nextDown(0x1p64f), -1L);
        v.add("cvt.rp.f32.s64", 0x1p63f, Long.MAX_VALUE).add("cvt.rz.f32.s64", Math.nextDown(0x1p63f), Long.MAX_VALUE);
        v.add("cvt.rn.f32.s16", -1f, (short) -1).add("cvt.rn.f32.u16", 65535f, (short) -1);
        v.add("cvt.rn.f32.u8", 255f, (short) -1).add("cvt.rn.f32.s8", -1f, (short) 0xff);
        v.add("cvt.rn.f64.s32", -1.0, -1)
                .add("cvt.rn.f64.u32", 4294967295.0, -1)
                .add("cvt.rn.f64.s64", -1.0, -1L);
        v.add("cvt.rn.f64.s64", 0x1p63, Long.MAX_VALUE)
                .add("cvt.rn.f64.u64", 0x1p64, -1L)
                .add("cvt.rn.f64.u16", 65535.0, (short) -1);
        v.add("cvt.rn.f64.s16", -1.0, (short) -1);
    }

    private static void toInteger(VectorList v) {
        v.add("cvt.rzi.s32.f32", -1, -1.9f)
                .add("cvt.rzi.s32.f32", MAX, 1e20f)
                .add("cvt.rzi.s32.f32", MIN, -1e20f)
                .add("cvt.rzi.s32.f32", 0, Float.NaN);
        v.add("cvt.rni.s32.f32", 2, 2.5f)
                .add("cvt.rni.s32.f32", 4, 3.5f)
                .add("cvt.rni.s32.f32", -2, -2.5f)
                .add("cvt.rni.s32.f32", 0, -0.5f);
        v.add("cvt.rmi.s32.f32", -3, -2.5f)
                .add("cvt.rmi.s32.f32", 2, 2.9f)
                .add("cvt.rpi.s32.f32", -2, -2.5f)
                .add("cvt.rpi.s32.f32", 3, 2.1f);
        v.add("cvt.rzi.u32.f32", 0, -1f)
                .add("cvt.rzi.u32.f32", -1, 1e20f)
                .add("cvt.rzi.u32.f32", MIN, 0x1p31f)
                .add("cvt.rzi.u32.f32", 0, Float.NaN);
        v.add("cvt.rni.u32.f32", 2, 1.5f).add("cvt.rmi.u32.f32", 1, 1.9f).add("cvt.rpi.u32.f32", 2, 1.1f);
        v.add("cvt.rzi.s64.f32", Long.MIN_VALUE, Float.NaN)
                .add("cvt.rzi.s64.f32", Long.MAX_VALUE, 1e30f)
                .add("cvt.rzi.s64.f32", -1L, -1.5f);
        v.add("cvt.rzi.u64.f32", Long.MIN_VALUE, 0x1p63f)
                .add("cvt.rzi.u64.f32", -1L, 0x1p64f)
                .add("cvt.rzi.u64.f32", 0L, -5f);
        v.add("cvt.rzi.s32.f64", -1, -1.9)
                .add("cvt.rzi.s32.f64", MIN, Double.NaN)
                .add("cvt.rni.s32.f64", 2, 2.5)
                .add("cvt.rmi.s32.f64", -3, -2.5);
        v.add("cvt.rzi.u32.f64", -1, 4294967295.5)
                .add("cvt.rzi.s64.f64", Long.MAX_VALUE, 1e300)
                .add("cvt.rzi.s64.f64", Long.MIN_VALUE, Double.NaN);
        v.add("cvt.rzi.u64.f64", -1L, 1e300).add("cvt.rni.s64.f64", 2L, 2.5).add("cvt.rpi.s32.f64", 3, 2.1);
        v.add("cvt.rzi.u16.f32", (short) -1, 1e6f)
                .add("cvt.rzi.s16.f32", (short) -3, -3.7f)
                .add("cvt.rzi.u8.f32", (short) 255, 300f);
        v.add("cvt.rzi.ftz.s32.f32", 0, 0x1p-127f)
                .add("cvt.rpi.ftz.s32.f32", 0, 0x1p-127f)
                .add("cvt.rpi.s32.f32", 1, 0x1p-127f);
        v.add("cvt.rni.ftz.s32.f32", 3, 2.75f).add("cvt.rmi.ftz.s32.f32", 0, -0x1p-127f);
    }

    private static void integral(VectorList v) {
        v.add("cvt.rni.f32.f32", 2f, 2.5f)
                .add("cvt.rni.f32.f32", -0f, -0.5f)
                .add("cvt.rzi.f32.f32", -2f, -2.9f)
                .add("cvt.rzi.f32.f32", -0f, -0.9f);
        v.add("cvt.rmi.f32.f32", -3f, -2.1f)
                .add("cvt.rpi.f32.f32", 3f, 2.1f)
                .add("cvt.rni.f32.f32", Float.NaN, Float.NaN);
        v.add("cvt.rpi.f32.f32", -0f, -0.5f)
                .add("cvt.rzi.f32.f32", 1e30f, 1e30f)
                .add("cvt.rzi.f32.f32", Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY);
        v.add("cvt.rni.f64.f64", 2.0, 2.5)
                .add("cvt.rzi.f64.f64", -2.0, -2.9)
                .add("cvt.rmi.f64.f64", -3.0, -2.1)
                .add("cvt.rpi.f64.f64", 3.0, 2.1);
    }

    private static void between(VectorList v) {
        v.add("cvt.f64.f32", 1.5, 1.5f)
                .add("cvt.f64.f32", 0x1p-149, 0x1p-149f)
                .add("cvt.f64.f32", Double.NaN, Float.NaN);
        v.add("cvt.rn.f32.f64", 1f, 1 + 0x1p-24)
                .add("cvt.rn.f32.f64", Float.POSITIVE_INFINITY, 1e300)
                .add("cvt.rn.f32.f64", -0f, -1e-300);
        v.add("cvt.rz.f32.f64", 1f, 1 + 0x1.8p-24)
                .add("cvt.rm.f32.f64", -1f - 0x1p-23f, -1 - 0x1p-30)
                .add("cvt.rp.f32.f64", 1 + 0x1p-23f, 1 + 0x1p-30);
        v.add("cvt.sat.f32.f32", 1f, 2f)
                .add("cvt.sat.f32.f32", 0f, -1f)
                .add("cvt.sat.f32.f32", 0f, Float.NaN)
                .add("cvt.sat.f32.f32", 0.5f, 0.5f);
        v.add("cvt.ftz.f32.f32", 0f, 0x1p-127f)
                .add("cvt.ftz.sat.f32.f32", 1f, 7f)
                .add("cvt.f32.f32", 7f, 7f)
                .add("cvt.ftz.f64.f32", 0.0, 0x1p-127f);
    }

    private static void moves(VectorList v) {
        v.add("mov.u32 mov.s32 mov.b32", -5, -5)
                .add("mov.f32", -0f, -0f)
                .add("mov.u64 mov.s64 mov.b64", -5L, -5L)
                .add("mov.f64", -0.0, -0.0);
        v.add("mov.u16 mov.b16 mov.s16", (short) -5, (short) -5);
        String load = "ld.global.u64 %rd10, [%rd1];\n";
        List<long[]> one = List.of(new long[] {0x123456789abcdef0L});
        v.body("mov.b64", load + "OPCODE {%r9, %r10}, %rd10;", "b32", one, List.of(0x9abcdef0L));
        v.body("mov.b64", load + "OPCODE {%r10, %r9}, %rd10;", "b32", one, List.of(0x12345678L));
        v.body("mov.b64", load + "OPCODE {_, %r9}, %rd10;", "b32", one, List.of(0x12345678L));
        v.body(
                "mov.b64",
                load + "mov.b64 {%r10, %r11}, %rd10; OPCODE %rd9, {%r11, %r10};",
                "b64",
                one,
                List.of(0x9abcdef012345678L));
        v.body("mov.b32", "ld.global.u32 %r10, [%rd1]; OPCODE {%rs8, %rs9}, %r10;", "b16", one, List.of(0x9abcL));
        v.body(
                "mov.b32",
                "ld.global.u32 %r10, [%rd1]; mov.b32 {%rs8, %rs9}, %r10; OPCODE %r9, {%rs9, %rs8};",
                "b32",
                one,
                List.of(0xdef09abcL));
    }
}
