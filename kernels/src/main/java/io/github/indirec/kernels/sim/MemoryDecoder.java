package io.github.indirec.kernels.sim;

import io.github.indirec.kernels.sim.MemoryInstruction.PtxOperandSlot;
import java.util.List;
import java.util.Locale;

/** Decodes ld, st, atom and red. */
final class MemoryDecoder {
    private final PtxKernel kernel;
    private final Operands operands;

    MemoryDecoder(PtxKernel kernel, Operands operands) {
        this.kernel = kernel;
        this.operands = operands;
    }

    /** The instruction, or null if it is not known. */
    Instruction decode(String opcode, List<PtxOperand> list) {
        Opcode parts = new Opcode(opcode);
        return switch (parts.name()) {
            case "ld" -> load(parts, list);
            case "st" -> store(parts, list);
            case "atom", "red" -> atomic(parts, list);
            default -> null;
        };
    }

    private static Space space(Opcode parts) {
        String space = parts.takeAny("global", "shared", "local", "const");
        return space == null ? Space.GENERIC : Space.valueOf(space.toUpperCase(Locale.ROOT));
    }

    private static int vector(Opcode parts) {
        String count = parts.takeAny("v2", "v4");
        return count == null ? 1 : count.charAt(1) - '0';
    }

    /** The type if nothing follows it and it has at least 8 bits in memory, else null. */
    private static String type(Opcode parts, int count) {
        String type = parts.next();
        RegisterKind kind = type.isEmpty() ? null : RegisterKind.of(type);
        boolean known = kind != null && kind != RegisterKind.PREDICATE && !type.equals("f16") && parts.isEmpty();
        return known && count * RegisterKind.bits(type) <= 128 ? type : null;
    }

    private static List<PtxOperand> elements(PtxOperand operand, int count) {
        List<PtxOperand> elements = operand instanceof PtxOperand.Vector vector ? vector.elements() : List.of(operand);
        if (elements.size() != count) {
            throw new IllegalArgumentException("expected " + count + " registers, found " + elements.size());
        }
        return elements;
    }

    private static PtxOperand.Address address(PtxOperand operand) {
        if (operand instanceof PtxOperand.Address address) {
            return address;
        }
        throw new IllegalArgumentException("expected an address in brackets");
    }

    /** Modifiers of caching, which change no value: volatile accesses are checked for races like all others. */
    private static void caching(Opcode parts) {
        parts.takeAny("ca", "cg", "cs", "lu", "cv", "wb", "wt");
    }

    private Instruction load(Opcode parts, List<PtxOperand> list) {
        if (parts.take("param")) {
            return parameter(parts, list);
        }
        parts.take("volatile");
        Space space = space(parts);
        caching(parts);
        boolean readOnly = space == Space.GLOBAL && parts.take("nc");
        int count = vector(parts);
        String type = type(parts, count);
        if (type == null) {
            return null;
        }
        PtxOperand.Address address = address(list.get(1));
        return new Load(
                space,
                type,
                targets(list.get(0), count, type),
                operands.base(address.base()),
                address.offset(),
                readOnly);
    }

    private static PtxRegister[] targets(PtxOperand operand, int count, String type) {
        List<PtxOperand> elements = elements(operand, count);
        PtxRegister[] targets = new PtxRegister[count];
        for (int i = 0; i < count; i++) {
            if (elements.get(i) instanceof PtxOperand.Register use
                    && use.register().bits() >= RegisterKind.bits(type)) {
                targets[i] = use.register();
            } else if (!(elements.get(i) instanceof PtxOperand.Sink)) {
                throw new IllegalArgumentException("expected registers of at least " + type + " as destination");
            }
        }
        return targets;
    }

    private Instruction parameter(Opcode parts, List<PtxOperand> list) {
        int count = vector(parts);
        String type = type(parts, count);
        if (type == null) {
            return null;
        }
        PtxOperand.Address address = address(list.get(1));
        for (PtxVariable parameter : kernel.parameters()) {
            if (address.base() instanceof PtxOperand.Symbol symbol
                    && symbol.name().equals(parameter.name())) {
                long end = address.offset() + (long) count * RegisterKind.bits(type) / 8;
                if (address.offset() < 0 || end > parameter.bytes()) {
                    throw new IllegalArgumentException("past the end of the parameter");
                }
                int offset = parameter.offset() + (int) address.offset();
                return new LoadParameter(offset, type, targets(list.get(0), count, type));
            }
        }
        throw new IllegalArgumentException("no such parameter: parameters are addressed by name and number only");
    }

    private Instruction store(Opcode parts, List<PtxOperand> list) {
        parts.take("volatile");
        Space space = space(parts);
        caching(parts);
        int count = vector(parts);
        String type = type(parts, count);
        if (type == null || space == Space.CONST) {
            return null;
        }
        PtxOperand.Address address = address(list.get(0));
        PtxOperandSlot[] values = elements(list.get(1), count).stream()
                .map(operand -> operands.stored(operand, type))
                .toArray(PtxOperandSlot[]::new);
        return new Store(space, type, values, operands.base(address.base()), address.offset());
    }

    private Instruction atomic(Opcode parts, List<PtxOperand> list) {
        parts.take("relaxed");
        parts.takeAny("gpu", "cta", "sys");
        Space space = space(parts);
        parts.takeAny("gpu", "cta", "sys");
        String name = parts.next();
        String type = parts.next();
        Atomic.Operation operation = parts.isEmpty() ? Atomic.operation(name, type) : null;
        if (operation == null || space == Space.CONST || space == Space.LOCAL) {
            return null;
        }
        boolean reduction = parts.name().equals("red");
        int first = reduction ? 0 : 1;
        int expected = first + (name.equals("cas") ? 3 : 2);
        if (list.size() != expected || reduction && (name.equals("cas") || name.equals("exch"))) {
            throw new IllegalArgumentException("expected " + expected + " operands, found " + list.size());
        }
        PtxRegister target = reduction || list.get(0) instanceof PtxOperand.Sink
                ? null
                : operands.target(list.get(0), RegisterKind.of(type));
        PtxOperand.Address address = address(list.get(first));
        PtxOperandSlot[] values = list.subList(first + 1, expected).stream()
                .map(operand -> operands.source(operand, type))
                .toArray(PtxOperandSlot[]::new);
        return new Atomic(
                space,
                RegisterKind.bits(type) / 8,
                operation,
                target,
                values,
                operands.base(address.base()),
                address.offset());
    }
}
