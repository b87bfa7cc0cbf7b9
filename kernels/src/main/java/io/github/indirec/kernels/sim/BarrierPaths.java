package io.github.indirec.kernels.sim;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which branches lead round a barrier: on one side it can be reached, on the other not before both sides meet again.
 *
 * <p>A thread that has ended is not waited for, so that an early return before a barrier is in order. A thread that
 * went round the barrier and ended later is not: the barrier stood in a branch, which all threads of a block must take
 * or none. The two look alike when the others wait; what tells them apart is the way by which the thread came.
 */
final class BarrierPaths {
    private static final int[] NONE = {};

    private final Instruction[] code;
    private final List<Barrier> barriers = new ArrayList<>();
    private final List<int[]> successors = new ArrayList<>();

    private BarrierPaths(Instruction[] code) {
        this.code = code;
    }

    /** Numbers the barriers of a kernel, tells its branches which of them they lead round, and returns their number. */
    static int mark(Instruction[] code) {
        BarrierPaths paths = new BarrierPaths(code);
        for (Instruction instruction : code) {
            if (instruction instanceof Barrier barrier) {
                barrier.ordinal = paths.barriers.size();
                paths.barriers.add(barrier);
            }
        }
        if (!paths.barriers.isEmpty()) {
            paths.mark();
        }
        return paths.barriers.size();
    }

    private void mark() {
        for (Instruction instruction : code) {
            successors.add(successors(instruction));
        }
        PostDominators meeting = new PostDominators(successors);
        for (Instruction instruction : code) {
            int place = meeting.of(instruction.index);
            boolean meets = place >= 0 && place < code.length && !isEnd(code[place]);
            if (instruction instanceof Branch branch && branch.isConditional() && meets) {
                BitSet taken = reached(branch.target(), place);
                BitSet passed = reached(branch.index + 1, place);
                branch.leadsRound(difference(passed, taken), difference(taken, passed));
            }
        }
    }

    private static boolean isEnd(Instruction instruction) {
        return instruction instanceof Exit exit && exit.isEnd();
    }

    private int[] successors(Instruction instruction) {
        int next = instruction.index + 1;
        if (instruction instanceof Branch branch) {
            return branch.successors();
        }
        if (instruction instanceof Exit) {
            return isEnd(instruction) ? new int[] {code.length} : new int[] {next, code.length};
        }
        return new int[] {next};
    }

    /** Numbers of the barriers that are reached from an instruction without passing a place. */
    private BitSet reached(int from, int place) {
        BitSet seen = new BitSet();
        BitSet found = new BitSet();
        List<Integer> open = new ArrayList<>(List.of(from));
        seen.set(place);
        seen.set(code.length);
        while (!open.isEmpty()) {
            int at = open.remove(open.size() - 1);
            if (!seen.get(at)) {
                seen.set(at);
                if (code[at] instanceof Barrier barrier) {
                    found.set(barrier.ordinal);
                }
                for (int next : successors.get(at)) {
                    open.add(next);
                }
            }
        }
        return found;
    }

    private static int[] difference(BitSet some, BitSet others) {
        BitSet left = (BitSet) some.clone();
        left.andNot(others);
        return left.isEmpty() ? NONE : left.stream().toArray();
    }
}
