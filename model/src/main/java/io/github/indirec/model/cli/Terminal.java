package io.github.indirec.model.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;

/**
 * Where output goes: results to one stream, messages to the other.
 *
 * @param out results
 * @param err messages and progress
 * @param interactive whether a person watches {@code err}: only then are there progress bars
 * @param width columns of that person's window
 */
record Terminal(PrintStream out, PrintStream err, boolean interactive, int width) {
    private static final int DEFAULT_WIDTH = 80;
    private static final int MIN_WIDTH = 40;

    /**
     * The process's own streams. The launcher says whether stderr is a terminal, for Java can tell it of stdin and stdout
     * only.
     */
    static Terminal ofProcess() {
        boolean interactive = "terminal".equals(System.getProperty("indirec.stderr"));
        return new Terminal(System.out, System.err, interactive, width(System.getenv("COLUMNS")));
    }

    private static int width(String columns) {
        try {
            return columns == null ? DEFAULT_WIDTH : Math.max(MIN_WIDTH, Integer.parseInt(columns.strip()));
        } catch (NumberFormatException e) {
            return DEFAULT_WIDTH;
        }
    }

    /** A line of result. */
    void result(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }

    /** A result as one line of JSON. */
    void json(Map<String, ?> object) {
        try {
            out.println(JSON.std.asString(object));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line for the person who watches. */
    void say(String format, Object... values) {
        err.println(String.format(Locale.ROOT, format, values));
    }
}
