package io.github.indirec.kernels.sim;

import java.util.Arrays;

/** bra and brx.idx: lanes that go elsewhere form a group of their own. */
final class Branch extends Instruction {
    private final int[] targets;
    private final int selector;
    private final int selectorId;
    /** Numbers of the barriers that lanes which take the branch, and lanes which do not, go round. */
    private int[] roundByTaking = {};

    private int[] roundByPassing = {};

    /**
     * @param targets places in the code: one, or as many as the list of an indexed branch has
     * @param selector offset of the register with the index, or -1
     */
    Branch(int[] targets, int selector, int selectorId) {
        super(false);
        this.targets = targets;
        this.selector = selector;
        this.selectorId = selectorId;
    }

    boolean isConditional() {
        return selector < 0 && guard >= 0;
    }

    int target() {
        return targets[0];
    }

    /** Places to which it may lead. */
    int[] successors() {
        if (guard < 0) {
            return targets;
        }
        int[] all = Arrays.copyOf(targets, targets.length + 1);
        all[targets.length] = index + 1;
        return all;
    }

    void leadsRound(int[] byTaking, int[] byPassing) {
        roundByTaking = byTaking;
        roundByPassing = byPassing;
    }

    @Override
    void execute(Warp w, int active) {
        w.wentRound(roundByTaking, active);
        w.wentRound(roundByPassing, w.mask & ~active);
        if (selector >= 0) {
            indexed(w, active);
        } else if (active == w.mask) {
            w.jump(targets[0]);
        } else if (active == 0) {
            w.advance();
        } else {
            w.launch.divergent(index);
            w.split(targets[0], active);
            w.advance();
        }
    }

    private void indexed(Warp w, int active) {
        if (w.checks) {
            w.require(this, selectorId, active, "the index of the branch");
        }
        if (active == 0) {
            w.advance();
            return;
        }
        int left = active;
        boolean alone = true;
        while (left != 0) {
            int choice = w.r[selector + Integer.numberOfTrailingZeros(left)];
            int same = 0;
            for (int m = left; m != 0; m &= m - 1) {
                int lane = Integer.numberOfTrailingZeros(m);
                same |= w.r[selector + lane] == choice ? 1 << lane : 0;
            }
            if (choice < 0 || choice >= targets.length) {
                throw w.fault(ReportKind.TRAP, this, same, 0, "index " + choice + " of " + targets.length + " targets");
            }
            left &= ~same;
            if (same == w.mask) {
                w.jump(targets[choice]);
                return;
            }
            if (alone) {
                w.launch.divergent(index);
                alone = false;
            }
            w.split(targets[choice], same);
        }
        w.advance();
    }
}
