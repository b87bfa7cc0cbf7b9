package io.github.indirec.kernels.sim;

import java.util.List;

/** Accesses to global memory that nothing orders. */
final class GlobalRaces {
    private GlobalRaces() {}

    private static FaultyKernel race(String name, String place, String words, String faulty, String clean) {
        return new FaultyKernel(name, ReportKind.RACE, place, words, 3, 64, faulty, clean);
    }

    static List<FaultyKernel> all() {
        String own =
                "mov.u32 %r6, %ctaid.x; mad.lo.u32 %r6, %r6, 64, %r0; mul.wide.u32 %rd6, %r6, 4; add.s64 %rd7, %rd2,"
                        + " %rd6;\n";
        String first = "setp.eq.s32 %p1, %r0, 0; mov.u32 %r7, %ctaid.x; setp.eq.and.s32 %p2, %r7, 0, %p1;\n";
        return List.of(
                race(
                        "all blocks write the same words",
                        "st.global",
                        "of block",
                        "st.global.u32 [%rd5], %r0;",
                        own + "st.global.u32 [%rd7], %r0;"),
                race(
                        "the same value from all is a race, too",
                        "st.global",
                        "of block",
                        first + "@%p1 st.global.u32 [%rd2], 5;",
                        first + "@%p2 st.global.u32 [%rd2], 5;"),
                race(
                        "one block reads what another writes",
                        "global",
                        "",
                        own + "setp.eq.s32 %p1, %r6, 0; @%p1 st.global.u32 [%rd1], 1; ld.global.u32 %r7, [%rd1];",
                        own + "setp.eq.s32 %p1, %r6, 0; @%p1 st.global.u32 [%rd2], 1; ld.global.u32 %r7, [%rd1];"),
                race(
                        "a barrier of each block orders no blocks",
                        "global",
                        "of block",
                        own
                                + "setp.eq.s32 %p1, %r6, 0; @%p1 st.global.u32 [%rd1], 1; bar.sync 0; ld.global.u32"
                                + " %r7, [%rd1];",
                        own
                                + "st.global.u32 [%rd7], 1; bar.sync 0; xor.b32 %r8, %r6, 32; mul.wide.u32 %rd6, %r8,"
                                + " 4; add.s64 %rd8, %rd2, %rd6; ld.global.u32 %r7, [%rd8];"),
                race(
                        "warps of a block without a barrier",
                        "global",
                        "nothing orders",
                        own
                                + "st.global.u32 [%rd7], 1; xor.b32 %r8, %r6, 32; mul.wide.u32 %rd6, %r8, 4; add.s64"
                                + " %rd8, %rd2, %rd6; st.global.u32 [%rd8], 1;",
                        own
                                + "st.global.u32 [%rd7], 1; bar.sync 0; xor.b32 %r8, %r6, 32; mul.wide.u32 %rd6, %r8,"
                                + " 4; add.s64 %rd8, %rd2, %rd6; st.global.u32 [%rd8], 1;"),
                race(
                        "a plain write among atomics",
                        "global",
                        "",
                        first + "@%p2 st.global.u32 [%rd1], 5; @!%p1 red.global.add.u32 [%rd1], 1;",
                        first + "red.global.add.u32 [%rd1], 1; @%p2 st.global.u32 [%rd1+4], 5;"),
                race(
                        "a read of a sum that others still add to",
                        "global",
                        "",
                        "atom.global.add.u32 %r7, [%rd1], 1; bar.sync 0; ld.global.u32 %r8, [%rd1];",
                        "atom.global.add.u32 %r7, [%rd1], 1; bar.sync 0; ld.global.u32 %r8, [%rd1+4];"),
                new FaultyKernel(
                        "ld.global.nc of what the kernel itself wrote",
                        ReportKind.RACE,
                        "ld.global.nc",
                        "does not change",
                        1,
                        32,
                        "st.global.u32 [%rd5], 1; ld.global.nc.u32 %r7, [%rd5];",
                        "st.global.u32 [%rd5], 1; ld.global.u32 %r7, [%rd5]; ld.global.nc.u32 %r8, [%rd4];"),
                new FaultyKernel(
                        "words of a vector overlap",
                        ReportKind.RACE,
                        "v2",
                        "nothing orders",
                        1,
                        32,
                        "st.global.u32 [%rd5], 1; mov.u32 %r7, 2; shr.u32 %r8, %r0, 1; mul.wide.u32 %rd6, %r8, 8;"
                                + " add.s64 %rd7, %rd2, %rd6; st.global.v2.u32 [%rd7], {%r7, %r7};",
                        "mul.wide.u32 %rd6, %r0, 8; add.s64 %rd7, %rd2, %rd6; mov.u32 %r7, 2; st.global.v2.u32 [%rd7],"
                                + " {%r7, %r7};"));
    }
}
