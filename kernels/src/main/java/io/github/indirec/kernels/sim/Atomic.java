package io.github.indirec.kernels.sim;

import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

/** atom and red: lane after lane, in an order that the seed turns round. */
final class Atomic extends MemoryInstruction {
    /** New contents from old ones and one or two operands. */
    @FunctionalInterface
    interface Operation {
        long apply(long old, long x, long y);
    }

    private final Operation operation;
    private final PtxRegister target;
    private final PtxOperandSlot[] operands;

    /** @param target null if nobody wants the old contents */
    Atomic(
            Space space,
            int element,
            Operation operation,
            PtxRegister target,
            PtxOperandSlot[] operands,
            PtxOperandSlot address,
            long displacement) {
        super(space, element, 1, address, displacement);
        this.operation = operation;
        this.target = target;
        this.operands = operands;
    }

    @Override
    void execute(Warp w, int active) {
        resolve(w, active, true);
        count(w, active, true);
        if (w.checks) {
            check(w, active);
        }
        int flip = w.launch.random.nextBoolean() ? 31 : 0;
        for (int i = 0; i < Warp.LANES; i++) {
            int lane = i ^ flip;
            if ((active >> lane & 1) != 0) {
                step(w, lane);
            }
        }
    }

    private void step(Warp w, int lane) {
        Segment segment = w.at[lane];
        int word = (int) (w.offset[lane] >>> 2);
        long old = element == 8 ? segment.getLong(w.offset[lane]) : segment.words[word];
        long result = operation.apply(old, operand(w, 0, lane), operand(w, operands.length - 1, lane));
        if (element == 8) {
            segment.putLong(w.offset[lane], result);
        } else {
            segment.words[word] = (int) result;
        }
        if (target != null) {
            w.put(target, lane, old);
        }
    }

    private long operand(Warp w, int i, int lane) {
        PtxOperandSlot slot = operands[i];
        return slot.kind() == RegisterKind.LONG ? w.q[slot.offset() + lane] : w.r[slot.offset() + lane];
    }

    private void check(Warp w, int active) {
        for (PtxOperandSlot operand : operands) {
            if (operand.id() >= 0) {
                w.require(this, operand.id(), active, "an operand");
            }
        }
        for (int m = active; m != 0; m &= m - 1) {
            int lane = Integer.numberOfTrailingZeros(m);
            int word = (int) (w.offset[lane] >>> 2);
            for (int i = 0; i < element / 4; i++) {
                if (!w.at[lane].isValid(word + i, 15)) {
                    w.uninitialised(this, lane, "the atomic reads " + w.at[lane].label + ", which nobody wrote");
                    w.at[lane].markValid(word + i, 15);
                }
            }
        }
        w.launch.races.atomic(w, this, active);
        if (target != null) {
            w.define(target.id(), active);
        }
    }

    /** The operation of this name and type, or null. */
    static Operation operation(String name, String type) {
        Operation typed =
                switch (type) {
                    case "u32" -> unsigned(name);
                    case "s32" ->
                        switch (name) {
                            case "add" -> (old, x, y) -> (int) old + (int) x;
                            case "min" -> (old, x, y) -> Math.min((int) old, (int) x);
                            case "max" -> (old, x, y) -> Math.max((int) old, (int) x);
                            default -> null;
                        };
                    case "u64" ->
                        switch (name) {
                            case "add" -> (old, x, y) -> old + x;
                            case "min" -> (old, x, y) -> Long.compareUnsigned(old, x) <= 0 ? old : x;
                            case "max" -> (old, x, y) -> Long.compareUnsigned(old, x) >= 0 ? old : x;
                            default -> null;
                        };
                    case "s64" ->
                        switch (name) {
                            case "min" -> (old, x, y) -> Math.min(old, x);
                            case "max" -> (old, x, y) -> Math.max(old, x);
                            default -> null;
                        };
                    case "f32" ->
                        name.equals("add")
                                // Atomic additions on global memory flush nothing; the order is the hardware's.
                                ? (old, x, y) -> floatToRawIntBits(intBitsToFloat((int) old) + intBitsToFloat((int) x))
                                : null;
                    case "f64" ->
                        name.equals("add")
                                ? (old, x, y) -> Double.doubleToRawLongBits(
                                        Double.longBitsToDouble(old) + Double.longBitsToDouble(x))
                                : null;
                    default -> null;
                };
        return typed != null ? typed : type.startsWith("b") ? bits(name, type.equals("b32")) : null;
    }

    private static Operation unsigned(String name) {
        return switch (name) {
            case "add" -> (old, x, y) -> (int) old + (int) x;
            case "min" -> (old, x, y) -> Integer.compareUnsigned((int) old, (int) x) <= 0 ? old : x;
            case "max" -> (old, x, y) -> Integer.compareUnsigned((int) old, (int) x) >= 0 ? old : x;
            case "inc" -> (old, x, y) -> Integer.compareUnsigned((int) old, (int) x) >= 0 ? 0 : old + 1;
            case "dec" ->
                (old, x, y) -> (int) old == 0 || Integer.compareUnsigned((int) old, (int) x) > 0 ? x : old - 1;
            default -> null;
        };
    }

    private static Operation bits(String name, boolean words) {
        return switch (name) {
            case "and" -> (old, x, y) -> old & x;
            case "or" -> (old, x, y) -> old | x;
            case "xor" -> (old, x, y) -> old ^ x;
            case "exch" -> (old, x, y) -> x;
            case "cas" -> (old, x, y) -> words ? (int) old == (int) x ? y : old : old == x ? y : old;
            default -> null;
        };
    }
}
