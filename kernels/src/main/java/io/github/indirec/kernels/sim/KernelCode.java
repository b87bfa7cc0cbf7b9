package io.github.indirec.kernels.sim;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** A kernel decoded for execution: instructions, and the plan of a warp's register file. */
final class KernelCode {
    private final PtxKernel source;
    private final Instruction[] instructions;
    private final RegisterPlan plan;
    private final List<PtxVariable> shared;
    private final int localBytes;

    KernelCode(
            PtxKernel source, Instruction[] instructions, RegisterPlan plan, List<PtxVariable> shared, int localBytes) {
        this.source = source;
        this.instructions = instructions;
        this.plan = plan;
        this.shared = List.copyOf(shared);
        this.localBytes = localBytes;
    }

    String name() {
        return source.name();
    }

    PtxKernel source() {
        return source;
    }

    Instruction[] instructions() {
        return instructions;
    }

    int registers() {
        return source.registers().size();
    }

    PtxRegister register(int id) {
        return source.registers().get(id);
    }

    /** Shared variables, with their offsets in the window. */
    List<PtxVariable> shared() {
        return shared;
    }

    int localBytes() {
        return localBytes;
    }

    int[] words() {
        return plan.words();
    }

    long[] longs() {
        return plan.longs();
    }

    int[] predicates() {
        return plan.predicates();
    }

    /** Fills a special register of a warp, if the kernel uses it. */
    void special(Warp warp, String name, IntUnaryOperator value) {
        Integer slot = plan.specials().get(name);
        if (slot != null) {
            for (int lane = 0; lane < Warp.LANES; lane++) {
                warp.r[slot * Warp.LANES + lane] = value.applyAsInt(lane);
            }
        }
    }

    /** Number of the register at an offset, or -1 if a constant is there. */
    int idOf(RegisterKind kind, int offset) {
        return plan.idOf(kind, kind == RegisterKind.PREDICATE ? offset : offset / Warp.LANES);
    }

    /** Which slot holds what: scratch first, then registers, then constants and special registers. */
    static final class RegisterPlan {
        private final int[] next = {1, 1, 1};
        private final int[][] ids;
        private final Map<Integer, Integer> words = new HashMap<>();
        private final Map<Long, Integer> longs = new HashMap<>();
        private final Map<Integer, Integer> predicates = new HashMap<>();
        private final Map<String, Integer> specials = new HashMap<>();

        RegisterPlan(List<PtxRegister> registers) {
            for (PtxRegister register : registers) {
                int kind = register.kind().ordinal();
                next[kind] = Math.max(next[kind], register.slot() + 1);
            }
            ids = new int[3][];
            for (int kind = 0; kind < 3; kind++) {
                ids[kind] = new int[next[kind]];
                Arrays.fill(ids[kind], -1);
            }
            for (PtxRegister register : registers) {
                ids[register.kind().ordinal()][register.slot()] = register.id();
            }
        }

        int word(int value) {
            return words.computeIfAbsent(value, v -> next[0]++) * Warp.LANES;
        }

        int longWord(long value) {
            return longs.computeIfAbsent(value, v -> next[1]++) * Warp.LANES;
        }

        /** A constant predicate: all lanes or none. */
        int predicate(boolean value) {
            return predicates.computeIfAbsent(value ? -1 : 0, v -> next[2]++);
        }

        /** A predicate slot of its own. */
        int freshPredicate() {
            return next[2]++;
        }

        int special(String name) {
            return specials.computeIfAbsent(name, n -> next[0]++) * Warp.LANES;
        }

        Map<String, Integer> specials() {
            return specials;
        }

        int idOf(RegisterKind kind, int slot) {
            int[] known = ids[kind.ordinal()];
            return slot < known.length ? known[slot] : -1;
        }

        int[] words() {
            int[] file = new int[next[0] * Warp.LANES];
            words.forEach((value, slot) -> Arrays.fill(file, slot * Warp.LANES, (slot + 1) * Warp.LANES, value));
            return file;
        }

        long[] longs() {
            long[] file = new long[next[1] * Warp.LANES];
            longs.forEach((value, slot) -> Arrays.fill(file, slot * Warp.LANES, (slot + 1) * Warp.LANES, value));
            return file;
        }

        int[] predicates() {
            int[] file = new int[next[2]];
            predicates.forEach((value, slot) -> file[slot] = value);
            return file;
        }
    }
}
