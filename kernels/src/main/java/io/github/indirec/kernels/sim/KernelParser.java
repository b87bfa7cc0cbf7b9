package io.github.indirec.kernels.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the body of a kernel; registers belong to the innermost braces that declare them. */
final class KernelParser {
    private record Range(String type, int count) {}

    /** What one pair of braces declares. */
    private static final class Scope {
        final Map<String, Range> ranges = new HashMap<>();
        final Map<String, PtxRegister> registers = new HashMap<>();
    }

    private final PtxParser in;
    private final String name;
    private final int line;
    private final List<PtxVariable> parameters;
    private final int maxThreads;
    private final List<PtxRegister> registers = new ArrayList<>();
    private final List<PtxVariable> variables = new ArrayList<>();
    private final List<PtxStatement> statements = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();
    private final Map<String, List<String>> targets = new HashMap<>();
    private final Deque<Scope> scopes = new ArrayDeque<>();
    private final int[] slots = {1, 1, 1};

    KernelParser(PtxParser in, String name, int line, List<PtxVariable> parameters, int maxThreads) {
        this.in = in;
        this.name = name;
        this.line = line;
        this.parameters = parameters;
        this.maxThreads = maxThreads;
    }

    PtxKernel parse() {
        in.expect("{");
        scopes.push(new Scope());
        while (!scopes.isEmpty()) {
            if (in.accept("{")) {
                scopes.push(new Scope());
            } else if (in.accept("}")) {
                scopes.pop();
            } else {
                item();
            }
        }
        return new PtxKernel(name, line, parameters, registers, variables, statements, labels, targets, maxThreads);
    }

    private void item() {
        switch (in.peek().text()) {
            case ".reg" -> registers();
            case ".shared", ".local" -> {
                variables.add(in.variable());
                in.expect(";");
            }
            case ".pragma" -> {
                in.next();
                in.next();
                in.expect(";");
            }
            case ";" -> in.next();
            default -> {
                if (in.peek(1).is(":")) {
                    label();
                } else {
                    statement();
                }
            }
        }
    }

    private void registers() {
        in.next();
        String type = in.next().text().substring(1);
        if (RegisterKind.of(type) == null) {
            throw in.fail("registers of type ." + type + " are not supported");
        }
        do {
            String register = in.name();
            if (in.accept("<")) {
                scopes.peek()
                        .ranges
                        .put(
                                register,
                                new Range(type, Integer.parseInt(in.next().text())));
                in.expect(">");
            } else {
                scopes.peek().registers.put(register, create(register, type));
            }
        } while (in.accept(","));
        in.expect(";");
    }

    private PtxRegister create(String register, String type) {
        RegisterKind kind = RegisterKind.of(type);
        PtxRegister created =
                new PtxRegister(register, kind, RegisterKind.bits(type), registers.size(), slots[kind.ordinal()]++);
        registers.add(created);
        return created;
    }

    private void label() {
        String label = in.name();
        in.expect(":");
        if (in.accept(".branchtargets")) {
            List<String> list = new ArrayList<>();
            do {
                list.add(in.name());
            } while (in.accept(","));
            in.expect(";");
            targets.put(label, list);
        } else {
            labels.put(label, statements.size());
        }
    }

    private void statement() {
        int start = in.position();
        int row = in.peek().line();
        PtxRegister guard = null;
        boolean negated = false;
        if (in.accept("@")) {
            negated = in.accept("!");
            guard = register(in.name());
            if (guard.kind() != RegisterKind.PREDICATE) {
                throw in.fail("the guard " + guard.name() + " is not a predicate");
            }
        }
        String opcode = in.name();
        List<PtxOperand> operands = new ArrayList<>();
        while (!in.accept(";")) {
            operands.add(operand());
            if (in.accept("|")) {
                PtxOperand first = operands.remove(operands.size() - 1);
                operands.add(new PtxOperand.Pair(first, operand()));
            }
            in.accept(",");
        }
        statements.add(new PtxStatement(row, in.text(start), guard, negated, opcode, operands));
    }

    private PtxOperand operand() {
        if (in.accept("{")) {
            List<PtxOperand> elements = new ArrayList<>();
            while (!in.accept("}")) {
                elements.add(operand());
                in.accept(",");
            }
            return new PtxOperand.Vector(elements);
        }
        if (in.accept("[")) {
            PtxOperand base = simple();
            long offset = 0;
            if (base instanceof PtxOperand.Symbol symbol) {
                base = new PtxOperand.Symbol(symbol.name(), 0);
                offset = symbol.offset();
            } else if (in.accept("+")) {
                offset = signed();
            }
            in.expect("]");
            return new PtxOperand.Address(base, offset);
        }
        return simple();
    }

    private long signed() {
        String sign = in.accept("-") ? "-" : "";
        return PtxParser.number(sign + in.next().text());
    }

    private PtxOperand simple() {
        if (in.accept("!")) {
            return new PtxOperand.Register(register(in.name()), true);
        }
        if (in.accept("-")) {
            return new PtxOperand.Immediate("-" + in.next().text());
        }
        if (in.peek().isNumber()) {
            return new PtxOperand.Immediate(in.next().text());
        }
        String word = in.name();
        if (word.equals("_")) {
            return new PtxOperand.Sink();
        }
        PtxRegister found = find(word);
        if (found != null) {
            return new PtxOperand.Register(found, false);
        }
        if (word.startsWith("%")) {
            return new PtxOperand.Special(word);
        }
        return new PtxOperand.Symbol(word, in.accept("+") ? signed() : 0);
    }

    private PtxRegister register(String word) {
        PtxRegister found = find(word);
        if (found == null) {
            throw in.fail("the register " + word + " is not declared");
        }
        return found;
    }

    private PtxRegister find(String word) {
        int digits = word.length();
        while (digits > 0 && Character.isDigit(word.charAt(digits - 1))) {
            digits--;
        }
        for (Scope scope : scopes) {
            PtxRegister known = scope.registers.get(word);
            if (known != null) {
                return known;
            }
            Range range = scope.ranges.get(word.substring(0, digits));
            if (range != null
                    && digits < word.length()
                    && word.length() - digits < 9
                    && Integer.parseInt(word.substring(digits)) < range.count) {
                PtxRegister created = create(word, range.type);
                scope.registers.put(word, created);
                return created;
            }
        }
        return null;
    }
}
