package io.github.indirec.kernels.sim;

/** ret, exit: the end of a thread; and trap. */
final class Exit extends Instruction {
    private final boolean trap;

    Exit(boolean trap) {
        super(false);
        this.trap = trap;
    }

    @Override
    void execute(Warp w, int active) {
        if (trap && active != 0) {
            throw w.fault(ReportKind.TRAP, this, active, 0, "the kernel stopped itself");
        }
        w.exit(active);
    }

    /** Whether whoever arrives here is gone at once. */
    boolean isEnd() {
        return !trap && guard < 0;
    }
}
