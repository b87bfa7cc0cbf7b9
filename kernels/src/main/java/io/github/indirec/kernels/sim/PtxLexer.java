package io.github.indirec.kernels.sim;

import java.util.ArrayList;
import java.util.List;

/** Cuts PTX text into tokens; comments and lines of debugging directives vanish. */
final class PtxLexer {
    /** A token: a name (with its dots), a number, a string with its quotes, or one sign. */
    record Token(String text, int line) {
        boolean is(String other) {
            return text.equals(other);
        }

        boolean isName() {
            return isNameStart(text.charAt(0));
        }

        boolean isNumber() {
            return Character.isDigit(text.charAt(0));
        }
    }

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;

    private PtxLexer(String source) {
        this.source = source;
    }

    /** All tokens, and an empty one at the end. */
    static List<Token> tokens(String source) {
        PtxLexer lexer = new PtxLexer(source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == '\n') {
                line++;
                at++;
            } else if (Character.isWhitespace(c)) {
                at++;
            } else if (source.startsWith("//", at)) {
                skipLine();
            } else if (source.startsWith("/*", at)) {
                skipComment();
            } else if (c == '"') {
                take(source.indexOf('"', at + 1) + 1);
            } else if (isNameStart(c) || Character.isDigit(c)) {
                int end = at + 1;
                while (end < source.length() && isNamePart(source.charAt(end))) {
                    end++;
                }
                String word = source.substring(at, end);
                if (word.equals(".loc") || word.equals(".file")) {
                    skipLine();
                } else {
                    take(end);
                }
            } else {
                take(at + 1);
            }
        }
        tokens.add(new Token(" ", line));
    }

    private void take(int end) {
        if (end <= at) {
            throw new PtxException("", line, "", "a string without an end");
        }
        tokens.add(new Token(source.substring(at, end), line));
        at = end;
    }

    private void skipLine() {
        int end = source.indexOf('\n', at);
        at = end < 0 ? source.length() : end;
    }

    private void skipComment() {
        int end = source.indexOf("*/", at + 2);
        if (end < 0) {
            throw new PtxException("", line, "", "a comment without an end");
        }
        line += (int) source.substring(at, end).chars().filter(c -> c == '\n').count();
        at = end + 2;
    }

    private static boolean isNameStart(char c) {
        return Character.isLetter(c) || c == '_' || c == '$' || c == '%' || c == '.';
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || Character.isDigit(c);
    }
}
