package io.github.indirec.kernels.sim;

/** ld: from global, shared, constant, local or generic memory into one, two or four registers. */
final class Load extends MemoryInstruction {
    private final String type;
    private final PtxRegister[] targets;
    private final boolean readOnly;

    /**
     * @param targets null where nobody wants the value
     * @param readOnly whether the memory may not change while the kernel runs (ld.global.nc)
     */
    Load(Space space, String type, PtxRegister[] targets, PtxOperandSlot address, long displacement, boolean readOnly) {
        super(space, RegisterKind.bits(type) / 8, targets.length, address, displacement);
        this.type = type;
        this.targets = targets;
        this.readOnly = readOnly;
    }

    @Override
    void execute(Warp w, int active) {
        resolve(w, active, false);
        count(w, active, false);
        if (w.checks) {
            w.launch.races.read(w, this, active, readOnly);
        }
        for (int v = 0; v < count; v++) {
            PtxRegister target = targets[v];
            if (target != null) {
                load(w, active, target, v);
                if (w.checks) {
                    define(w, active, target, v);
                }
            }
        }
    }

    private void load(Warp w, int active, PtxRegister target, int v) {
        int d = target.offset();
        if (element == 4 && target.kind() == RegisterKind.INT) {
            for (int m = active; m != 0; m &= m - 1) {
                int lane = Integer.numberOfTrailingZeros(m);
                w.r[d + lane] = w.at[lane].words[(int) (w.offset[lane] >>> 2) + v];
            }
        } else if (element == 8) {
            for (int m = active; m != 0; m &= m - 1) {
                int lane = Integer.numberOfTrailingZeros(m);
                w.q[d + lane] = w.at[lane].getLong(w.offset[lane] + 8L * v);
            }
        } else {
            for (int m = active; m != 0; m &= m - 1) {
                int lane = Integer.numberOfTrailingZeros(m);
                long at = w.offset[lane] + (long) element * v;
                int word = w.at[lane].words[(int) (at >>> 2)] >>> 8 * (int) (at & 3);
                w.put(target, lane, widen(word, type, target.bits()));
            }
        }
    }

    private void define(Warp w, int active, PtxRegister target, int v) {
        int ok = 0;
        int mask = element == 1 ? 1 : element == 2 ? 3 : 15;
        for (int m = active; m != 0; m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            long at = w.offset[lane] + (long) element * v;
            int word = (int) (at >>> 2);
            Segment segment = w.at[lane];
            boolean valid = segment.valid == null
                    || segment.isValid(word, mask << (at & 3)) && (element < 8 || segment.isValid(word + 1, 15));
            ok |= valid ? 1 << lane : 0;
        }
        w.defined[target.id()] = w.defined[target.id()] & ~active | ok;
        if (ok != active) {
            w.origin[target.id()] = index;
        }
    }

    /** The lowest bits of a value of this type, extended to a register of this width. */
    static long widen(long value, String type, int bits) {
        long extended = type.startsWith("f") || type.startsWith("b")
                ? ConvertOps.extend(value, "u" + type.substring(1))
                : ConvertOps.extend(value, type);
        return bits == 16 ? extended & 0xffff : extended;
    }
}
