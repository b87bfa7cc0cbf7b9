package io.github.indirec.kernels.sim;

/** vote.sync, match.sync, redux.sync, bar.warp.sync: one result from all lanes that take part. */
final class Vote extends WarpSync {
    /** What becomes of the operands. */
    enum Mode {
        ANY,
        ALL,
        UNI,
        BALLOT,
        MATCH_ANY,
        MATCH_ALL,
        ADD,
        MIN,
        MAX,
        UMIN,
        UMAX,
        AND,
        OR,
        XOR,
        /** No operand and no result: a warp barrier. */
        BARRIER
    }

    private final Mode mode;
    private final PtxRegister target;
    private final PtxRegister second;
    private final MemoryInstruction.PtxOperandSlot value;
    private final boolean negated;

    /**
     * @param second predicate of match.all that says whether all are equal, or null
     * @param value null for a barrier
     * @param negated whether the predicate voted on has an exclamation mark
     */
    Vote(
            Mode mode,
            PtxRegister target,
            PtxRegister second,
            MemoryInstruction.PtxOperandSlot value,
            boolean negated,
            MemoryInstruction.PtxOperandSlot members) {
        super(members);
        this.mode = mode;
        this.target = target;
        this.second = second;
        this.value = value;
        this.negated = negated;
    }

    @Override
    void perform(Warp w, int lanes) {
        if (mode == Mode.BARRIER) {
            w.ordered(lanes);
            return;
        }
        boolean defined = !w.checks || value.id() < 0 || (lanes & ~w.defined[value.id()]) == 0;
        if (value.kind() == RegisterKind.PREDICATE) {
            vote(w, lanes, w.p[value.offset()] ^ (negated ? -1 : 0));
        } else if (mode == Mode.MATCH_ANY || mode == Mode.MATCH_ALL) {
            match(w, lanes);
        } else {
            reduce(w, lanes);
        }
        if (w.checks) {
            w.defined[target.id()] = w.defined[target.id()] & ~lanes | (defined ? lanes : 0);
            if (!defined) {
                w.origin[target.id()] = w.origin[value.id()];
            }
            if (second != null) {
                w.defined[second.id()] = w.defined[second.id()] & ~lanes | (defined ? lanes : 0);
            }
        }
    }

    private void vote(Warp w, int lanes, int votes) {
        int yes = votes & lanes;
        if (mode == Mode.BALLOT) {
            fill(w, lanes, yes);
            return;
        }
        boolean result =
                switch (mode) {
                    case ANY -> yes != 0;
                    case ALL -> yes == lanes;
                    default -> yes == lanes || yes == 0;
                };
        w.p[target.offset()] = w.p[target.offset()] & ~lanes | (result ? lanes : 0);
    }

    private long operand(Warp w, int lane) {
        return value.kind() == RegisterKind.LONG ? w.q[value.offset() + lane] : w.r[value.offset() + lane];
    }

    private void match(Warp w, int lanes) {
        int together = 0;
        for (int m = lanes; m != 0; m &= m - 1) {
            int self = Integer.numberOfTrailingZeros(m);
            int same = 0;
            for (int k = lanes; k != 0; k &= k - 1) {
                int lane = Integer.numberOfTrailingZeros(k);
                same |= operand(w, lane) == operand(w, self) ? 1 << lane : 0;
            }
            together = same;
            w.r[target.offset() + self] = mode == Mode.MATCH_ANY || same == lanes ? same : 0;
        }
        if (second != null) {
            w.p[second.offset()] = w.p[second.offset()] & ~lanes | (together == lanes ? lanes : 0);
        }
    }

    private void reduce(Warp w, int lanes) {
        int first = Integer.numberOfTrailingZeros(lanes);
        int result = (int) operand(w, first);
        for (int m = lanes & lanes - 1; m != 0; m &= m - 1) {
            int x = (int) operand(w, Integer.numberOfTrailingZeros(m));
            result = switch (mode) {
                case ADD -> result + x;
                case MIN -> Math.min(result, x);
                case MAX -> Math.max(result, x);
                case UMIN -> Integer.compareUnsigned(x, result) < 0 ? x : result;
                case UMAX -> Integer.compareUnsigned(x, result) > 0 ? x : result;
                case AND -> result & x;
                case OR -> result | x;
                default -> result ^ x;
            };
        }
        fill(w, lanes, result);
    }

    private void fill(Warp w, int lanes, int result) {
        for (int m = lanes; m != 0; m &= m - 1) {
            w.r[target.offset() + Integer.numberOfTrailingZeros(m)] = result;
        }
    }
}
