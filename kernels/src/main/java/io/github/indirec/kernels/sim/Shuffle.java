package io.github.indirec.kernels.sim;

/**
 * shfl.sync: each lane reads another lane's register.
 *
 * <p>What comes from a lane that takes no part is undefined, which is in order as long as nothing depends on it: a sum
 * down a warp throws such values away.
 */
final class Shuffle extends WarpSync {
    /** Which lane is read. */
    enum Mode {
        UP,
        DOWN,
        BFLY,
        IDX
    }

    private final Mode mode;
    private final PtxRegister target;
    private final PtxRegister valid;
    private final MemoryInstruction.PtxOperandSlot value;
    private final MemoryInstruction.PtxOperandSlot lane;
    private final MemoryInstruction.PtxOperandSlot clamp;
    private final int[] fetched = new int[Warp.LANES];

    /** @param valid predicate that says whether the lane read was in range, or null */
    Shuffle(
            Mode mode,
            PtxRegister target,
            PtxRegister valid,
            MemoryInstruction.PtxOperandSlot value,
            MemoryInstruction.PtxOperandSlot lane,
            MemoryInstruction.PtxOperandSlot clamp,
            MemoryInstruction.PtxOperandSlot members) {
        super(members);
        this.mode = mode;
        this.target = target;
        this.valid = valid;
        this.value = value;
        this.lane = lane;
        this.clamp = clamp;
    }

    @Override
    void perform(Warp w, int lanes) {
        int inRange = 0;
        int ok = 0;
        int absent = 0;
        int sources = w.checks && value.id() >= 0 ? w.defined[value.id()] : -1;
        for (int m = lanes; m != 0; m &= m - 1) {
            int self = Integer.numberOfTrailingZeros(m);
            int from = from(self, w.r[lane.offset() + self], w.r[clamp.offset() + self]);
            if (from < 0) {
                from = self;
            } else {
                inRange |= 1 << self;
            }
            if ((lanes >> from & 1) == 0) {
                absent |= 1 << self;
            }
            fetched[self] = w.r[value.offset() + from];
            ok |= (sources >> from & 1) << self;
        }
        for (int m = lanes; m != 0; m &= m - 1) {
            int self = Integer.numberOfTrailingZeros(m);
            w.r[target.offset() + self] = fetched[self];
        }
        if (valid != null) {
            w.p[valid.offset()] = w.p[valid.offset()] & ~lanes | inRange;
            w.define(valid.id(), lanes);
        }
        if (w.checks) {
            w.defined[target.id()] = w.defined[target.id()] & ~lanes | ok;
            if (ok != lanes) {
                w.origin[target.id()] = w.origin[value.id()];
            }
            if (absent != 0) {
                w.defined[target.id()] &= ~absent;
                w.origin[target.id()] = index;
            }
        }
    }

    /** The lane to read, or -1 if it is out of range. */
    private int from(int self, int b, int c) {
        int segment = c >>> 8 & 31;
        int bound = self & segment | c & 31 & ~segment;
        int step = b & 31;
        int from =
                switch (mode) {
                    case UP -> self - step;
                    case DOWN -> self + step;
                    case BFLY -> self ^ step;
                    default -> self & segment | step & ~segment;
                };
        return mode == Mode.UP ? from >= bound ? from : -1 : from <= bound ? from : -1;
    }
}
