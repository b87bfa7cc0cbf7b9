package io.github.indirec.model.data;

import io.github.indirec.model.io.AtomicFiles;
import io.github.indirec.model.io.Checksums;
import io.github.indirec.model.io.FormatException;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * The interactions of all users, one sequence of item ids in time order a user: what every model is trained and
 * evaluated on. A user is addressed by row, from 0 in the file's order; item ids run from 1 to {@link #items}, 0 is the
 * padding id.
 *
 * <p>Immutable and compact (four bytes an interaction), for any number of threads.
 */
public final class SequenceDataset {
    /** Shortest sequence: one item to learn from, one to validate, one to test. */
    public static final int MIN_LENGTH = 3;

    /** Largest item id: at 64 numbers an item, the table of embeddings alone would take 12.8 GB. */
    public static final int MAX_ITEM = 50_000_000;

    private static final String SEQUENCES = "sequences.txt";
    private static final String ITEMS = "items.tsv";

    private final String name;
    private final String file;
    private final String sha256;
    private final int[] userIds;
    private final int[] items;
    private final int[] offsets;
    private final int maxItem;
    private final ItemCatalog catalog;

    private SequenceDataset(
            String name, String file, String sha256, int[] userIds, int[] items, int[] offsets, ItemCatalog catalog) {
        this.name = name;
        this.file = file;
        this.sha256 = sha256;
        this.userIds = userIds;
        this.items = items;
        this.offsets = offsets;
        this.maxItem = max(items);
        this.catalog = catalog == null ? ItemCatalog.untitled(maxItem) : catalog;
    }

    /**
     * What a data set is, in numbers.
     *
     * @param users number of sequences
     * @param items number of items that occur
     * @param maxItem largest item id
     * @param interactions number of interactions
     * @param meanLength interactions a user
     * @param shortest length of the shortest sequence
     * @param longest length of the longest sequence
     * @param sparsity share of empty cells in the table of users and items that occur, from 0 to 1
     * @param usersWithRepeats users who have an item more than once
     * @param testTargetsSeen users whose last item is among those before it
     */
    public record Statistics(
            int users,
            int items,
            int maxItem,
            int interactions,
            double meanLength,
            int shortest,
            int longest,
            double sparsity,
            int usersWithRepeats,
            int testTargetsSeen) {}

    /**
     * Reads a folder with {@code sequences.txt} and perhaps {@code items.tsv}, or a single file of sequences.
     *
     * <p>One user a line, {@code user item item ...}, separated by single blanks or tabs, line ends {@code \n} or
     * {@code \r\n}; at least {@value #MIN_LENGTH} items a user.
     *
     * @throws FormatException naming line and column, if the text is anything else
     */
    public static SequenceDataset read(Path path) throws IOException {
        boolean folder = Files.isDirectory(path);
        Path file = folder ? path.resolve(SEQUENCES) : path;
        if (Files.size(file) > SequenceFileReader.MAX_BYTES) {
            throw new FormatException(
                    file.toString(),
                    "",
                    "at most " + SequenceFileReader.MAX_BYTES + " bytes",
                    Files.size(file) + " bytes",
                    "train on a sample of the users");
        }
        byte[] bytes = Files.readAllBytes(file);
        SequenceFileReader reader = new SequenceFileReader(bytes, file.toString());
        reader.read();
        int[] items = reader.items();
        Path catalogFile = path.resolve(ITEMS);
        ItemCatalog catalog =
                folder && Files.exists(catalogFile) ? ItemCatalog.read(catalogFile, max(items)) : null;
        return new SequenceDataset(
                nameOf(path), file.toString(), Checksums.sha256(bytes), reader.userIds(), items, reader.offsets(), catalog);
    }

    /**
     * A data set made by a program; user ids are 1, 2, 3, ..., the checksum is that of the file {@link #write} makes.
     *
     * @throws IllegalArgumentException if a sequence is shorter than {@value #MIN_LENGTH} or an item id out of range
     */
    public static SequenceDataset of(String name, int[][] sequences) {
        int[] userIds = new int[sequences.length];
        Arrays.setAll(userIds, user -> user + 1);
        return of(name, userIds, sequences, null);
    }

    /** A data set made by a program, with the ids of its users and perhaps a catalogue of its items. */
    static SequenceDataset of(String name, int[] userIds, int[][] sequences, ItemCatalog catalog) {
        int[] offsets = new int[sequences.length + 1];
        for (int user = 0; user < sequences.length; user++) {
            int length = sequences[user].length;
            if (length < MIN_LENGTH) {
                throw new IllegalArgumentException("SequenceDataset.of: sequence " + user + " has " + length
                        + " items, expected at least " + MIN_LENGTH + "; leave such users out");
            }
            offsets[user + 1] = Math.addExact(offsets[user], length);
        }
        int[] items = new int[offsets[sequences.length]];
        for (int user = 0; user < sequences.length; user++) {
            for (int i = 0; i < sequences[user].length; i++) {
                int item = sequences[user][i];
                if (item < 1 || item > MAX_ITEM) {
                    throw new IllegalArgumentException("SequenceDataset.of: sequence " + user + " holds item " + item
                            + ", expected 1 to " + MAX_ITEM + "; number the items from 1");
                }
                items[offsets[user] + i] = item;
            }
        }
        String sha256 = Checksums.sha256(text(userIds, items, offsets));
        return new SequenceDataset(name, name, sha256, userIds, items, offsets, catalog);
    }

    private static String nameOf(Path path) {
        Path last = path.toAbsolutePath().normalize().getFileName();
        String name = last == null ? path.toString() : last.toString();
        return name.endsWith(".txt") ? name.substring(0, name.length() - ".txt".length()) : name;
    }

    private static int max(int[] items) {
        int max = 0;
        for (int item : items) {
            max = Math.max(max, item);
        }
        return max;
    }

    private static byte[] text(int[] userIds, int[] items, int[] offsets) {
        StringBuilder text = new StringBuilder();
        for (int user = 0; user < userIds.length; user++) {
            text.append(userIds[user]);
            for (int i = offsets[user]; i < offsets[user + 1]; i++) {
                text.append(' ').append(items[i]);
            }
            text.append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes the sequences as {@link #read} reads them. */
    public void write(Path path) throws IOException {
        AtomicFiles.write(path, text(userIds, items, offsets));
    }

    /** The folder's or file's name. */
    public String name() {
        return name;
    }

    /** The file of the sequences, as messages name it. */
    public String file() {
        return file;
    }

    /** SHA-256 of the file's bytes, in hexadecimal: which data a result belongs to. */
    public String sha256() {
        return sha256;
    }

    /** Number of users. */
    public int users() {
        return userIds.length;
    }

    /** Largest item id, I. */
    public int items() {
        return maxItem;
    }

    /** Number of interactions. */
    public int interactions() {
        return items.length;
    }

    /** What is known about the items; titles are made up where there is no {@code items.tsv}. */
    public ItemCatalog catalog() {
        return catalog;
    }

    /** The id that the file gives the user of that row. */
    public int userId(int user) {
        return userIds[Objects.checkIndex(user, userIds.length)];
    }

    /** Row of the user of that id, if there is one. */
    public OptionalInt rowOf(int userId) {
        for (int user = 0; user < userIds.length; user++) {
            if (userIds[user] == userId) {
                return OptionalInt.of(user);
            }
        }
        return OptionalInt.empty();
    }

    /** Length of a user's sequence, held-out items included. */
    public int length(int user) {
        Objects.checkIndex(user, userIds.length);
        return offsets[user + 1] - offsets[user];
    }

    /** The item at a position of a user's sequence, from 0. */
    public int item(int user, int position) {
        return items[offsets[user] + Objects.checkIndex(position, length(user))];
    }

    /** A user's sequence, held-out items included, as a copy. */
    public int[] sequence(int user) {
        int[] sequence = new int[length(user)];
        copyItems(user, 0, sequence.length, sequence, 0);
        return sequence;
    }

    /** Copies {@code count} items of a user's sequence from {@code position} on. */
    public void copyItems(int user, int position, int count, int[] out, int offset) {
        Objects.checkFromIndexSize(position, count, length(user));
        System.arraycopy(items, offsets[user] + position, out, offset, count);
    }

    /** Counts everything; one pass over the interactions. */
    public Statistics statistics() {
        BitSet occurring = new BitSet(maxItem + 1);
        IntOpenHashSet own = new IntOpenHashSet();
        int shortest = Integer.MAX_VALUE;
        int longest = 0;
        int repeats = 0;
        int seenTargets = 0;
        for (int user = 0; user < users(); user++) {
            int length = length(user);
            shortest = Math.min(shortest, length);
            longest = Math.max(longest, length);
            own.clear();
            boolean lastIsNew = true;
            for (int i = offsets[user]; i < offsets[user + 1]; i++) {
                occurring.set(items[i]);
                lastIsNew = own.add(items[i]);
            }
            repeats += own.size() < length ? 1 : 0;
            seenTargets += lastIsNew ? 0 : 1;
        }
        int distinct = occurring.cardinality();
        double cells = (double) users() * distinct;
        return new Statistics(
                users(),
                distinct,
                maxItem,
                items.length,
                users() == 0 ? 0 : (double) items.length / users(),
                users() == 0 ? 0 : shortest,
                longest,
                cells == 0 ? 0 : 1 - items.length / cells,
                repeats,
                seenTargets);
    }

    @Override
    public String toString() {
        return "SequenceDataset[" + name + ": " + users() + " users, " + maxItem + " items, " + items.length
                + " interactions]";
    }
}
