package io.github.indirec.kernels.sim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a PTX file: header, variables, kernels; {@link KernelParser} reads a kernel's body. */
final class PtxParser {
    private final List<PtxLexer.Token> tokens;
    private int at;
    private final Map<String, PtxVariable> variables = new LinkedHashMap<>();
    private final List<PtxVariable> shared = new ArrayList<>();
    private final List<PtxKernel> kernels = new ArrayList<>();
    private String version = "";
    private String target = "";
    String kernel = "";

    private PtxParser(String source) {
        tokens = PtxLexer.tokens(source);
    }

    static PtxText parse(String source) {
        PtxParser parser = new PtxParser(source);
        parser.file();
        return new PtxText(parser.version, parser.target, parser.variables, parser.kernels);
    }

    private void file() {
        while (at < tokens.size() - 1) {
            switch (peek().text()) {
                case ".version" -> {
                    next();
                    version = next().text();
                }
                case ".target" -> {
                    next();
                    target = next().text();
                    while (accept(",")) {
                        next();
                    }
                }
                case ".address_size" -> {
                    next();
                    if (!next().is("64")) {
                        throw fail("only .address_size 64 is known");
                    }
                }
                case ".visible", ".extern", ".weak" -> next();
                case ".entry" -> entry();
                case ".global", ".const" -> {
                    PtxVariable variable = variable();
                    expect(";");
                    variables.put(variable.name(), variable);
                }
                case ".shared" -> {
                    shared.add(variable());
                    expect(";");
                }
                case ".func" -> throw fail("device functions are not supported: force them inline");
                case ";" -> next();
                default -> throw fail("unexpected '" + peek().text() + "'");
            }
        }
    }

    private void entry() {
        int line = next().line();
        kernel = name();
        List<PtxVariable> parameters = new ArrayList<>();
        int offset = 0;
        if (accept("(")) {
            while (!accept(")")) {
                PtxVariable parameter = variable();
                offset = (offset + parameter.align() - 1) / parameter.align() * parameter.align();
                parameters.add(
                        new PtxVariable("param", parameter.name(), parameter.align(), parameter.bytes(), null, offset));
                offset += (int) parameter.bytes();
                accept(",");
            }
        }
        int maxThreads = 1024;
        while (!peek().is("{")) {
            String directive = next().text();
            int product = 1;
            do {
                if (!peek().isNumber()) {
                    throw fail("unexpected '" + peek().text() + "'");
                }
                product *= Integer.parseInt(next().text());
            } while (accept(","));
            if (directive.equals(".maxntid") || directive.equals(".reqntid")) {
                maxThreads = product;
            }
        }
        int start = at;
        PtxKernel parsed = new KernelParser(this, kernel, line, parameters, maxThreads).parse();
        kernels.add(parsed.with(sharedBetween(start, at)));
        kernel = "";
    }

    /**
     * Shared variables of the whole file that are named between two tokens: nvcc puts those of a function there that was
     * made part of several kernels, and each of these has one of its own.
     */
    private List<PtxVariable> sharedBetween(int start, int end) {
        Set<String> names = new HashSet<>();
        for (int i = start; i < end; i++) {
            names.add(tokens.get(i).text());
        }
        return shared.stream().filter(variable -> names.contains(variable.name())).toList();
    }

    /** A declaration such as .shared .align 4 .b8 name[64] = {1, 2}, without its semicolon. */
    PtxVariable variable() {
        String space = next().text().substring(1);
        int align = 0;
        String type = null;
        while (peek().text().startsWith(".")) {
            String word = next().text();
            if (word.equals(".align")) {
                align = Integer.parseInt(next().text());
            } else if (RegisterKind.of(word.substring(1)) != null) {
                type = word.substring(1);
            } else if (!word.equals(".ptr") && !word.equals(".global")) {
                throw fail("unexpected '" + word + "' in a declaration");
            }
        }
        if (type == null) {
            throw fail("a declaration without a type");
        }
        int element = Math.max(1, RegisterKind.bits(type) / 8);
        String name = name();
        long count = 1;
        while (accept("[")) {
            if (peek().is("]")) {
                throw fail("an array of unknown size: dynamic shared memory is not supported");
            }
            count *= number(next().text());
            expect("]");
        }
        byte[] initial = accept("=") ? initial(type, element) : null;
        return new PtxVariable(space, name, align == 0 ? element : align, count * element, initial, 0);
    }

    private byte[] initial(String type, int element) {
        List<Long> values = new ArrayList<>();
        int depth = 0;
        do {
            if (accept("{")) {
                depth++;
            } else if (accept("}")) {
                depth--;
            } else if (!accept(",")) {
                String sign = accept("-") ? "-" : "";
                if (!peek().isNumber()) {
                    throw fail("addresses as initial values are not supported");
                }
                String text = sign + next().text();
                values.add(type.equals("f32") || type.equals("f64") ? floating(text) : number(text));
            }
        } while (depth > 0);
        byte[] bytes = new byte[values.size() * element];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (values.get(i / element) >>> 8 * (i % element));
        }
        return bytes;
    }

    /** An integer, with or without sign: decimal, 0x, 0b, octal, each maybe with a U at its end. */
    static long number(String text) {
        if (text.startsWith("-")) {
            return -number(text.substring(1));
        }
        String digits = text.endsWith("U") || text.endsWith("u") ? text.substring(0, text.length() - 1) : text;
        if (digits.startsWith("0x") || digits.startsWith("0X")) {
            return Long.parseUnsignedLong(digits.substring(2), 16);
        }
        if (digits.startsWith("0b") || digits.startsWith("0B")) {
            return Long.parseUnsignedLong(digits.substring(2), 2);
        }
        if (digits.length() > 1 && digits.startsWith("0")) {
            return Long.parseUnsignedLong(digits.substring(1), 8);
        }
        return Long.parseUnsignedLong(digits);
    }

    /** Bits of a floating constant: 0f and 8 hexadecimal digits, or 0d and 16. */
    static long floating(String text) {
        if (text.startsWith("0f") || text.startsWith("0F")) {
            return Integer.parseUnsignedInt(text.substring(2), 16) & 0xffffffffL;
        }
        if (text.startsWith("0d") || text.startsWith("0D")) {
            return Long.parseUnsignedLong(text.substring(2), 16);
        }
        throw new NumberFormatException("a floating constant starts with 0f or 0d: " + text);
    }

    PtxLexer.Token peek() {
        return tokens.get(at);
    }

    PtxLexer.Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    PtxLexer.Token next() {
        if (at == tokens.size() - 1) {
            throw fail("the text ends too early");
        }
        return tokens.get(at++);
    }

    boolean accept(String text) {
        if (peek().is(text)) {
            at++;
            return true;
        }
        return false;
    }

    void expect(String text) {
        if (!accept(text)) {
            throw fail("expected '" + text + "', found '" + peek().text() + "'");
        }
    }

    String name() {
        if (!peek().isName()) {
            throw fail("expected a name, found '" + peek().text() + "'");
        }
        return next().text();
    }

    /** Tokens between two positions, in one line. */
    String text(int from) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < at; i++) {
            String token = tokens.get(i).text();
            boolean tight = text.length() == 0
                    || ",;]}|+>".contains(token)
                    || "[{!@|+-".indexOf(text.charAt(text.length() - 1)) >= 0;
            text.append(tight ? "" : " ").append(token);
        }
        return text.toString();
    }

    int position() {
        return at;
    }

    PtxException fail(String problem) {
        return new PtxException(kernel, peek().line(), "", problem);
    }
}
