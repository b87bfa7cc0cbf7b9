package io.github.indirec.kernels.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Cases of loads, stores, parameters, and address conversions. */
final class MemoryVectors {
    static final String SHARED = ".shared .align 16 .b8 tile[1024]; mov.u32 %r1, tile; shl.b32 %r2, %r0, 4; "
            + "add.u32 %r3, %r1, %r2; cvt.u64.u32 %rd4, %r3;\n";
    private static final String LOCAL = ".local .align 16 .b8 stack[32]; mov.u64 %rd4, stack;\n";
    private static final long PATTERN = 0x8182838485868788L;

    private MemoryVectors() {}

    static List<OpcodeVector> all() {
        VectorList v = new VectorList();
        for (String place : new String[] {"global", "shared", "local"}) {
            loadsAndStores(v, place);
        }
        generic(v);
        constants(v);
        parameters(v);
        return v.all();
    }

    static List<long[]> lanes(long... values) {
        List<long[]> lanes = new ArrayList<>();
        for (int lane = 0; lane < 32; lane++) {
            lanes.add(values);
        }
        return lanes;
    }

    static List<Long> all(long value) {
        return Collections.nCopies(32, value);
    }

    static void one(VectorList v, String opcodes, String body, String type, long expected) {
        v.body(opcodes, body, type, lanes(PATTERN, 0x1122334455667788L), all(expected));
    }

    /** The lane's own 16 bytes in a place hold the pattern's bytes; %rd4 points at them. */
    private static void loadsAndStores(VectorList v, String place) {
        String at = place.equals("shared") ? SHARED : place.equals("local") ? LOCAL : "mov.u64 %rd4, %rd1;\n";
        String fill = at + "ld.global.u64 %rd5, [%rd1]; ld.global.u64 %rd6, [%rd1+8]; st." + place
                + ".u64 [%rd4], %rd5; st." + place + ".u64 [%rd4+8], %rd6;\n";
        List<String> kinds = place.equals("global")
                ? List.of("ld.global", "ld.global.nc", "ld.volatile.global", "ld.global.ca", "ld.global.cg")
                : List.of("ld." + place, "ld.volatile." + place);
        for (String ld : kinds) {
            String from = ld.contains("nc") ? at : fill;
            one(v, ld + ".u8 " + ld + ".b8", from + "OPCODE %r9, [%rd4+1];", "b32", 0x87);
            one(v, ld + ".s8", from + "OPCODE %r9, [%rd4];", "b32", 0xffffff88L);
            one(v, ld + ".u8 " + ld + ".b8", from + "OPCODE %rs9, [%rd4];", "b16", 0x88);
            one(v, ld + ".u16 " + ld + ".b16", from + "OPCODE %rs9, [%rd4+2];", "b16", 0x8586);
            one(v, ld + ".s16", from + "OPCODE %r9, [%rd4+2];", "b32", 0xffff8586L);
            one(v, ld + ".u32 " + ld + ".b32 " + ld + ".s32", from + "OPCODE %r9, [%rd4+4];", "b32", 0x81828384L);
            one(v, ld + ".s32", from + "OPCODE %rd9, [%rd4+4];", "b64", 0xffffffff81828384L);
            one(v, ld + ".f32", from + "OPCODE %f9, [%rd4+8];", "f32", 0x55667788L);
            one(v, ld + ".u64 " + ld + ".b64 " + ld + ".s64", from + "OPCODE %rd9, [%rd4];", "b64", PATTERN);
            one(v, ld + ".f64", from + "OPCODE %fd9, [%rd4+8];", "f64", 0x1122334455667788L);
            one(
                    v,
                    ld + ".v2.u32 " + ld + ".v2.b32 " + ld + ".v2.s32",
                    from + "OPCODE {%r10, %r9}, [%rd4+8];",
                    "b32",
                    0x11223344L);
            one(v, ld + ".v2.f32", from + "OPCODE {%f9, %f10}, [%rd4];", "f32", 0x85868788L);
            one(
                    v,
                    ld + ".v2.u64 " + ld + ".v2.b64",
                    from + "OPCODE {%rd10, %rd9}, [%rd4];",
                    "b64",
                    0x1122334455667788L);
            one(v, ld + ".v2.f64", from + "OPCODE {%fd9, %fd10}, [%rd4];", "f64", PATTERN);
            one(v, ld + ".v4.f32", from + "OPCODE {%f10, %f11, %f12, %f9}, [%rd4];", "f32", 0x11223344L);
            one(
                    v,
                    ld + ".v4.u32 " + ld + ".v4.b32 " + ld + ".v4.s32",
                    from + "OPCODE {_, %r9, %r10, %r11}, [%rd4];",
                    "b32",
                    0x81828384L);
            one(v, ld + ".v4.u8 " + ld + ".v4.b8", from + "OPCODE {%rs10, %rs11, %rs9, %rs12}, [%rd4];", "b16", 0x86);
            one(v, ld + ".v2.u8 " + ld + ".v2.b8", from + "OPCODE {%rs10, %rs9}, [%rd4];", "b16", 0x87);
            one(v, ld + ".v2.u16 " + ld + ".v2.b16", from + "OPCODE {%rs10, %rs9}, [%rd4];", "b16", 0x8586);
            one(
                    v,
                    ld + ".v4.u16 " + ld + ".v4.b16",
                    from + "OPCODE {%rs10, %rs11, %rs12, %rs9}, [%rd4];",
                    "b16",
                    0x8182);
        }
        stores(v, place, fill);
    }

    private static void stores(VectorList v, String place, String fill) {
        String back = " ld." + place + ".u64 %rd9, [%rd4];";
        String high = " ld." + place + ".u64 %rd9, [%rd4+8];";
        for (String st : new String[] {"st." + place, "st.volatile." + place}) {
            one(
                    v,
                    st + ".u8 " + st + ".b8 " + st + ".s8",
                    fill + "mov.u32 %r10, 0x1ab; OPCODE [%rd4+1], %r10;" + back,
                    "b64",
                    0x818283848586ab88L);
            one(
                    v,
                    st + ".u8",
                    fill + "mov.u16 %rs10, 0xab; OPCODE [%rd4+1], %rs10;" + back,
                    "b64",
                    0x818283848586ab88L);
            one(
                    v,
                    st + ".u16 " + st + ".b16 " + st + ".s16",
                    fill + "mov.u16 %rs10, 0xabcd; OPCODE [%rd4+6], %rs10;" + back,
                    "b64",
                    0xabcd838485868788L);
            one(
                    v,
                    st + ".u32 " + st + ".b32 " + st + ".s32",
                    fill + "mov.u32 %r10, 5; OPCODE [%rd4+4], %r10;" + back,
                    "b64",
                    0x0000000585868788L);
            one(
                    v,
                    st + ".u32",
                    fill + "mov.u64 %rd10, 0x100000005; OPCODE [%rd4+4], %rd10;" + back,
                    "b64",
                    0x0000000585868788L);
            one(v, st + ".f32", fill + "OPCODE [%rd4], 0f3F800000;" + back, "b64", 0x818283843f800000L);
            one(v, st + ".u64 " + st + ".b64 " + st + ".s64", fill + "OPCODE [%rd4], -2;" + back, "b64", -2);
            one(v, st + ".f64", fill + "OPCODE [%rd4], 0dBFF0000000000000;" + back, "b64", 0xbff0000000000000L);
            one(
                    v,
                    st + ".v2.u32 " + st + ".v2.b32 " + st + ".v2.s32",
                    fill + "mov.u32 %r10, 1; mov.u32 %r11, 2; OPCODE [%rd4+8], {%r10, %r11};" + high,
                    "b64",
                    0x200000001L);
            one(
                    v,
                    st + ".v2.f32",
                    fill + "mov.f32 %f10, 0f3F800000; OPCODE [%rd4], {%f10, %f10};" + back,
                    "b64",
                    0x3f8000003f800000L);
            one(
                    v,
                    st + ".v2.u64 " + st + ".v2.b64",
                    fill + "mov.u64 %rd10, 1; mov.u64 %rd11, 2; OPCODE [%rd4], {%rd10, %rd11};" + high,
                    "b64",
                    2);
            one(
                    v,
                    st + ".v2.f64",
                    fill + "mov.f64 %fd10, 0d3FF0000000000000; OPCODE [%rd4], {%fd10, %fd10};" + high,
                    "b64",
                    0x3ff0000000000000L);
            one(
                    v,
                    st + ".v4.f32",
                    fill
                            + "mov.f32 %f10, 0f3F800000; mov.f32 %f11, 0f00000000; OPCODE [%rd4], {%f11, %f11, %f11,"
                            + " %f10};"
                            + high,
                    "b64",
                    0x3f80000000000000L);
            one(
                    v,
                    st + ".v4.u32 " + st + ".v4.b32",
                    fill + "mov.u32 %r10, 1; OPCODE [%rd4], {%r10, %r10, %r10, %r10};" + high,
                    "b64",
                    0x100000001L);
            one(
                    v,
                    st + ".v4.u8 " + st + ".v4.b8",
                    fill + "mov.u16 %rs10, 1; OPCODE [%rd4], {%rs10, %rs10, %rs10, %rs10};" + back,
                    "b64",
                    0x8182838401010101L);
            one(
                    v,
                    st + ".v2.u8 " + st + ".v2.b8",
                    fill + "mov.u16 %rs10, 1; OPCODE [%rd4+2], {%rs10, %rs10};" + back,
                    "b64",
                    0x8182838401018788L);
            one(
                    v,
                    st + ".v2.u16 " + st + ".v2.b16",
                    fill + "mov.u16 %rs10, 1; OPCODE [%rd4], {%rs10, %rs10};" + back,
                    "b64",
                    0x8182838400010001L);
        }
    }

    private static void generic(VectorList v) {
        String global = "mov.u64 %rd4, %rd1;\n";
        one(v, "ld.u32 ld.b32 ld.s32", global + "OPCODE %r9, [%rd4];", "b32", 0x85868788L);
        one(v, "ld.f32", global + "OPCODE %f9, [%rd4+8];", "f32", 0x55667788L);
        one(v, "ld.u64 ld.b64 ld.s64", global + "OPCODE %rd9, [%rd4];", "b64", PATTERN);
        one(v, "ld.f64", global + "OPCODE %fd9, [%rd4+8];", "f64", 0x1122334455667788L);
        one(v, "st.u32 st.b32", global + "OPCODE [%rd4], 7; ld.u32 %r9, [%rd4];", "b32", 7);
        one(v, "st.f32", global + "OPCODE [%rd4], 0f3F800000; ld.u32 %r9, [%rd4];", "b32", 0x3f800000L);
        one(
                v,
                "cvta.to.global.u64 cvta.global.u64",
                "OPCODE %rd4, %rd1; ld.global.u32 %r9, [%rd4];",
                "b32",
                0x85868788L);
        one(v, "cvta.shared.u64", SHARED + "OPCODE %rd5, %rd4; st.shared.u32 [%rd4], 5; ld.u32 %r9, [%rd5];", "b32", 5);
        one(
                v,
                "cvta.to.shared.u64",
                SHARED + "cvta.shared.u64 %rd5, %rd4; OPCODE %rd6, %rd5; st.u32 [%rd5], 5; ld.shared.u32 %r9, [%rd6];",
                "b32",
                5);
        one(
                v,
                "cvta.local.u64",
                LOCAL + "OPCODE %rd5, %rd4; st.local.u32 [%rd4+4], 5; ld.u32 %r9, [%rd5+4];",
                "b32",
                5);
        one(
                v,
                "cvta.to.local.u64",
                LOCAL + "cvta.local.u64 %rd5, %rd4; OPCODE %rd6, %rd5; st.u32 [%rd5], 5; ld.local.u32 %r9, [%rd6];",
                "b32",
                5);
    }

    private static void constants(VectorList v) {
        String at = "mov.u64 %rd4, table;\n";
        one(v, "ld.const.u32 ld.const.b32 ld.const.s32", at + "OPCODE %r9, [%rd4];", "b32", 1);
        one(v, "ld.const.u32", "OPCODE %r9, [table+4];", "b32", 0x85040302L);
        one(v, "ld.const.f32", at + "OPCODE %f9, [%rd4+8];", "f32", 0x3fc00000L);
        one(v, "ld.const.u8", at + "OPCODE %rs9, [%rd4+7];", "b16", 133);
        one(v, "ld.const.s8", at + "OPCODE %r9, [%rd4+7];", "b32", 0xffffff85L);
        one(v, "ld.const.u64", at + "OPCODE %rd9, [%rd4];", "b64", 0x8504030200000001L);
        one(v, "ld.const.v4.f32", at + "OPCODE {%f10, %f11, %f9, %f12}, [%rd4];", "f32", 0x3fc00000L);
        one(v, "ld.const.v2.f32", at + "OPCODE {%f9, %f10}, [%rd4+8];", "f32", 0x3fc00000L);
        one(v, "ld.global.u32", "OPCODE %r9, [variable+8];", "b32", 0xfffffffbL);
        one(v, "mov.u64", "OPCODE %rd4, variable+4; ld.global.u32 %r9, [%rd4];", "b32", 9);
    }

    private static void parameters(VectorList v) {
        one(v, "ld.param.u8 ld.param.b8", "OPCODE %rs9, [p8];", "b16", 0x81);
        one(v, "ld.param.s8", "OPCODE %r9, [p8];", "b32", 0xffffff81L);
        one(v, "ld.param.u16 ld.param.b16", "OPCODE %rs9, [p16];", "b16", 0x8001);
        one(v, "ld.param.s16", "OPCODE %r9, [p16];", "b32", 0xffff8001L);
        one(v, "ld.param.u32 ld.param.s32 ld.param.b32", "OPCODE %r9, [p32];", "b32", 0xfffffff9L);
        one(v, "ld.param.f32", "OPCODE %f9, [pf];", "f32", 0x3fc00000L);
        one(v, "ld.param.u64 ld.param.s64 ld.param.b64", "OPCODE %rd9, [p64];", "b64", 1L << 40);
        one(v, "ld.param.f64", "OPCODE %fd9, [pd];", "f64", Double.doubleToRawLongBits(-2.5));
        one(v, "ld.param.u32", "OPCODE %r9, [structure+4];", "b32", 0x08070605L);
        one(v, "ld.param.v2.u32", "OPCODE {%r10, %r9}, [structure+8];", "b32", 0x100f0e0dL);
        one(v, "ld.param.v4.u32", "OPCODE {%r9, %r10, %r11, %r12}, [structure];", "b32", 0x04030201L);
        one(v, "ld.param.v2.f32", "OPCODE {%f9, %f10}, [structure];", "f32", 0x04030201L);
        one(v, "ld.param.v4.f32", "OPCODE {%f9, %f10, %f11, %f12}, [structure];", "f32", 0x04030201L);
        one(v, "ld.param.v2.u64", "OPCODE {%rd9, %rd10}, [structure];", "b64", 0x0807060504030201L);
    }
}
