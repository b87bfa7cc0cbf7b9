package io.github.indirec.bench;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Where output goes.
 *
 * @param out results
 * @param err messages and progress
 */
record Output(PrintStream out, PrintStream err) {
    /** Result text as it is. */
    void result(String text) {
        out.println(text);
    }

    /** A line for the person who watches. */
    void say(String format, Object... values) {
        err.println(String.format(Locale.ROOT, format, values));
    }
}
