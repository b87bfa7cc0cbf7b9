package io.github.indirec.model.data;

import io.github.indirec.model.io.AtomicFiles;
import io.github.indirec.model.io.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/**
 * What is known about the items, so that recommendations can be shown to people: a table with a row an item and named
 * columns of text, in which an empty cell means "not known".
 *
 * <p>Immutable, for any number of threads.
 */
public final class ItemCatalog {
    private final int items;
    private final List<String> columns;
    private final List<String[]> rows;

    private ItemCatalog(int items, List<String> columns, List<String[]> rows) {
        this.items = items;
        this.columns = List.copyOf(columns);
        this.rows = rows;
    }

    /** A catalogue of items about which nothing is known. */
    public static ItemCatalog untitled(int items) {
        return new ItemCatalog(items, List.of(), List.of());
    }

    /**
     * Reads UTF-8 text: a header line, then one line for every item id from 1 to {@code items} in that order, columns
     * separated by tabs, the first being the id.
     *
     * @throws FormatException naming the line, if the text is anything else
     */
    public static ItemCatalog read(Path file, int items) throws IOException {
        return new Reader(file.toString()).read(Files.readAllBytes(file), items);
    }

    /**
     * As {@link #read(Path, int)}, of however many items there are, at least one: items that arrive after training, in
     * whose file they are numbered from 1 on.
     */
    public static ItemCatalog read(Path file) throws IOException {
        return new Reader(file.toString()).read(Files.readAllBytes(file), Reader.ANY);
    }

    /** Number of items; ids run from 1 to it. */
    public int items() {
        return items;
    }

    /** Names of the columns in the file's order, the id's included; empty if nothing is known. */
    public List<String> columns() {
        return columns;
    }

    /**
     * The text of a cell, empty if not known.
     *
     * @param item item id, from 1
     * @throws IllegalArgumentException if there is no such column
     */
    public String cell(int item, String column) {
        int index = columns.indexOf(column);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "ItemCatalog.cell: there is no column '" + column + "'; the columns are " + columns);
        }
        return rows.get(Objects.checkIndex(item - 1, items))[index];
    }

    /**
     * A text to show for an item: its title; without one its keywords; without those its brand and the last level of
     * its first category path; without any of them {@code item 123}.
     *
     * @param item item id, from 1
     */
    public String title(int item) {
        Objects.checkIndex(item - 1, items);
        String text = known(item, "title");
        if (text.isEmpty()) {
            text = known(item, "keywords");
        }
        if (text.isEmpty()) {
            String path = known(item, "categories").split(" \\| ", 2)[0];
            text = (known(item, "brand") + " " + path.substring(path.lastIndexOf('>') + 1).strip()).strip();
        }
        return text.isEmpty() ? "item " + item : text;
    }

    /**
     * The text of a cell without blanks around it; empty if not known, or if there is no such column.
     *
     * @param item item id, from 1
     */
    public String known(int item, String column) {
        return columns.contains(column) ? cell(item, column).strip() : "";
    }

    /** What is known about these items, which become items 1, 2, 3, ... in this order. */
    public ItemCatalog select(int... ids) {
        List<String[]> selected = new ArrayList<>(ids.length);
        for (int i = 0; i < ids.length && !columns.isEmpty(); i++) {
            String[] row = rows.get(Objects.checkIndex(ids[i] - 1, items)).clone();
            row[0] = String.valueOf(i + 1);
            selected.add(row);
        }
        return new ItemCatalog(ids.length, columns, selected);
    }

    /**
     * Writes the table as {@link #read} reads it.
     *
     * @throws IllegalStateException if nothing is known about the items, so that there is nothing to write
     */
    public void write(Path file) throws IOException {
        if (columns.isEmpty()) {
            throw new IllegalStateException("ItemCatalog.write: nothing is known about the items; leave the file out");
        }
        StringBuilder text = new StringBuilder(String.join("\t", columns)).append('\n');
        for (String[] row : rows) {
            text.append(String.join("\t", row)).append('\n');
        }
        AtomicFiles.write(file, text.toString());
    }

    /** Reads one file. */
    private static final class Reader {
        /** As many items as there are lines behind the header. */
        static final int ANY = -1;

        private final String file;

        Reader(String file) {
            this.file = file;
        }

        ItemCatalog read(byte[] bytes, int items) throws FormatException {
            List<String> lines = lines(bytes);
            String[] columns = cells(lines.get(0));
            if (new HashSet<>(List.of(columns)).size() < columns.length || lines.get(0).isBlank()) {
                throw wrong(1, "distinct column names", "'" + lines.get(0) + "'", "start the file with a header line");
            }
            List<String[]> rows = new ArrayList<>();
            for (int line = 2; line <= lines.size(); line++) {
                String[] row = cells(lines.get(line - 1));
                if (row.length != columns.length) {
                    throw wrong(
                            line,
                            columns.length + " columns",
                            String.valueOf(row.length),
                            "separate cells by one tab, and take tabs out of the texts");
                }
                if (!row[0].equals(String.valueOf(line - 1))) {
                    throw wrong(
                            line,
                            "item id " + (line - 1) + " in the first column",
                            "'" + row[0] + "'",
                            "give every item from 1 on a line, in the order of the ids");
                }
                rows.add(row);
            }
            if (items == ANY && rows.isEmpty()) {
                throw wrong(1, "an item a line behind the header", "no line", "fill the file");
            }
            if (items != ANY && rows.size() != items) {
                throw wrong(
                        lines.size(),
                        "a line for each of the " + items + " items of the sequences",
                        rows.size() + " items",
                        "do both files belong to one data set?");
            }
            return new ItemCatalog(rows.size(), List.of(columns), rows);
        }

        private List<String> lines(byte[] bytes) throws FormatException {
            List<String> lines = new ArrayList<>();
            for (int start = 0; start < bytes.length; ) {
                int stop = start;
                while (stop < bytes.length && bytes[stop] != '\n') {
                    stop++;
                }
                int end = stop > start && bytes[stop - 1] == '\r' ? stop - 1 : stop;
                lines.add(decode(ByteBuffer.wrap(bytes, start, end - start), lines.size() + 1));
                start = stop + 1;
            }
            while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
                lines.remove(lines.size() - 1);
            }
            if (lines.isEmpty()) {
                throw new FormatException(file, "", "a header line", "an empty file", "delete it or fill it");
            }
            return lines;
        }

        private String decode(ByteBuffer bytes, int line) throws FormatException {
            try {
                return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            } catch (CharacterCodingException e) {
                throw wrong(line, "text in UTF-8", "other bytes", "save the file as UTF-8");
            }
        }

        private static String[] cells(String line) {
            return line.split("\t", -1);
        }

        private FormatException wrong(int line, String expected, String found, String remedy) {
            return new FormatException(file, "line " + line, expected, found, remedy);
        }
    }
}
