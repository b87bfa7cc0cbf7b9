package io.github.indirec.kernels.sim;

/** bar.sync and bar.red: all threads of the block that have not ended wait for one another. */
final class Barrier extends Instruction {
    /** What a bar.red makes of all threads' predicates. */
    enum Reduction {
        NONE,
        POPC,
        AND,
        OR
    }

    final Reduction reduction;
    /** Number among the kernel's barriers. */
    int ordinal;

    private final MemoryInstruction.PtxOperandSlot number;
    private final MemoryInstruction.PtxOperandSlot threads;
    private final PtxRegister target;
    private final MemoryInstruction.PtxOperandSlot value;
    private final boolean negated;

    /**
     * @param threads number of threads that meet, or null for all
     * @param target null without reduction
     * @param value predicate to be reduced, or null
     */
    Barrier(
            Reduction reduction,
            MemoryInstruction.PtxOperandSlot number,
            MemoryInstruction.PtxOperandSlot threads,
            PtxRegister target,
            MemoryInstruction.PtxOperandSlot value,
            boolean negated) {
        super(false);
        this.reduction = reduction;
        this.number = number;
        this.threads = threads;
        this.target = target;
        this.value = value;
        this.negated = negated;
    }

    @Override
    void execute(Warp w, int active) {
        w.wentRound(ordinal, w.mask & ~active);
        if (active == 0) {
            w.advance();
            return;
        }
        if (active != w.mask) {
            w.split(index + 1, w.mask & ~active);
        }
        if (threads != null) {
            int expected = w.r[threads.offset() + Integer.numberOfTrailingZeros(active)];
            if (expected < w.launch.threads) {
                throw w.fault(
                        ReportKind.BARRIER_DIVERGENCE,
                        this,
                        active,
                        0,
                        "a barrier of " + expected + " of " + w.launch.threads + " threads is not supported");
            }
        }
        if (active == w.live) {
            w.atBarrier(this);
        } else {
            w.park(this);
        }
    }

    /** Number of the barrier that a warp waits at. */
    int number(Warp w) {
        return w.r[number.offset() + Integer.numberOfTrailingZeros(w.live)];
    }

    /** Threads of a warp whose predicate is true. */
    int votes(Warp w) {
        if (value == null) {
            return 0;
        }
        if (w.checks && value.id() >= 0) {
            w.require(this, value.id(), w.live, "the predicate");
        }
        return Integer.bitCount((w.p[value.offset()] ^ (negated ? -1 : 0)) & w.live);
    }

    /** Hands the result of the reduction to a warp. */
    void finish(Warp w, int votes, int threads) {
        if (reduction == Reduction.NONE) {
            return;
        }
        w.define(target.id(), w.live);
        if (reduction == Reduction.POPC) {
            for (int m = w.live; m != 0; m &= m - 1) {
                w.r[target.offset() + Integer.numberOfTrailingZeros(m)] = votes;
            }
        } else {
            boolean result = reduction == Reduction.AND ? votes == threads : votes > 0;
            w.p[target.offset()] = w.p[target.offset()] & ~w.live | (result ? w.live : 0);
        }
    }
}
