package io.github.indirec.kernels.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects cases by opcode; the Java type of an operand is its PTX type: Short is b16, Integer b32, Boolean pred. */
final class VectorList {
    private record Cases(String[] types, List<Object[]> operands, List<Object> expected, double tolerance) {}

    private final Map<String, Cases> cases = new LinkedHashMap<>();
    private final List<OpcodeVector> finished = new ArrayList<>();

    /** One case of one or several opcodes, which are separated by blanks. */
    VectorList add(String opcodes, Object expected, Object... operands) {
        return near(0, opcodes, expected, operands);
    }

    /** A case whose result may be off by a relative error. */
    VectorList near(double tolerance, String opcodes, Object expected, Object... operands) {
        for (String opcode : opcodes.split(" ")) {
            Cases list = cases.computeIfAbsent(
                    opcode, o -> new Cases(null, new ArrayList<>(), new ArrayList<>(), tolerance));
            list.operands.add(operands);
            list.expected.add(expected);
        }
        return this;
    }

    /** Cases with a body of their own. */
    VectorList body(String opcodes, String body, String type, List<long[]> inputs, List<Long> expected) {
        for (String opcode : opcodes.split(" ")) {
            finished.add(new OpcodeVector(opcode, body.replace("OPCODE", opcode), inputs, expected, type, 0));
        }
        return this;
    }

    List<OpcodeVector> all() {
        List<OpcodeVector> all = new ArrayList<>(finished);
        cases.forEach((opcode, list) -> {
            List<long[]> inputs = new ArrayList<>();
            List<Long> expected = new ArrayList<>();
            for (int i = 0; i < list.operands.size(); i++) {
                Object[] operands = list.operands.get(i);
                long[] bits = new long[operands.length];
                for (int o = 0; o < bits.length; o++) {
                    bits[o] = bits(operands[o]);
                }
                inputs.add(bits);
                expected.add(bits(list.expected.get(i)));
            }
            Object result = list.expected.get(0);
            all.add(new OpcodeVector(
                    opcode,
                    body(opcode, result, list.operands.get(0)),
                    inputs,
                    expected,
                    type(result),
                    list.tolerance));
        });
        return all;
    }

    private static String body(String opcode, Object result, Object[] operands) {
        StringBuilder body = new StringBuilder();
        StringBuilder call = new StringBuilder(opcode).append(" ").append(register(result, 9));
        for (int i = 0; i < operands.length; i++) {
            int number = 10 + i;
            String register = register(operands[i], number);
            switch (type(operands[i])) {
                case "pred" ->
                    body.append("ld.global.u32 %r")
                            .append(number)
                            .append(", [%rd1+")
                            .append(8 * i)
                            .append("]; setp.ne.s32 ")
                            .append(register)
                            .append(", %r")
                            .append(number)
                            .append(", 0;\n");
                case "b16" ->
                    body.append("ld.global.u16 ")
                            .append(register)
                            .append(", [%rd1+")
                            .append(8 * i)
                            .append("];\n");
                default ->
                    body.append("ld.global.")
                            .append(type(operands[i]))
                            .append(" ")
                            .append(register)
                            .append(", [%rd1+")
                            .append(8 * i)
                            .append("];\n");
            }
            call.append(", ").append(register);
        }
        return body.append(call).append(";").toString();
    }

    static String type(Object value) {
        return value instanceof Boolean
                ? "pred"
                : value instanceof Short
                        ? "b16"
                        : value instanceof Integer
                                ? "b32"
                                : value instanceof Float ? "f32" : value instanceof Double ? "f64" : "b64";
    }

    private static String register(Object value, int number) {
        return switch (type(value)) {
            case "pred" -> "%p" + number;
            case "b16" -> "%rs" + number;
            case "b32" -> "%r" + number;
            case "f32" -> "%f" + number;
            case "f64" -> "%fd" + number;
            default -> "%rd" + number;
        };
    }

    static long bits(Object value) {
        if (value instanceof Boolean x) {
            return x ? 1 : 0;
        }
        if (value instanceof Float x) {
            return Float.floatToRawIntBits(x) & 0xffffffffL;
        }
        if (value instanceof Double x) {
            return Double.doubleToRawLongBits(x);
        }
        if (value instanceof Integer x) {
            return x & 0xffffffffL;
        }
        return value instanceof Short x ? x & 0xffffL : (Long) value;
    }
}
