package io.github.indirec.kernels.sim;

import java.util.List;

/** Barriers that not all reach, and shuffles of lanes that are not there. */
final class WarpFaults {
    private static final String DONE = " st.global.u32 [%rd5], %r5;";

    private WarpFaults() {}

    private static FaultyKernel lanes(String name, String place, String faulty, String clean) {
        return new FaultyKernel(name, ReportKind.INACTIVE_LANE, place, "", 1, 64, faulty, clean);
    }

    private static FaultyKernel barrier(String name, String words, int threads, String faulty, String clean) {
        return new FaultyKernel(name, ReportKind.BARRIER_DIVERGENCE, "bar.", words, 1, threads, faulty, clean);
    }

    static List<FaultyKernel> all() {
        String half = "and.b32 %r6, %r0, 31; setp.ge.u32 %p1, %r6, 16;\n";
        return List.of(
                lanes(
                        "a shuffle in a branch",
                        "shfl",
                        half + "mov.u32 %r5, 1; @%p1 bra L; shfl.sync.bfly.b32 %r5|%p2, %r0, 8, 31, -1; L:" + DONE,
                        half + "mov.u32 %r5, 1; @%p1 bra L; shfl.sync.bfly.b32 %r5|%p2, %r0, 8, 31, 0xffff; L:" + DONE),
                lanes(
                        "a shuffle from a lane that left",
                        "shfl",
                        half + "@%p1 bra END; shfl.sync.bfly.b32 %r5|%p2, %r0, 16, 31, -1;" + DONE,
                        half + "@%p1 bra END; shfl.sync.bfly.b32 %r5|%p2, %r0, 8, 31, -1;" + DONE),
                lanes(
                        "two shuffles in two branches",
                        "shfl",
                        half
                                + "@%p1 bra L; shfl.sync.bfly.b32 %r5|%p2, %r0, 8, 31, -1; bra M; L:"
                                + " shfl.sync.bfly.b32 %r5|%p2, %r0, 8, 31, -1; M:"
                                + DONE,
                        half
                                + "@%p1 bra L; shfl.sync.bfly.b32 %r5|%p2, %r0, 8, 31, 0xffff; bra M; L:"
                                + " shfl.sync.bfly.b32 %r5|%p2, %r0, 8, 31, 0xffff0000; M:"
                                + DONE),
                lanes(
                        "a mask without the lane itself",
                        "shfl",
                        half + "shfl.sync.bfly.b32 %r5|%p2, %r0, 8, 31, 0xffff;" + DONE,
                        half + "shfl.sync.bfly.b32 %r5|%p2, %r0, 8, 31, -1;" + DONE),
                lanes(
                        "a vote in a branch",
                        "vote",
                        half + "mov.u32 %r5, 1; @%p1 bra L; vote.sync.ballot.b32 %r5, %p1, -1; L:" + DONE,
                        half + "mov.u32 %r5, 1; @%p1 bra L; vote.sync.ballot.b32 %r5, %p1, 0xffff; L:" + DONE),
                lanes(
                        "a warp barrier in a branch",
                        "bar.warp",
                        half + "mov.u32 %r5, 1; @%p1 bra L; bar.warp.sync -1; L:" + DONE,
                        half + "mov.u32 %r5, 1; @%p1 bra L; bar.warp.sync 0xffff; L:" + DONE),
                new FaultyKernel(
                        "a shuffle from a lane that never was",
                        ReportKind.INACTIVE_LANE,
                        "shfl",
                        "does not take part",
                        1,
                        48,
                        "shfl.sync.down.b32 %r5|%p2, %r0, 16, 31, -1;" + DONE,
                        "shfl.sync.down.b32 %r5|%p2, %r0, 8, 4127, -1;" + DONE),
                barrier(
                        "a barrier for half a warp",
                        "of the warp",
                        64,
                        half + "@%p1 bra L; bar.sync 0; L: st.global.u32 [%rd5], 1;",
                        half + "@%p1 bra L; L: bar.sync 0; st.global.u32 [%rd5], 1;"),
                barrier(
                        "a barrier in a branch, and one after it",
                        "",
                        64,
                        half + "@%p1 bra L; bar.sync 0; L: bar.sync 0;",
                        "setp.ge.u32 %p1, %r0, 32; @%p1 bra L; L: bar.sync 0;"),
                barrier(
                        "two warps at different barriers",
                        "warp",
                        64,
                        "setp.ge.u32 %p1, %r0, 32; @%p1 bra L; bar.sync 0; L: bar.sync 0;",
                        "bar.sync 0; setp.ge.u32 %p1, %r0, 32; @%p1 bra L; L: bar.sync 0;"),
                barrier(
                        "a guarded barrier",
                        "",
                        64,
                        half + "@%p1 bar.sync 0; st.global.u32 [%rd5], 1;",
                        "setp.lt.u32 %p1, %r0, 64; @%p1 bar.sync 0; st.global.u32 [%rd5], 1;"),
                // Threads that have ended are not waited for: an early return before a barrier is no fault.
                barrier(
                        "a barrier for a part of the block",
                        "is not supported",
                        96,
                        "bar.sync 1, 64;",
                        "setp.ge.u32 %p1, %r0, 50; @%p1 bra END; bar.sync 0; bar.sync 1, 96;"));
    }
}
