package io.github.indirec.kernels.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;

/** Cases of what lanes do together, of branches and of special registers; lane l expects a function of l. */
final class WarpVectors {
    private WarpVectors() {}

    static List<OpcodeVector> all() {
        VectorList v = new VectorList();
        shuffles(v);
        votes(v);
        barriers(v);
        branches(v);
        special(v);
        return v.all();
    }

    private static void lane(VectorList v, String opcodes, String body, String type, IntToLongFunction expected) {
        List<long[]> inputs = new ArrayList<>();
        List<Long> results = new ArrayList<>();
        for (int lane = 0; lane < 32; lane++) {
            inputs.add(new long[] {lane});
            results.add(expected.applyAsLong(lane));
        }
        v.body(opcodes, body, type, inputs, results);
    }

    private static void shuffles(VectorList v) {
        String x = "mul.lo.u32 %r1, %r0, 10;\n";
        lane(v, "shfl.sync.bfly.b32", x + "OPCODE %r9|%p1, %r1, 16, 31, -1;", "b32", l -> 10L * (l ^ 16));
        lane(v, "shfl.sync.bfly.b32", x + "OPCODE %r9, %r1, 3, 31, -1;", "b32", l -> 10L * (l ^ 3));
        lane(
                v,
                "shfl.sync.down.b32",
                x + "OPCODE %r9|%p1, %r1, 5, 31, -1;",
                "b32",
                l -> 10L * (l + 5 < 32 ? l + 5 : l));
        lane(v, "shfl.sync.down.b32", x + "OPCODE %r9|%p9, %r1, 5, 31, -1;", "pred", l -> l + 5 < 32 ? 1 : 0);
        lane(v, "shfl.sync.up.b32", x + "OPCODE %r9|%p1, %r1, 2, 0, -1;", "b32", l -> 10L * (l >= 2 ? l - 2 : l));
        lane(v, "shfl.sync.up.b32", x + "OPCODE %r9|%p9, %r1, 2, 0, -1;", "pred", l -> l >= 2 ? 1 : 0);
        lane(v, "shfl.sync.idx.b32", x + "OPCODE %r9|%p1, %r1, 7, 31, -1;", "b32", l -> 70);
        lane(v, "shfl.sync.idx.b32", x + "OPCODE %r9|%p1, %r1, 35, 31, -1;", "b32", l -> 30);
        // Width 16 (mask 0x10 in bits 8 to 12), as __shfl_sync(..., 16) compiles: 4127 = 0x101f, and 4096 for up.
        lane(v, "shfl.sync.idx.b32", x + "OPCODE %r9|%p1, %r1, 3, 4127, -1;", "b32", l -> 10L * ((l & 16) + 3));
        lane(
                v,
                "shfl.sync.up.b32",
                x + "OPCODE %r9|%p1, %r1, 1, 4096, -1;",
                "b32",
                l -> 10L * ((l & 15) >= 1 ? l - 1 : l));
        lane(
                v,
                "shfl.sync.down.b32",
                x + "OPCODE %r9|%p1, %r1, 4, 4127, -1;",
                "b32",
                l -> 10L * ((l & 15) + 4 < 16 ? l + 4 : l));
        lane(v, "shfl.sync.bfly.b32", x + "OPCODE %r9|%p9, %r1, 16, 4127, -1;", "pred", l -> l >= 16 ? 1 : 0);
        lane(
                v,
                "shfl.sync.idx.b32",
                "mul.lo.u32 %r1, %r0, 10; and.b32 %r2, %r0, 1; sub.u32 %r3, 31, %r0; setp.eq.s32 %p1, %r2, 0;\n"
                        + "mov.u32 %r9, 5; @%p1 OPCODE %r9, %r1, 6, 31, 0x55555555;",
                "b32",
                l -> l % 2 == 0 ? 60 : 5);
    }

    private static void votes(VectorList v) {
        String p = "setp.lt.u32 %p1, %r0, 4; setp.lt.u32 %p2, %r0, 64;\n";
        lane(v, "vote.sync.ballot.b32", p + "OPCODE %r9, %p1, -1;", "b32", l -> 15);
        lane(v, "vote.sync.ballot.b32", p + "OPCODE %r9, !%p1, -1;", "b32", l -> 0xfffffff0L);
        lane(v, "vote.sync.any.pred", p + "OPCODE %p9, %p1, -1;", "pred", l -> 1);
        lane(v, "vote.sync.any.pred", p + "OPCODE %p9, !%p2, -1;", "pred", l -> 0);
        lane(v, "vote.sync.all.pred", p + "OPCODE %p9, %p1, -1;", "pred", l -> 0);
        lane(v, "vote.sync.all.pred", p + "OPCODE %p9, %p2, -1;", "pred", l -> 1);
        lane(v, "vote.sync.uni.pred", p + "OPCODE %p9, %p1, -1;", "pred", l -> 0);
        lane(v, "vote.sync.uni.pred", p + "OPCODE %p9, !%p2, -1;", "pred", l -> 1);
        lane(v, "match.any.sync.b32", "rem.u32 %r1, %r0, 4; OPCODE %r9, %r1, -1;", "b32", l -> 0x11111111L << l % 4);
        lane(v, "match.any.sync.b64", "mul.wide.u32 %rd4, %r0, 0; OPCODE %r9, %rd4, -1;", "b32", l -> 0xffffffffL);
        lane(v, "match.all.sync.b32", "mov.u32 %r1, 7; OPCODE %r9|%p1, %r1, -1;", "b32", l -> 0xffffffffL);
        lane(v, "match.all.sync.b32", "OPCODE %r9|%p9, %r0, -1;", "pred", l -> 0);
        lane(v, "match.all.sync.b64", "cvt.u64.u32 %rd4, %r0; OPCODE %r9|%p1, %rd4, -1;", "b32", l -> 0);
        lane(v, "redux.sync.add.u32 redux.sync.add.s32", "OPCODE %r9, %r0, -1;", "b32", l -> 496);
        lane(v, "redux.sync.max.s32", "sub.s32 %r1, %r0, 5; OPCODE %r9, %r1, -1;", "b32", l -> 26);
        lane(v, "redux.sync.min.s32", "sub.s32 %r1, %r0, 5; OPCODE %r9, %r1, -1;", "b32", l -> 0xfffffffbL);
        lane(v, "redux.sync.max.u32", "sub.s32 %r1, %r0, 5; OPCODE %r9, %r1, -1;", "b32", l -> 0xffffffffL);
        lane(v, "redux.sync.min.u32", "sub.s32 %r1, %r0, 5; OPCODE %r9, %r1, -1;", "b32", l -> 0);
        lane(v, "redux.sync.and.b32", "or.b32 %r1, %r0, 64; OPCODE %r9, %r1, -1;", "b32", l -> 64);
        lane(v, "redux.sync.or.b32", "OPCODE %r9, %r0, -1;", "b32", l -> 31);
        lane(v, "redux.sync.xor.b32", "OPCODE %r9, %r0, -1;", "b32", l -> 0);
        lane(v, "activemask.b32", "OPCODE %r9;", "b32", l -> 0xffffffffL);
    }

    private static void barriers(VectorList v) {
        String tile = ".shared .align 4 .b8 tile[128]; mov.u32 %r1, tile; shl.b32 %r2, %r0, 2; add.u32 %r3, %r1, %r2;\n"
                + "st.shared.u32 [%r3], %r0;\n";
        String other = " xor.b32 %r4, %r0, 5; shl.b32 %r4, %r4, 2; add.u32 %r4, %r1, %r4; ld.shared.u32 %r9, [%r4];";
        lane(v, "bar.sync", tile + "OPCODE 0;" + other, "b32", l -> l ^ 5);
        lane(v, "bar.sync", tile + "OPCODE 3, 32;" + other, "b32", l -> l ^ 5);
        lane(v, "barrier.sync barrier.sync.aligned barrier.cta.sync", tile + "OPCODE 0;" + other, "b32", l -> l ^ 5);
        lane(v, "bar.warp.sync", tile + "OPCODE -1;" + other, "b32", l -> l ^ 5);
        String p = "setp.lt.u32 %p1, %r0, 4; setp.lt.u32 %p2, %r0, 64;\n";
        lane(v, "bar.red.popc.u32", p + "OPCODE %r9, 0, %p1;", "b32", l -> 4);
        lane(v, "bar.red.popc.u32", p + "OPCODE %r9, 0, !%p1;", "b32", l -> 28);
        lane(v, "bar.red.or.pred", p + "OPCODE %p9, 0, %p1;", "pred", l -> 1);
        lane(v, "bar.red.or.pred", p + "OPCODE %p9, 0, !%p2;", "pred", l -> 0);
        lane(v, "bar.red.and.pred", p + "OPCODE %p9, 0, %p1;", "pred", l -> 0);
        lane(v, "bar.red.and.pred", p + "OPCODE %p9, 0, 32, %p2;", "pred", l -> 1);
    }

    /** Loops of different lengths, a switch, and ways that cross. */
    private static void branches(VectorList v) {
        String loop = "mov.u32 %r9, 0; mov.u32 %r1, 0;\n"
                + "L: add.u32 %r9, %r9, %r1; add.u32 %r1, %r1, 1; setp.le.u32 %p1, %r1, %r0;\n";
        lane(v, "bra", loop + "@%p1 OPCODE L;", "b32", l -> l * (l + 1) / 2);
        lane(v, "bra", loop + "@!%p1 OPCODE E; bra.uni L; E:", "b32", l -> l * (l + 1) / 2);
        lane(v, "bra.uni", loop + "@!%p1 bra E; OPCODE L; E:", "b32", l -> l * (l + 1) / 2);
        String table = "and.b32 %r1, %r0, 3; T: .branchtargets A, B, C, A;\n";
        lane(
                v,
                "brx.idx",
                table + "OPCODE %r1, T; A: mov.u32 %r9, 1; bra E; B: mov.u32 %r9, 2; bra E; C: mov.u32 %r9, 3; E:",
                "b32",
                l -> l % 4 == 1 ? 2 : l % 4 == 2 ? 3 : 1);
        lane(
                v,
                "brx.idx.uni",
                "mov.u32 %r1, 1; T: .branchtargets A, B;\n"
                        + "OPCODE %r1, T; A: mov.u32 %r9, 1; bra E; B: mov.u32 %r9, 2; E:",
                "b32",
                l -> 2);
        // ret, exit: lanes above 7 leave, after having stored a 1 themselves.
        String leave =
                "setp.gt.u32 %p1, %r0, 7; mov.u64 %rd9, 1; @%p1 st.global.u64 [%rd30], %rd9; @%p1 OPCODE; mov.u64"
                        + " %rd9, 2;";
        lane(v, "ret exit", leave, "b64", l -> l > 7 ? 1 : 2);
        // Into the middle of a loop, which is no structured control flow.
        lane(
                v,
                "bra",
                "mov.u32 %r9, 0; setp.lt.u32 %p1, %r0, 3; mov.u32 %r1, 0; @%p1 OPCODE M;\n"
                        + "L: add.u32 %r9, %r9, 1;\n"
                        + "M: add.u32 %r9, %r9, 100; add.u32 %r1, %r1, 1; setp.lt.u32 %p2, %r1, 2; @%p2 bra L;",
                "b32",
                l -> l < 3 ? 201 : 202);
    }

    private static void special(VectorList v) {
        lane(v, "mov.u32", "OPCODE %r9, %laneid;", "b32", l -> l);
        lane(v, "mov.u32", "OPCODE %r9, %lanemask_lt;", "b32", l -> (1L << l) - 1);
        lane(v, "mov.u32", "OPCODE %r9, %lanemask_le;", "b32", l -> (2L << l) - 1);
        lane(v, "mov.u32", "OPCODE %r9, %lanemask_eq;", "b32", l -> 1L << l);
        lane(v, "mov.u32", "OPCODE %r9, %lanemask_gt;", "b32", l -> -(2L << l) & 0xffffffffL);
        lane(v, "mov.u32", "OPCODE %r9, %lanemask_ge;", "b32", l -> -(1L << l) & 0xffffffffL);
        lane(v, "mov.u32", "OPCODE %r9, %ntid.x;", "b32", l -> 32);
        lane(v, "mov.u32", "OPCODE %r9, %nctaid.x;", "b32", l -> 1);
        lane(v, "mov.u32", "OPCODE %r9, %ctaid.x;", "b32", l -> 0);
        lane(v, "mov.u32", "OPCODE %r9, %tid.y;", "b32", l -> 0);
    }
}
