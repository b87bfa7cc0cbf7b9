package io.github.indirec.model.data;

import io.github.indirec.model.io.FormatException;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.nio.charset.StandardCharsets;

/**
 * The strict parser of {@code user item item ...} lines, on bytes: a silent misreading (a shifted column, a merged
 * user) costs a day of training, so everything unusual is an error with line, column and remedy.
 */
final class SequenceFileReader {
    /** Longest file: it is parsed in one array. */
    static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    private static final int MAX_SHOWN = 24;

    private final byte[] bytes;
    private final String file;
    private final int end;
    private final IntArrayList items = new IntArrayList();
    private final IntArrayList offsets = new IntArrayList();
    private final IntArrayList userIds = new IntArrayList();
    private final Int2IntOpenHashMap lineOfUser = new Int2IntOpenHashMap();
    private int at;
    private int line;
    private int lineStart;

    SequenceFileReader(byte[] bytes, String file) {
        this.bytes = bytes;
        this.file = file;
        int end = bytes.length;
        while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
            end--;
        }
        this.end = end;
    }

    int[] items() {
        return items.toIntArray();
    }

    int[] offsets() {
        return offsets.toIntArray();
    }

    int[] userIds() {
        return userIds.toIntArray();
    }

    /** Parses the whole file. */
    void read() throws FormatException {
        if (end == 0) {
            throw new FormatException(
                    file, "", "lines of 'user item item ...'", "an empty file", "is this the right file?");
        }
        offsets.add(0);
        while (at < end) {
            line++;
            lineStart = at;
            readLine();
            offsets.add(items.size());
        }
    }

    private void readLine() throws FormatException {
        if (atLineEnd()) {
            throw wrong(at, "a user id", "an empty line", "delete the line");
        }
        int user = number("a user id", 0, Integer.MAX_VALUE, "number the users 1, 2, 3, ...");
        int first = items.size();
        while (!atLineEnd()) {
            if (bytes[at] != ' ' && bytes[at] != '\t') {
                throw wrong(at, "a blank between two ids", token(at), "separate ids by one blank");
            }
            at++;
            items.add(number("an item id", 1, SequenceDataset.MAX_ITEM, "number the items 1, 2, 3, ... without gaps"));
        }
        requireNewUser(user);
        if (items.size() - first < SequenceDataset.MIN_LENGTH) {
            throw wrong(
                    lineStart,
                    "at least " + SequenceDataset.MIN_LENGTH + " items for user " + user,
                    String.valueOf(items.size() - first),
                    "leave such users out: one item is needed to learn from, one to validate, one to test");
        }
        userIds.add(user);
        at += at < end && bytes[at] == '\r' ? 2 : 1;
    }

    private void requireNewUser(int user) throws FormatException {
        int before = lineOfUser.put(user, line);
        if (before != lineOfUser.defaultReturnValue()) {
            throw wrong(
                    lineStart,
                    "one line a user",
                    "user " + user + " again, first on line " + before,
                    "join the lines in time order, or give the second user an id of its own");
        }
    }

    /** At {@code \n}, {@code \r\n} or the file's end. */
    private boolean atLineEnd() {
        return at >= end || bytes[at] == '\n' || (bytes[at] == '\r' && at + 1 < end && bytes[at + 1] == '\n');
    }

    private int number(String what, int min, int max, String remedy) throws FormatException {
        int start = at;
        long value = 0;
        // Ten digits fit into a long and are more than any id may have.
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9' && at - start <= 10) {
            value = value * 10 + (bytes[at] - '0');
            at++;
        }
        boolean ends = atLineEnd() || bytes[at] == ' ' || bytes[at] == '\t';
        if (at == start || !ends || value < min || value > max) {
            boolean isBlank = at == start && ends;
            String advice = isBlank ? "write exactly one blank between two ids and none at the end" : remedy;
            throw wrong(start, what + " from " + min + " to " + max, token(start), advice);
        }
        return (int) value;
    }

    /** What stands at a place, up to the next blank or line end. */
    private String token(int start) {
        int stop = start;
        while (stop < end && stop - start < MAX_SHOWN && " \t\n".indexOf(bytes[stop]) < 0) {
            stop++;
        }
        if (stop > start && stop < end && bytes[stop] == '\n' && bytes[stop - 1] == '\r') {
            stop--;
        }
        if (stop > start) {
            String text = new String(bytes, start, stop - start, StandardCharsets.UTF_8);
            return "'" + text + (stop - start == MAX_SHOWN ? "..." : "") + "'";
        }
        if (start >= end || bytes[start] == '\n' || bytes[start] == '\r') {
            return "the end of the line";
        }
        return bytes[start] == '\t' ? "a tab" : "a blank";
    }

    private FormatException wrong(int where, String expected, String found, String remedy) {
        return new FormatException(
                file, "line " + line + ", column " + (where - lineStart + 1), expected, found, remedy);
    }
}
