package io.github.indirec.kernels.sim;

/** st: one, two or four registers into global, shared, local or generic memory. */
final class Store extends MemoryInstruction {
    private final PtxOperandSlot[] values;

    Store(Space space, String type, PtxOperandSlot[] values, PtxOperandSlot address, long displacement) {
        super(space, RegisterKind.bits(type) / 8, values.length, address, displacement);
        this.values = values;
    }

    @Override
    void execute(Warp w, int active) {
        resolve(w, active, true);
        count(w, active, true);
        if (w.checks) {
            for (PtxOperandSlot value : values) {
                if (value.id() >= 0) {
                    w.require(this, value.id(), active, "the value stored");
                }
            }
            w.launch.races.write(w, this, active);
        }
        for (int v = 0; v < count; v++) {
            store(w, active, values[v], v);
        }
        if (w.checks) {
            markValid(w, active);
        }
    }

    private void store(Warp w, int active, PtxOperandSlot value, int v) {
        for (int m = active; m != 0; m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            Segment segment = w.at[lane];
            long at = w.offset[lane] + (long) element * v;
            long bits = value.kind() == RegisterKind.LONG ? w.q[value.offset() + lane] : w.r[value.offset() + lane];
            switch (element) {
                case 4 -> segment.words[(int) (at >>> 2)] = (int) bits;
                case 8 -> segment.putLong(at, bits);
                case 2 -> segment.putShort(at, (int) bits);
                default -> segment.putByte(at, (int) bits);
            }
        }
    }

    private void markValid(Warp w, int active) {
        for (int m = active; m != 0; m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            Segment segment = w.at[lane];
            if (segment.valid != null) {
                int word = (int) (w.offset[lane] >>> 2);
                int shift = (int) (w.offset[lane] & 3);
                int bytes = element * count;
                if (bytes <= 4) {
                    segment.markValid(word, (1 << bytes) - 1 << shift);
                } else {
                    for (int i = 0; i < bytes / 4; i++) {
                        segment.valid[word + i] = 15;
                    }
                }
            }
        }
    }
}
