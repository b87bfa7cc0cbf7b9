package io.github.indirec.kernels.sim;

import io.github.indirec.kernels.sim.MemoryInstruction.PtxOperandSlot;
import java.util.List;
import java.util.Locale;

/** Decodes what lanes of a warp or threads of a block do together. */
final class SyncDecoder {
    private final Operands operands;

    SyncDecoder(Operands operands) {
        this.operands = operands;
    }

    /** The instruction, or null if it is not known. */
    Instruction decode(String opcode, List<PtxOperand> list) {
        Opcode parts = new Opcode(opcode);
        return switch (parts.name()) {
            case "shfl" -> shuffle(parts, list);
            case "vote" -> vote(parts, list);
            case "match" -> match(parts, list);
            case "redux" -> reduction(parts, list);
            case "activemask" ->
                parts.take("b32") && parts.isEmpty()
                        ? new ActiveMask(operands.target(list.get(0), RegisterKind.INT))
                        : null;
            default -> barrier(parts, list);
        };
    }

    private Instruction shuffle(Opcode parts, List<PtxOperand> list) {
        if (!parts.take("sync")) {
            return null;
        }
        String mode = parts.takeAny("up", "down", "bfly", "idx");
        if (mode == null || !parts.take("b32") || !parts.isEmpty() || list.size() != 5) {
            return null;
        }
        PtxOperand first = list.get(0) instanceof PtxOperand.Pair pair ? pair.first() : list.get(0);
        PtxRegister valid = list.get(0) instanceof PtxOperand.Pair pair
                ? operands.target(pair.second(), RegisterKind.PREDICATE)
                : null;
        return new Shuffle(
                Shuffle.Mode.valueOf(mode.toUpperCase(Locale.ROOT)),
                operands.target(first, RegisterKind.INT),
                valid,
                operands.source(list.get(1), "b32"),
                operands.source(list.get(2), "b32"),
                operands.source(list.get(3), "b32"),
                operands.source(list.get(4), "b32"));
    }

    private Instruction vote(Opcode parts, List<PtxOperand> list) {
        if (!parts.take("sync")) {
            return null;
        }
        String mode = parts.takeAny("any", "all", "uni", "ballot");
        boolean ballot = "ballot".equals(mode);
        if (mode == null || !parts.take(ballot ? "b32" : "pred") || !parts.isEmpty() || list.size() != 3) {
            return null;
        }
        return new Vote(
                Vote.Mode.valueOf(mode.toUpperCase(Locale.ROOT)),
                operands.target(list.get(0), ballot ? RegisterKind.INT : RegisterKind.PREDICATE),
                null,
                predicate(list.get(1)),
                negated(list.get(1)),
                operands.source(list.get(2), "b32"));
    }

    private static boolean negated(PtxOperand operand) {
        return operand instanceof PtxOperand.Register use && use.negated();
    }

    private PtxOperandSlot predicate(PtxOperand operand) {
        return operands.source(
                operand instanceof PtxOperand.Register use ? new PtxOperand.Register(use.register(), false) : operand,
                "pred");
    }

    private Instruction match(Opcode parts, List<PtxOperand> list) {
        String mode = parts.takeAny("any", "all");
        if (mode == null || !parts.take("sync") || list.size() != 3) {
            return null;
        }
        String type = parts.takeAny("b32", "b64");
        if (type == null || !parts.isEmpty()) {
            return null;
        }
        PtxOperand.Pair pair = list.get(0) instanceof PtxOperand.Pair both && mode.equals("all") ? both : null;
        return new Vote(
                mode.equals("any") ? Vote.Mode.MATCH_ANY : Vote.Mode.MATCH_ALL,
                operands.target(pair != null ? pair.first() : list.get(0), RegisterKind.INT),
                pair != null ? operands.target(pair.second(), RegisterKind.PREDICATE) : null,
                operands.source(list.get(1), type),
                false,
                operands.source(list.get(2), "b32"));
    }

    private Instruction reduction(Opcode parts, List<PtxOperand> list) {
        if (!parts.take("sync") || list.size() != 3) {
            return null;
        }
        String name = parts.next();
        String type = parts.next();
        Vote.Mode mode = !parts.isEmpty()
                ? null
                : switch (name + "." + type) {
                    case "add.u32", "add.s32" -> Vote.Mode.ADD;
                    case "min.s32" -> Vote.Mode.MIN;
                    case "max.s32" -> Vote.Mode.MAX;
                    case "min.u32" -> Vote.Mode.UMIN;
                    case "max.u32" -> Vote.Mode.UMAX;
                    case "and.b32" -> Vote.Mode.AND;
                    case "or.b32" -> Vote.Mode.OR;
                    case "xor.b32" -> Vote.Mode.XOR;
                    default -> null;
                };
        return mode == null
                ? null
                : new Vote(
                        mode,
                        operands.target(list.get(0), RegisterKind.INT),
                        null,
                        operands.source(list.get(1), "b32"),
                        false,
                        operands.source(list.get(2), "b32"));
    }

    private Instruction barrier(Opcode parts, List<PtxOperand> list) {
        if (parts.name().equals("bar") && parts.take("warp")) {
            return parts.take("sync") && parts.isEmpty()
                    ? new Vote(Vote.Mode.BARRIER, null, null, null, false, operands.source(list.get(0), "b32"))
                    : null;
        }
        parts.take("cta");
        if (parts.take("sync")) {
            parts.take("aligned");
            return parts.isEmpty() && list.size() <= 2
                    ? new Barrier(Barrier.Reduction.NONE, number(list, 0), threads(list, 1, 2), null, null, false)
                    : null;
        }
        if (!parts.take("red")) {
            return null;
        }
        String name = parts.takeAny("popc", "and", "or");
        parts.take("aligned");
        if (name == null || !parts.take(name.equals("popc") ? "u32" : "pred") || !parts.isEmpty()) {
            return null;
        }
        PtxOperand value = list.get(list.size() - 1);
        return new Barrier(
                Barrier.Reduction.valueOf(name.toUpperCase(Locale.ROOT)),
                number(list, 1),
                threads(list, 2, 4),
                operands.target(list.get(0), name.equals("popc") ? RegisterKind.INT : RegisterKind.PREDICATE),
                predicate(value),
                negated(value));
    }

    private PtxOperandSlot number(List<PtxOperand> list, int at) {
        return operands.source(list.get(at), "b32");
    }

    private PtxOperandSlot threads(List<PtxOperand> list, int at, int full) {
        return list.size() == full ? operands.source(list.get(at), "b32") : null;
    }
}
