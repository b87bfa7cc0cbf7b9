package io.github.indirec.model.io;

import java.io.IOException;

/**
 * A malformed file: where it is wrong, what was expected there, what was found, and what to do about it. Callers that
 * read files of strangers can tell it from a disk that fails, which stays a plain {@link IOException}.
 *
 * <p>The message is one line, {@code file: place: expected ..., found ...; remedy}, and holds no control characters,
 * whatever the file held.
 */
public final class FormatException extends IOException {
    /** Longest part of a message: a hostile name must not fill the log. */
    private static final int MAX_PART = 300;

    private final String file;
    private final String place;
    private final String expected;
    private final String found;
    private final String remedy;

    /**
     * @param file name of the file, as the user gave it
     * @param place line and column of a text file, byte offset or entry of a binary one; empty if it is the whole file
     * @param expected what a well-formed file holds there
     * @param found what this file holds there
     * @param remedy what the user can do
     */
    public FormatException(String file, String place, String expected, String found, String remedy) {
        this(file, place, expected, found, remedy, null);
    }

    /** The same, caused by an exception of a parser underneath. */
    public FormatException(
            String file, String place, String expected, String found, String remedy, Throwable cause) {
        super(message(file, place, expected, found, remedy), cause);
        this.file = file;
        this.place = printable(place);
        this.expected = printable(expected);
        this.found = printable(found);
        this.remedy = printable(remedy);
    }

    private static String message(String file, String place, String expected, String found, String remedy) {
        return printable(file) + (place.isEmpty() ? "" : ": " + printable(place)) + ": expected " + printable(expected)
                + ", found " + printable(found) + "; " + printable(remedy);
    }

    /** Control and format characters (line ends, terminal escapes, writing direction) as code points in hexadecimal. */
    private static String printable(String text) {
        StringBuilder result = new StringBuilder();
        int[] points = text.codePoints().limit(MAX_PART).toArray();
        for (int point : points) {
            if (isPrintable(point)) {
                result.appendCodePoint(point);
            } else {
                result.append(String.format("\\u%04x", point));
            }
        }
        return text.codePointCount(0, text.length()) > MAX_PART ? result.append("...").toString() : result.toString();
    }

    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    public String file() {
        return file;
    }

    /** Line and column, byte offset or entry; empty if the whole file is meant. */
    public String place() {
        return place;
    }

    public String expected() {
        return expected;
    }

    public String found() {
        return found;
    }

    public String remedy() {
        return remedy;
    }
}
