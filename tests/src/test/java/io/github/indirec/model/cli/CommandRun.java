package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** One run of the command line in this process: what it returned and what it wrote. */
record CommandRun(int exitCode, String out, String err) {
    static CommandRun of(Object... args) {
        return watched(line -> {}, args);
    }

    /** Hears every line of stderr, on the thread that writes it. */
    interface Watcher {
        void line(String line);
    }

    static CommandRun watched(Watcher watcher, Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] words = new String[args.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = args[i].toString();
        }
        PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                super.println(line);
                watcher.line(line);
            }
        };
        int code = Main.run(new PrintStream(out, true, StandardCharsets.UTF_8), errStream, words);
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Checks success and returns this. */
    CommandRun succeeds() {
        assertEquals(ExitCode.SUCCESS, exitCode, err);
        return this;
    }

    /** Checks that the command failed with a code and one line on stderr that holds the given texts, and no trace. */
    CommandRun failsWith(int code, String... texts) {
        assertEquals(code, exitCode, err);
        assertEquals("", out, "a failed command prints no result");
        List<String> lines = err.lines()
                .filter(line -> !line.startsWith("preset ") && !line.startsWith("device auto: "))
                .toList();
        assertEquals(1, lines.size(), "one line, found:\n" + err);
        for (String text : texts) {
            assertTrue(lines.get(0).contains(text), "expected \"" + text + "\" in: " + err);
        }
        assertFalse(err.contains("Exception"), err);
        assertFalse(err.contains("\tat "), err);
        return this;
    }

    /** The lines of stdout, each a JSON object. */
    List<Map<String, Object>> json() {
        return out.lines()
                .map(line -> {
                    try {
                        return JSON.std.mapFrom(line);
                    } catch (IOException e) {
                        throw new UncheckedIOException(line, e);
                    }
                })
                .toList();
    }

    /** The only JSON object. */
    Map<String, Object> object() {
        List<Map<String, Object>> objects = json();
        assertEquals(1, objects.size(), out);
        return objects.get(0);
    }
}
