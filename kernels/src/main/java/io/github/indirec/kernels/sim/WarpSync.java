package io.github.indirec.kernels.sim;

/**
 * An instruction that lanes of a warp execute together: shuffle, vote, match, reduction, warp barrier. Each lane names
 * by a mask those it waits for.
 */
abstract class WarpSync extends Instruction {
    final MemoryInstruction.PtxOperandSlot members;

    WarpSync(MemoryInstruction.PtxOperandSlot members) {
        super(false);
        this.members = members;
    }

    @Override
    final void execute(Warp w, int active) {
        if (active == 0) {
            w.advance();
            return;
        }
        if (active != w.mask) {
            w.split(index + 1, w.mask & ~active);
        }
        if (w.checks && members.id() >= 0) {
            w.require(this, members.id(), active, "the mask of members");
        }
        int named = named(w, Integer.numberOfTrailingZeros(active));
        if ((named & w.live) == active && uniform(w, active, named)) {
            perform(w, active);
            w.advance();
        } else {
            check(w, active);
            w.park(this);
        }
    }

    /** Lanes that a lane waits for. */
    final int named(Warp w, int lane) {
        return w.r[members.offset() + lane];
    }

    final boolean uniform(Warp w, int lanes, int named) {
        for (int m = lanes; m != 0; m &= m - 1) {
            if (named(w, Integer.numberOfTrailingZeros(m)) != named) {
                return false;
            }
        }
        return true;
    }

    private void check(Warp w, int active) {
        for (int m = active; m != 0; m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            if ((named(w, lane) >> lane & 1) == 0) {
                throw w.fault(
                        ReportKind.INACTIVE_LANE,
                        this,
                        1 << lane,
                        0,
                        "lane " + lane + " is not in its own mask 0x" + Integer.toHexString(named(w, lane)));
            }
        }
    }

    /** Lanes among those waiting here that have all whom they named, or 0. */
    final int complete(Warp w, int waiting) {
        for (int left = waiting; left != 0; ) {
            int named = named(w, Integer.numberOfTrailingZeros(left));
            int same = 0;
            for (int m = left; m != 0; m &= m - 1) {
                int lane = Integer.numberOfTrailingZeros(m);
                same |= named(w, lane) == named ? 1 << lane : 0;
            }
            if ((named & w.live & ~same) == 0) {
                return same;
            }
            left &= ~same;
        }
        return 0;
    }

    /** Does it for lanes that all name one another. */
    abstract void perform(Warp w, int lanes);
}
