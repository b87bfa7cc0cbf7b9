package io.github.indirec.kernels.sim;

/** A decoded instruction. */
abstract class Instruction {
    /** Where it came from. */
    PtxStatement source;
    /** Place in the kernel's code. */
    int index;
    /** Slot of the predicate under which it runs, or -1. */
    int guard = -1;
    /** 0, or -1 if the guard is negated. */
    int guardFlip;
    /** Number of the guard among all registers. */
    int guardId;
    /** Whether it only computes or accesses memory, and the next instruction always follows. */
    final boolean straight;

    Instruction(boolean straight) {
        this.straight = straight;
    }

    /**
     * Runs it for the active lanes of the warp's current group. A straight one leaves the program counter alone; others
     * move it.
     */
    abstract void execute(Warp warp, int active);

    @Override
    public String toString() {
        return source.text();
    }
}
