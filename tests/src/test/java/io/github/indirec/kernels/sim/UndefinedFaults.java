package io.github.indirec.kernels.sim;

import java.util.List;

/** Values that nobody wrote. */
final class UndefinedFaults {
    private UndefinedFaults() {}

    private static FaultyKernel undefined(String name, String place, String words, String faulty, String clean) {
        return new FaultyKernel(name, ReportKind.UNINITIALISED, place, words, 1, 64, faulty, clean);
    }

    static List<FaultyKernel> all() {
        return List.of(
                undefined(
                        "a register stored",
                        "st.global",
                        "nobody wrote %f1",
                        "st.global.f32 [%rd5], %f1;",
                        "mov.f32 %f1, 0f00000000; st.global.f32 [%rd5], %f1;"),
                undefined(
                        "a register by way of arithmetic",
                        "st.global",
                        "nobody wrote %f1",
                        "add.f32 %f2, %f1, 0f3F800000; st.global.f32 [%rd5], %f2;",
                        "mov.f32 %f1, 0f00000000; add.f32 %f2, %f1, 0f3F800000; st.global.f32 [%rd5], %f2;"),
                undefined(
                        "a register set by some lanes only",
                        "st.global",
                        "%r4",
                        "setp.lt.u32 %p1, %r0, 40; @%p1 mov.u32 %r4, 1; st.global.u32 [%rd5], %r4;",
                        "setp.lt.u32 %p1, %r0, 40; @%p1 mov.u32 %r4, 1; @%p1 st.global.u32 [%rd5], %r4;"),
                undefined(
                        "a predicate",
                        "bra",
                        "nobody wrote %p1",
                        "@%p1 bra END;",
                        "setp.eq.s32 %p1, %r0, 0; @%p1 bra END;"),
                undefined(
                        "an address",
                        "ld.global",
                        "the address",
                        "add.s64 %rd7, %rd1, %rd6; ld.global.f32 %f1, [%rd7];",
                        "mov.u64 %rd6, 0; add.s64 %rd7, %rd1, %rd6; ld.global.f32 %f1, [%rd7];"),
                undefined(
                        "shared memory",
                        "st.global",
                        "ld.shared",
                        "ld.shared.u32 %r4, [%r3]; st.global.u32 [%rd5], %r4;",
                        "st.shared.u32 [%r3], 1; ld.shared.u32 %r4, [%r3]; st.global.u32 [%rd5], %r4;"),
                undefined(
                        "one byte of a shared word",
                        "st.global",
                        "ld.shared",
                        "st.shared.u8 [%r3], 1; st.shared.u16 [%r3+2], 1; ld.shared.u32 %r4, [%r3]; st.global.u32"
                                + " [%rd5], %r4;",
                        "st.shared.u8 [%r3], 1; st.shared.u8 [%r3+1], 1; st.shared.u16 [%r3+2], 1; ld.shared.u32 %r4,"
                                + " [%r3]; st.global.u32 [%rd5], %r4;"),
                undefined(
                        "global memory",
                        "st.shared",
                        "ld.global",
                        "ld.global.u32 %r4, [%rd5]; st.shared.u32 [%r3], %r4;",
                        "ld.global.u32 %r4, [%rd4]; st.shared.u32 [%r3], %r4;"),
                undefined(
                        "an atomic on fresh memory",
                        "atom",
                        "nobody wrote",
                        "atom.global.add.u32 %r4, [%rd2], 1;",
                        "atom.global.add.u32 %r4, [%rd1], 1;"),
                undefined(
                        "by way of a shuffle",
                        "st.global",
                        "%r4",
                        "setp.ne.s32 %p1, %r0, 40; @%p1 mov.u32 %r4, 1; shfl.sync.idx.b32 %r5|%p2, %r4, 8, 31, -1;"
                                + " st.global.u32 [%rd5], %r5;",
                        "setp.ne.s32 %p1, %r0, 40; @%p1 mov.u32 %r4, 1; shfl.sync.idx.b32 %r5|%p2, %r4, 9, 31, -1;"
                                + " st.global.u32 [%rd5], %r5;"),
                // What is read and not used is no fault: compilers load ahead of a choice.
                undefined(
                        "a load ahead of a choice",
                        "st.global",
                        "ld.shared",
                        "ld.shared.u32 %r4, [%r3]; setp.lt.u32 %p1, %r0, 80; selp.b32 %r5, %r4, 0, %p1; st.global.u32"
                                + " [%rd5], %r5;",
                        "ld.shared.u32 %r4, [%r3]; setp.lt.u32 %p1, %r0, 0; selp.b32 %r5, %r4, 0, %p1; st.global.u32"
                                + " [%rd5], %r5;"),
                undefined(
                        "a condition that is not looked at",
                        "bra",
                        "%p2",
                        "setp.lt.u32 %p1, %r0, 80; and.pred %p3, %p1, %p2; @%p3 bra END;",
                        "setp.lt.u32 %p1, %r0, 0; and.pred %p3, %p1, %p2; @%p3 bra END;"));
    }
}
