package io.github.indirec.bench;

/**
 * A part of a Markdown text that a command writes: the lines between {@code <!-- name:begin -->} and {@code <!--
 * name:end -->}.
 *
 * @param name of the section, as in its markers
 */
public record MarkedSection(String name) {
    /**
     * The text with the section's content replaced, all else as it was.
     *
     * @param file what to call the text in an error
     * @throws IllegalArgumentException unless both markers are there once, in this order
     */
    public String replace(String file, String text, String content) {
        int begin = onlyPlace(file, text, begin()) + begin().length();
        int end = onlyPlace(file, text, end());
        if (end < begin) {
            throw new IllegalArgumentException(
                    file + ": " + end() + " stands before " + begin() + "; swap them, nothing was changed");
        }
        return text.substring(0, begin) + "\n" + content.strip() + "\n" + text.substring(end);
    }

    private String begin() {
        return "<!-- " + name + ":begin -->";
    }

    private String end() {
        return "<!-- " + name + ":end -->";
    }

    private static int onlyPlace(String file, String text, String marker) {
        int place = text.indexOf(marker);
        if (place < 0) {
            throw new IllegalArgumentException(file + ": expected the line " + marker
                    + ", found none; add it where the figures belong, nothing was changed");
        }
        if (text.indexOf(marker, place + 1) >= 0) {
            throw new IllegalArgumentException(
                    file + ": expected one " + marker + ", found more; keep one, nothing was changed");
        }
        return place;
    }
}
