package io.github.indirec.kernels.sim;

import io.github.indirec.kernels.sim.MemoryInstruction.PtxOperandSlot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the slots of operands: registers have theirs, constants and special registers get one. */
final class Operands {
    private static final Set<String> SPECIAL = Set.of(
            "%tid.x",
            "%tid.y",
            "%tid.z",
            "%ntid.x",
            "%ntid.y",
            "%ntid.z",
            "%ctaid.x",
            "%ctaid.y",
            "%ctaid.z",
            "%nctaid.x",
            "%nctaid.y",
            "%nctaid.z",
            "%laneid",
            "%warpid",
            "%nwarpid",
            "%lanemask_eq",
            "%lanemask_lt",
            "%lanemask_le",
            "%lanemask_gt",
            "%lanemask_ge");

    private final KernelCode.RegisterPlan plan;
    private final Map<String, Long> symbols;

    Operands(KernelCode.RegisterPlan plan, Map<String, Long> symbols) {
        this.plan = plan;
        this.symbols = symbols;
    }

    /** A source of this type. */
    PtxOperandSlot source(PtxOperand operand, String type) {
        RegisterKind kind = RegisterKind.of(type);
        if (operand instanceof PtxOperand.Register use) {
            if (use.register().kind() != kind) {
                throw new IllegalArgumentException(use.register().name() + " is no operand of type ." + type);
            }
            if (use.negated()) {
                throw new IllegalArgumentException("a negated predicate cannot stand here");
            }
            return new PtxOperandSlot(
                    kind, use.register().offset(), use.register().id());
        }
        if (operand instanceof PtxOperand.Special special && kind == RegisterKind.INT) {
            if (!SPECIAL.contains(special.name())) {
                throw new IllegalArgumentException("the special register " + special.name() + " is not supported");
            }
            return new PtxOperandSlot(kind, plan.special(special.name()), -1);
        }
        return constant(kind, value(operand, type));
    }

    private PtxOperandSlot constant(RegisterKind kind, long value) {
        return switch (kind) {
            case INT -> new PtxOperandSlot(kind, plan.word((int) value), -1);
            case LONG -> new PtxOperandSlot(kind, plan.longWord(value), -1);
            default -> new PtxOperandSlot(kind, plan.predicate(value != 0), -1);
        };
    }

    private long value(PtxOperand operand, String type) {
        if (operand instanceof PtxOperand.Symbol symbol) {
            Long address = symbols.get(symbol.name());
            if (address == null) {
                throw new IllegalArgumentException(symbol.name() + " is not declared");
            }
            return address + symbol.offset();
        }
        if (!(operand instanceof PtxOperand.Immediate immediate)) {
            throw new IllegalArgumentException("unexpected operand " + operand);
        }
        String text = immediate.text();
        boolean floating = text.startsWith("0f") || text.startsWith("0F");
        boolean wide = text.startsWith("0d") || text.startsWith("0D");
        if (wide && type.equals("f32")) {
            return Float.floatToRawIntBits((float) Double.longBitsToDouble(PtxParser.floating(text)));
        }
        long value = floating || wide ? PtxParser.floating(text) : PtxParser.number(text);
        if (floating && type.equals("f64")) {
            return Double.doubleToRawLongBits(Float.intBitsToFloat((int) value));
        }
        return RegisterKind.bits(type) == 16 ? value & 0xffff : value;
    }

    /** A number known when the kernel is loaded. */
    long number(PtxOperand operand) {
        return value(operand, "b64");
    }

    /** A source of either width, for memory: the register's own kind, or a constant of the type's. */
    PtxOperandSlot stored(PtxOperand operand, String type) {
        if (operand instanceof PtxOperand.Register use) {
            int bits = RegisterKind.bits(type);
            if (use.register().bits() < Math.max(16, bits) || use.register().kind() == RegisterKind.PREDICATE) {
                throw new IllegalArgumentException(use.register().name() + " is too narrow for type ." + type);
            }
            return new PtxOperandSlot(
                    use.register().kind(),
                    use.register().offset(),
                    use.register().id());
        }
        return source(operand, type);
    }

    /** The base of an address. */
    PtxOperandSlot base(PtxOperand operand) {
        if (operand instanceof PtxOperand.Register use && use.register().kind() != RegisterKind.PREDICATE) {
            return new PtxOperandSlot(
                    use.register().kind(),
                    use.register().offset(),
                    use.register().id());
        }
        return source(operand, "b64");
    }

    /** A destination of this kind. */
    PtxRegister target(PtxOperand operand, RegisterKind kind) {
        if (operand instanceof PtxOperand.Register use && use.register().kind() == kind && !use.negated()) {
            return use.register();
        }
        throw new IllegalArgumentException("expected a register of kind " + kind + " as destination");
    }

    /** An arithmetic instruction. */
    Arithmetic arithmetic(Signature signature, PtxOperand destination, List<PtxOperand> sources) {
        PtxRegister target = destination instanceof PtxOperand.Register use ? use.register() : null;
        if (target == null || target.kind() != signature.destination()) {
            throw new IllegalArgumentException("the destination is no " + signature.destination() + " register");
        }
        int[] slots = new int[sources.size() + 1];
        slots[0] = target.offset();
        List<Integer> ids = new ArrayList<>();
        Body body = signature.body();
        for (int i = 0; i < sources.size(); i++) {
            Signature.Source type = signature.sources().get(i);
            PtxOperand operand = sources.get(i);
            if (type.kind() == RegisterKind.PREDICATE && operand instanceof PtxOperand.Register use && use.negated()) {
                if (i != 2) {
                    throw new IllegalArgumentException("a negated predicate cannot stand here");
                }
                body = negatingThird(body, plan.freshPredicate());
                operand = new PtxOperand.Register(use.register(), false);
            }
            PtxOperandSlot slot = source(operand, type.type());
            slots[i + 1] = slot.offset();
            if (slot.id() >= 0) {
                ids.add(slot.id());
            }
        }
        int[] sourceIds = ids.stream().mapToInt(Integer::intValue).toArray();
        return new Arithmetic(body, signature.rule(), signature.destination(), slots, target.id(), sourceIds);
    }

    private static Body negatingThird(Body body, int scratch) {
        return (r, q, p, d, a, b, c) -> {
            p[scratch] = ~p[c];
            body.run(r, q, p, d, a, b, scratch);
        };
    }
}
