package io.github.indirec.kernels.sim;

import java.util.List;

/** Addresses that are wrong. */
final class MemoryFaults {
    private MemoryFaults() {}

    private static FaultyKernel illegal(String name, String place, String words, String faulty, String clean) {
        return new FaultyKernel(name, ReportKind.ILLEGAL_ADDRESS, place, words, 2, 64, faulty, clean);
    }

    private static FaultyKernel misaligned(String name, String place, String faulty, String clean) {
        return new FaultyKernel(name, ReportKind.MISALIGNED_ADDRESS, place, "no multiple", 1, 32, faulty, clean);
    }

    static List<FaultyKernel> all() {
        return List.of(
                illegal(
                        "one past the end",
                        "[%rd1+1024]",
                        "0 bytes past the end of the input (1024 bytes",
                        "ld.global.f32 %f1, [%rd1+1024];",
                        "ld.global.f32 %f1, [%rd1+1020];"),
                illegal(
                        "one before the beginning",
                        "[%rd1+-4]",
                        "before the input",
                        "ld.global.f32 %f1, [%rd1+-4];",
                        "ld.global.f32 %f1, [%rd1];"),
                illegal(
                        "half of a vector past the end",
                        "v4",
                        "the input",
                        "ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd1+1024];",
                        "ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd1+1008];"),
                illegal(
                        "null",
                        "ld.global",
                        "null pointer plus 8",
                        "mov.u64 %rd6, 0; ld.global.f32 %f1, [%rd6+8];",
                        "mov.u64 %rd6, %rd1; ld.global.f32 %f1, [%rd6+8];"),
                illegal(
                        "past a shared array",
                        "st.shared",
                        "past the end of shared tile (1024 bytes)",
                        "setp.eq.s32 %p1, %r0, 9; @%p1 st.shared.u32 [tile+1024], %r0;",
                        "setp.eq.s32 %p1, %r0, 9; @%p1 st.shared.u32 [tile+1020], %r0;"),
                illegal(
                        "before a shared array",
                        "st.shared",
                        "",
                        "sub.u32 %r4, %r1, 4; st.shared.u32 [%r4], 1;",
                        "st.shared.u32 [%r3], 1;"),
                illegal(
                        "past local memory",
                        "ld.local",
                        "8 bytes of local memory",
                        ".local .b8 own[8]; mov.u64 %rd6, own; st.local.u32 [%rd6], 1; ld.local.u32 %r4, [%rd6+8];",
                        ".local .b8 own[8]; mov.u64 %rd6, own; st.local.u32 [%rd6], 1; ld.local.u32 %r4, [%rd6];"),
                illegal(
                        "a store to constants",
                        "st.u32",
                        "CONST",
                        "mov.u64 %rd6, table; st.u32 [%rd6], 1;",
                        "setp.eq.s32 %p1, %r0, 99; @%p1 st.u32 [%rd5], 1;"),
                illegal(
                        "shared memory taken for global",
                        "ld.global",
                        "SHARED",
                        "st.shared.u32 [%r3], 1; cvt.u64.u32 %rd6, %r3; cvta.shared.u64 %rd6, %rd6; ld.global.u32 %r4,"
                                + " [%rd6];",
                        "st.shared.u32 [%r3], 1; cvt.u64.u32 %rd6, %r3; cvta.shared.u64 %rd6, %rd6; ld.u32 %r4,"
                                + " [%rd6];"),
                illegal(
                        "one lane only",
                        "ld.global.f32",
                        "",
                        "setp.eq.s32 %p1, %r0, 37; selp.b64 %rd6, 12345, %rd4, %p1; ld.global.f32 %f1, [%rd6];",
                        "ld.global.f32 %f1, [%rd4];"),
                misaligned(
                        "a vector at a word",
                        "v4",
                        "ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd1+4];",
                        "ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd1+16];"),
                misaligned(
                        "a word at a byte",
                        "st.shared",
                        "setp.eq.s32 %p1, %r0, 0; @%p1 st.shared.u32 [tile+6], 1;",
                        "setp.eq.s32 %p1, %r0, 0; @%p1 st.shared.u32 [tile+4], 1;"),
                misaligned(
                        "a long at a word",
                        "ld.global.u64",
                        "ld.global.u64 %rd6, [%rd1+12];",
                        "ld.global.u64 %rd6, [%rd1+8];"),
                new FaultyKernel(
                        "trap",
                        ReportKind.TRAP,
                        "trap",
                        "stopped itself",
                        1,
                        32,
                        "setp.eq.s32 %p1, %r0, 5; @%p1 trap;",
                        "setp.eq.s32 %p1, %r0, 50; @%p1 trap;"),
                new FaultyKernel(
                        "for ever",
                        ReportKind.TIMEOUT,
                        "bra",
                        "for ever",
                        1,
                        32,
                        "L: bra.uni L;",
                        "mov.u32 %r4, 0; L: add.u32 %r4, %r4, 1; setp.lt.u32 %p1, %r4, 99; @%p1 bra L;"));
    }
}
