package io.github.indirec.kernels.sim;

import java.util.List;

/** Accesses to shared memory that nothing orders. */
final class SharedRaces {
    private static final String WRITE = "st.shared.u32 [%r3], %r0;\n";
    /** The neighbour's word in the same warp: lane xor 1. */
    private static final String NEIGHBOUR =
            "xor.b32 %r4, %r2, 4; add.u32 %r4, %r1, %r4; ld.shared.u32 %r5, [%r4]; st.global.u32 [%rd5], %r5;\n";
    /** A word of another warp: thread xor 32. */
    private static final String FAR =
            "xor.b32 %r4, %r2, 128; add.u32 %r4, %r1, %r4; ld.shared.u32 %r5, [%r4]; st.global.u32 [%rd5], %r5;\n";

    private SharedRaces() {}

    private static FaultyKernel race(String name, String place, String faulty, String clean) {
        return new FaultyKernel(name, ReportKind.RACE, place, "nothing orders", 1, 64, faulty, clean);
    }

    static List<FaultyKernel> all() {
        String first = "setp.eq.s32 %p1, %r0, 0;\n";
        return List.of(
                race(
                        "write, then read another warp's word",
                        "shared",
                        "st.shared.u32 [%r3], 9; bar.sync 0;" + WRITE + FAR,
                        WRITE + "bar.sync 0;" + FAR),
                race(
                        "a warp barrier where a block barrier is needed",
                        "shared",
                        "mov.u32 %r5, 0; st.shared.u32 [%r3], 0; bar.sync 0;" + WRITE + "bar.warp.sync -1;" + FAR,
                        WRITE + "bar.sync 0;" + FAR),
                race(
                        "write, then read a neighbour's word in step",
                        "ld.shared",
                        WRITE + NEIGHBOUR,
                        WRITE + "bar.warp.sync -1;" + NEIGHBOUR),
                race(
                        "a shuffle is no barrier",
                        "ld.shared",
                        WRITE + "shfl.sync.bfly.b32 %r6|%p2, %r0, 1, 31, -1;" + NEIGHBOUR,
                        WRITE + "shfl.sync.bfly.b32 %r6|%p2, %r0, 1, 31, -1; bar.warp.sync -1;" + NEIGHBOUR),
                race(
                        "volatile is no barrier",
                        "ld.volatile",
                        WRITE + NEIGHBOUR.replace("ld.shared", "ld.volatile.shared"),
                        WRITE + "bar.warp.sync -1;" + NEIGHBOUR.replace("ld.shared", "ld.volatile.shared")),
                race(
                        "a warp barrier of other lanes",
                        "ld.shared",
                        WRITE
                                + "and.b32 %r6, %r0, 1; setp.eq.s32 %p1, %r6, 0; @%p1 bar.warp.sync 0x55555555; @!%p1"
                                + " bar.warp.sync 0xaaaaaaaa;"
                                + NEIGHBOUR,
                        WRITE
                                + "and.b32 %r6, %r0, 2; setp.eq.s32 %p1, %r6, 0; @%p1 bar.warp.sync 0x33333333; @!%p1"
                                + " bar.warp.sync 0xcccccccc;"
                                + NEIGHBOUR),
                race(
                        "read, then overwritten without a barrier",
                        "st.shared",
                        WRITE + "bar.sync 0;" + FAR + "st.shared.u32 [%r3], 7;",
                        WRITE + "bar.sync 0;" + FAR + "bar.sync 0; st.shared.u32 [%r3], 7;"),
                race(
                        "read by a warp only, overwritten after a warp barrier",
                        "shared",
                        WRITE + "bar.sync 0;" + FAR + "bar.warp.sync -1; st.shared.u32 [%r3], 7;",
                        WRITE + "bar.sync 0;" + NEIGHBOUR + "bar.warp.sync -1; st.shared.u32 [%r3], 7;"),
                race(
                        "two lanes write one word in one instruction",
                        "st.shared",
                        first + "st.shared.u32 [tile], 5;",
                        first + "@%p1 st.shared.u32 [tile], 5;"),
                race(
                        "a broadcast that its writer's warp reads too soon",
                        "shared",
                        first + "@%p1 st.shared.u32 [tile], 5; ld.shared.u32 %r5, [tile];",
                        first
                                + "@%p1 st.shared.u32 [tile], 5; bar.sync 0; ld.shared.u32 %r5, [tile]; st.global.u32"
                                + " [%rd5], %r5;"),
                race(
                        "an atomic, then a plain read",
                        "shared",
                        first
                                + "@%p1 st.shared.u32 [tile], 0; bar.sync 0; atom.shared.add.u32 %r5, [tile], 1;"
                                + " ld.shared.u32 %r6, [tile];",
                        first
                                + "@%p1 st.shared.u32 [tile], 0; bar.sync 0; atom.shared.add.u32 %r5, [tile], 1;"
                                + " bar.sync 0; ld.shared.u32 %r6, [tile];"),
                race(
                        "zero written while others add",
                        "shared",
                        first
                                + "@%p1 st.shared.u32 [tile], 9; bar.sync 0; @%p1 st.shared.u32 [tile], 0; @!%p1"
                                + " red.shared.add.u32 [tile], 1;",
                        first + "@%p1 st.shared.u32 [tile], 0; bar.sync 0; @!%p1 red.shared.add.u32 [tile], 1;"),
                race(
                        "two threads write one byte",
                        "st.shared.u8",
                        "shr.u32 %r4, %r0, 1; add.u32 %r4, %r1, %r4; st.shared.u8 [%r4], 1;",
                        "add.u32 %r4, %r1, %r0; st.shared.u8 [%r4], 1;"),
                race(
                        "a byte of a word that is read whole",
                        "shared",
                        "add.u32 %r4, %r1, %r0; st.shared.u8 [%r4], 1; bar.warp.sync -1; and.b32 %r5, %r2, 60; add.u32"
                                + " %r5, %r1, %r5; ld.shared.u32 %r6, [%r5];",
                        "add.u32 %r4, %r1, %r0; st.shared.u8 [%r4], 1; bar.sync 0; and.b32 %r5, %r2, 60; add.u32 %r5,"
                                + " %r1, %r5; ld.shared.u32 %r6, [%r5];"),
                race(
                        "a tile reused in a loop without its second barrier",
                        "shared",
                        "mov.u32 %r7, 0; L: " + WRITE + "bar.sync 0;" + FAR
                                + "add.u32 %r7, %r7, 1; setp.lt.u32 %p1, %r7, 3; @%p1 bra L;",
                        "mov.u32 %r7, 0; L: " + WRITE + "bar.sync 0;" + FAR
                                + "bar.sync 0; add.u32 %r7, %r7, 1; setp.lt.u32 %p1, %r7, 3; @%p1 bra L;"));
    }
}
