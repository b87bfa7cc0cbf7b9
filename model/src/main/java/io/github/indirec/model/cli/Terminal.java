package io.github.indirec.model.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
     * The process's own streams. The launcher says whether stderr is a terminal: Java can tell it of stdin and stdout
     * only.
     */
    static Terminal ofProcess() {
        boolean interactive = "terminal".equals(System.getProperty("indirec.stderr"));
        return new Terminal(
                utf8(FileDescriptor.out), utf8(FileDescriptor.err), interactive, width(System.getenv("COLUMNS")));
    }

    /** JSON is UTF-8 by its standard, and titles hold any character, whatever the locale of a server may be. */
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor)), true, StandardCharsets.UTF_8);
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
