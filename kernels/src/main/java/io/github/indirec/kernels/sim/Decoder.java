package io.github.indirec.kernels.sim;

import io.github.indirec.kernels.sim.MemoryInstruction.PtxOperandSlot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns the statements of a kernel into instructions; whatever it does not know is an error that names the place. */
final class Decoder {
    private final PtxKernel kernel;
    private final Map<String, Segment> globals;
    private final Noise noise;
    private final Operands operands;
    private final List<PtxVariable> shared = new ArrayList<>();
    private final KernelCode.RegisterPlan plan;
    private long localBytes;

    private Decoder(PtxKernel kernel, Map<String, Segment> globals, Noise noise) {
        this.kernel = kernel;
        this.globals = globals;
        this.noise = noise;
        plan = new KernelCode.RegisterPlan(kernel.registers());
        operands = new Operands(plan, symbols());
    }

    /** @param globals variables of the file by name */
    static KernelCode decode(PtxKernel kernel, Map<String, Segment> globals, Noise noise) {
        return new Decoder(kernel, globals, noise).run();
    }

    private KernelCode run() {
        List<PtxStatement> statements = kernel.statements();
        Instruction[] code = new Instruction[statements.size() + 1];
        for (int i = 0; i < statements.size(); i++) {
            code[i] = finish(instruction(statements.get(i)), statements.get(i), i);
        }
        // Running off the end is a return, as ptxas has it.
        int last = kernel.statements().isEmpty()
                ? kernel.line()
                : statements.get(statements.size() - 1).line();
        PtxStatement end = new PtxStatement(last, "end of the kernel", null, false, "ret", List.of());
        code[statements.size()] = finish(new Exit(false), end, statements.size());
        return new KernelCode(kernel, code, plan, shared, (int) localBytes);
    }

    private static Instruction finish(Instruction instruction, PtxStatement source, int index) {
        instruction.source = source;
        instruction.index = index;
        if (source.guard() != null) {
            instruction.guard = source.guard().offset();
            instruction.guardFlip = source.negated() ? -1 : 0;
            instruction.guardId = source.guard().id();
        }
        return instruction;
    }

    /** Addresses of all variables: shared and local ones within their windows, with gaps between shared ones. */
    private Map<String, Long> symbols() {
        Map<String, Long> symbols = new HashMap<>();
        globals.forEach((name, segment) -> symbols.put(name, segment.base));
        long sharedAt = 0;
        for (PtxVariable variable : kernel.variables()) {
            if (variable.space().equals("local")) {
                localBytes = (localBytes + variable.align() - 1) / variable.align() * variable.align();
                symbols.put(variable.name(), localBytes);
                localBytes += variable.bytes();
            } else {
                symbols.put(variable.name(), sharedAt);
                shared.add(new PtxVariable(
                        "shared", variable.name(), variable.align(), variable.bytes(), null, (int) sharedAt));
                sharedAt += (variable.bytes() + 0x1fff) / 0x1000 * 0x1000;
            }
        }
        return symbols;
    }

    private Instruction instruction(PtxStatement statement) {
        try {
            Instruction decoded = decode(statement);
            if (decoded != null) {
                return decoded;
            }
        } catch (IllegalArgumentException e) {
            throw unknown(statement, e.getMessage());
        }
        String refusal = Refusals.reason(statement.opcode());
        throw unknown(
                statement, refusal != null ? refusal : "the simulator does not know the opcode " + statement.opcode());
    }

    private PtxException unknown(PtxStatement statement, String problem) {
        return new PtxException(kernel.name(), statement.line(), statement.text(), problem);
    }

    private Instruction decode(PtxStatement statement) {
        String opcode = statement.opcode();
        List<PtxOperand> list = statement.operands();
        int dot = opcode.indexOf('.');
        switch (dot < 0 ? opcode : opcode.substring(0, dot)) {
            case "ld", "ldu", "st", "atom", "red" -> {
                return new MemoryDecoder(kernel, operands).decode(opcode, list);
            }
            case "shfl", "vote", "match", "redux", "bar", "barrier", "activemask" -> {
                return new SyncDecoder(operands).decode(opcode, list);
            }
            case "bra", "brx" -> {
                return branch(opcode, list);
            }
            case "ret", "exit", "trap" -> {
                return dot < 0 || opcode.equals("ret.uni") ? new Exit(opcode.equals("trap")) : null;
            }
            default -> {
                return arithmetic(opcode, list);
            }
        }
    }

    private Instruction branch(String opcode, List<PtxOperand> list) {
        if (opcode.equals("bra") || opcode.equals("bra.uni")) {
            return new Branch(new int[] {target(list.get(0))}, -1, -1);
        }
        if (!opcode.equals("brx.idx") && !opcode.equals("brx.idx.uni")) {
            return null;
        }
        List<String> names = kernel.targets().get(((PtxOperand.Symbol) list.get(1)).name());
        if (names == null) {
            throw new IllegalArgumentException("no such list of branch targets");
        }
        int[] targets = names.stream()
                .mapToInt(name -> target(new PtxOperand.Symbol(name, 0)))
                .toArray();
        PtxOperandSlot selector = operands.source(list.get(0), "u32");
        return new Branch(targets, selector.offset(), selector.id());
    }

    private int target(PtxOperand operand) {
        Integer place =
                operand instanceof PtxOperand.Symbol symbol ? kernel.labels().get(symbol.name()) : null;
        if (place == null) {
            throw new IllegalArgumentException("no such label");
        }
        return place;
    }

    private Instruction arithmetic(String opcode, List<PtxOperand> list) {
        if (opcode.startsWith("mov.b") && list.size() == 2) {
            if (list.get(0) instanceof PtxOperand.Vector parts) {
                return unpack(opcode, parts, list.get(1));
            }
            if (list.get(1) instanceof PtxOperand.Vector parts) {
                return pack(opcode, list.get(0), parts);
            }
        }
        Signature signature = signature(opcode, list);
        if (signature == null) {
            return null;
        }
        int sources = signature.sources().size();
        if (list.size() < sources + 1) {
            throw new IllegalArgumentException("expected " + (sources + 1) + " operands, found " + list.size());
        }
        return operands.arithmetic(signature, list.get(0), list.subList(1, sources + 1));
    }

    private Signature signature(String opcode, List<PtxOperand> list) {
        switch (opcode) {
            case "bfi.b32", "bfi.b64" -> {
                int length = operands.source(list.get(4), "b32").offset();
                String type = opcode.substring(4);
                Body body = type.equals("b32") ? FieldOps.insertWords(length) : FieldOps.insertLongs(length);
                return exactly(list, 5, Signature.of(body, type, type, type, "b32"));
            }
            case "lop3.b32" -> {
                int table = (int) operands.number(list.get(4));
                return exactly(list, 5, Signature.of(FieldOps.logic(table & 0xff), "b32", "b32", "b32", "b32"));
            }
            case "prmt.b32" -> {
                return exactly(list, 4, FieldOps.of(opcode));
            }
            default -> {
                Signature signature = Families.find(opcode, noise);
                return signature == null
                        ? null
                        : exactly(list, signature.sources().size() + 1, signature);
            }
        }
    }

    private static Signature exactly(List<PtxOperand> list, int count, Signature signature) {
        if (list.size() != count) {
            throw new IllegalArgumentException("expected " + count + " operands, found " + list.size());
        }
        return signature;
    }

    private Instruction pack(String opcode, PtxOperand target, PtxOperand.Vector parts) {
        if (parts.elements().size() != 2 || opcode.equals("mov.b16")) {
            return null;
        }
        boolean wide = opcode.equals("mov.b64");
        String part = wide ? "b32" : "b16";
        Signature signature =
                Signature.of(wide ? MoveOps.PACK_LONG : MoveOps.PACK_WORD, opcode.substring(4), part, part);
        return operands.arithmetic(signature, target, parts.elements());
    }

    private Instruction unpack(String opcode, PtxOperand.Vector parts, PtxOperand source) {
        if (parts.elements().size() != 2 || opcode.equals("mov.b16")) {
            return null;
        }
        boolean wide = opcode.equals("mov.b64");
        String whole = opcode.substring(4);
        String part = wide ? "b32" : "b16";
        Arithmetic[] halves = new Arithmetic[2];
        for (int i = 0; i < 2; i++) {
            if (!(parts.elements().get(i) instanceof PtxOperand.Sink)) {
                Body body = wide
                        ? i == 0 ? MoveOps.LOW_WORD : MoveOps.HIGH_WORD
                        : i == 0 ? MoveOps.LOW_HALF : MoveOps.HIGH_HALF;
                halves[i] = operands.arithmetic(
                        Signature.of(body, part, whole), parts.elements().get(i), List.of(source));
            }
        }
        return new Unpack(halves[0], halves[1]);
    }
}
