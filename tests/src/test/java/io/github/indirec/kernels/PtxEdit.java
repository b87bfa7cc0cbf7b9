package io.github.indirec.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Edits of PTX text by which tests put faults into shipped kernels. Lines keep their numbers. */
final class PtxEdit {
    private static final Pattern ENTRY = Pattern.compile("\\.visible \\.entry (\\w+)\\(.*");

    private PtxEdit() {}

    /** The text with nothing but the kernels whose names match, so that it is read quickly. */
    static String only(String ptx, String names) {
        String[] lines = lines(ptx);
        boolean dropped = false;
        for (int i = 0; i < lines.length; i++) {
            var entry = ENTRY.matcher(lines[i]);
            if (entry.matches()) {
                dropped = !entry.group(1).matches(names);
            }
            if (dropped) {
                boolean last = lines[i].equals("}");
                lines[i] = "";
                dropped = !last;
            }
        }
        return String.join("\n", lines);
    }

    /** Names of all kernels. */
    static List<String> kernels(String ptx) {
        return Arrays.stream(lines(ptx)).map(ENTRY::matcher).filter(m -> m.matches()).map(m -> m.group(1)).toList();
    }

    /** Places of the lines of a kernel in which a pattern is found. */
    static List<Integer> places(String ptx, String kernel, String pattern) {
        String[] lines = lines(ptx);
        Pattern wanted = Pattern.compile(pattern);
        List<Integer> places = new ArrayList<>();
        boolean inside = false;
        for (int i = 0; i < lines.length; i++) {
            var entry = ENTRY.matcher(lines[i]);
            inside = entry.matches() ? entry.group(1).equals(kernel) : inside && !lines[i].equals("}");
            if (inside && wanted.matcher(lines[i]).find()) {
                places.add(i);
            }
        }
        return places;
    }

    /** The text with one line changed. */
    static String change(String ptx, int place, UnaryOperator<String> change) {
        String[] lines = lines(ptx);
        lines[place] = change.apply(lines[place]);
        return String.join("\n", lines);
    }

    private static String[] lines(String ptx) {
        return ptx.split("\n", -1);
    }
}
