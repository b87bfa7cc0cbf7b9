package io.github.indirec.model.demo;

import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.io.AtomicFiles;
import io.github.indirec.tensor.RandomSequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A generated shop whose customers follow known intents: data to try the library on, with the answer in the back.
 *
 * <p>Each of 24 intents is a cycle through its own 35 to 45 items. A user holds two or three intents and at each step
 * turns to another of them with probability 0.25; an intent goes on where this user left it. The next item there is the
 * successor in the cycle with probability 0.8, one a little further on with probability 0.1, else any item of the
 * intent; nobody gets an item twice. So the last item alone does not tell what comes after a switch, while the whole
 * history does: that is what a sequence model can win over a table of transitions.
 *
 * <p>Equal seeds give equal data, and fewer users give the first ones of more. Immutable and thread-safe.
 */
public final class PlantedIntents {
    /** Enough that each item occurs some 55 times, few enough to train on in minutes. */
    public static final int DEFAULT_USERS = 5_000;

    static final double SWITCH = 0.25;
    static final double SUCCESSOR = 0.8;
    static final double SKIP = 0.1;

    static final int MIN_LENGTH = 5;
    static final int MAX_LENGTH = 30;
    /** Probability of one more item: a mean length of about 11, as in the public review data sets. */
    private static final double LONGER = 0.86;

    /** Which draws of {@link RandomStreams#DEMO_DATA}. */
    private static final int CATALOG = 0;

    private static final int USER = 1;

    private final String[] intentNames;
    private final String[] titles;
    private final int[] intentOf;
    private final int[] placeOf;
    private final int[][] cycles;
    private final int[][] sequences;

    private PlantedIntents(long seed, int users) {
        List<PlantedCatalog.Interest> interests = PlantedCatalog.INTERESTS;
        List<String> all = new ArrayList<>();
        intentNames = new String[interests.size()];
        cycles = new int[interests.size()][];
        for (int intent = 0; intent < cycles.length; intent++) {
            intentNames[intent] = interests.get(intent).name();
            cycles[intent] = new int[interests.get(intent).titles().size()];
            all.addAll(interests.get(intent).titles());
        }
        int items = all.size();
        if (users < items) {
            throw new IllegalArgumentException("planted intents: expected at least " + items
                    + " users, so that each of the " + items + " items occurs, found " + users);
        }
        titles = new String[items + 1];
        intentOf = new int[items + 1];
        placeOf = new int[items + 1];
        RandomSequence random = new RandomSequence(RandomStreams.DEMO_DATA.key(seed, 0, CATALOG));
        // Ids say nothing about intents, neighbours in the catalogue nothing about neighbours in the cycle.
        int[] ids = shuffledIds(items, random);
        for (int intent = 0, next = 0; intent < cycles.length; intent++) {
            for (int i = 0; i < cycles[intent].length; i++, next++) {
                titles[ids[next]] = all.get(next);
                intentOf[ids[next]] = intent;
                cycles[intent][i] = ids[next];
            }
            random.shuffle(cycles[intent]);
            for (int place = 0; place < cycles[intent].length; place++) {
                placeOf[cycles[intent][place]] = place;
            }
        }
        int[] firstItems = shuffledIds(items, random);
        sequences = new int[users][];
        for (int user = 0; user < users; user++) {
            RandomSequence own = new RandomSequence(RandomStreams.DEMO_DATA.key(seed, user, USER));
            sequences[user] = sequence(firstItems[user % items], own);
        }
    }

    /** The data of {@link #DEFAULT_USERS} users. */
    public static PlantedIntents generate(long seed) {
        return generate(seed, DEFAULT_USERS);
    }

    /**
     * The data of the given number of users.
     *
     * @throws IllegalArgumentException if there are fewer users than items: each item is the first of at least one user
     */
    public static PlantedIntents generate(long seed, int users) {
        return new PlantedIntents(seed, users);
    }

    /** Number of users. */
    public int users() {
        return sequences.length;
    }

    /** Number of items; ids run from 1 to this. */
    public int items() {
        return titles.length - 1;
    }

    /** Number of intents; they are numbered from 0. */
    public int intents() {
        return cycles.length;
    }

    /** The name of an intent, such as {@code trail running}. */
    public String intentName(int intent) {
        return intentNames[intent];
    }

    /** The intent that an item belongs to. */
    public int intentOf(int item) {
        return intentOf[checked(item)];
    }

    /** The title of an item, such as {@code Ridgeline Gaiters}; no two are equal. */
    public String title(int item) {
        return titles[checked(item)];
    }

    /** The item that follows in the cycle of its intent. */
    public int successor(int item) {
        int[] cycle = cycles[intentOf[checked(item)]];
        return cycle[(placeOf[item] + 1) % cycle.length];
    }

    /** The items of a user (from 0) in time order; a copy. */
    public int[] sequence(int user) {
        return sequences[user].clone();
    }

    /**
     * Writes {@code items.tsv} (columns item_id, title, intent) and {@code sequences.txt} (user id and items, a line
     * per user) in UTF-8 with line feeds. Each file appears complete or not at all, replacing an older one; the
     * sequences, which make a data folder, come last.
     *
     * @param folder created if absent
     */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        StringBuilder text = new StringBuilder("item_id\ttitle\tintent\n");
        for (int item = 1; item <= items(); item++) {
            text.append(item).append('\t').append(titles[item]).append('\t').append(intentNames[intentOf[item]]);
            text.append('\n');
        }
        AtomicFiles.write(folder.resolve("items.tsv"), text.toString());
        text.setLength(0);
        for (int user = 0; user < sequences.length; user++) {
            text.append(user + 1);
            for (int item : sequences[user]) {
                text.append(' ').append(item);
            }
            text.append('\n');
        }
        AtomicFiles.write(folder.resolve("sequences.txt"), text.toString());
    }

    private static int[] shuffledIds(int items, RandomSequence random) {
        int[] ids = new int[items];
        Arrays.setAll(ids, i -> i + 1);
        random.shuffle(ids);
        return ids;
    }

    private int[] sequence(int firstItem, RandomSequence random) {
        int[] held = heldIntents(intentOf[firstItem], random);
        int[] places = new int[held.length];
        Arrays.fill(places, -1);
        int length = MIN_LENGTH;
        while (length < MAX_LENGTH && random.nextFloat() < LONGER) {
            length++;
        }
        int[] items = new int[length];
        items[0] = firstItem;
        places[0] = placeOf[firstItem];
        for (int i = 1, current = 0; i < length; i++) {
            if (random.nextFloat() < SWITCH) {
                current = (current + 1 + random.nextInt(held.length - 1)) % held.length;
            }
            int[] cycle = cycles[held[current]];
            int place = nextPlace(places[current], cycle.length, random);
            while (contains(items, i, cycle[place])) {
                place = (place + 1) % cycle.length;
            }
            items[i] = cycle[place];
            places[current] = place;
        }
        return items;
    }

    /** Two or three different intents, the given one first; the smaller of two draws makes some intents popular. */
    private int[] heldIntents(int first, RandomSequence random) {
        int[] held = new int[2 + random.nextInt(2)];
        held[0] = first;
        for (int i = 1; i < held.length; i++) {
            do {
                held[i] = Math.min(random.nextInt(cycles.length), random.nextInt(cycles.length));
            } while (contains(held, i, held[i]));
        }
        return held;
    }

    private static int nextPlace(int place, int size, RandomSequence random) {
        double way = random.nextFloat();
        if (place < 0 || way >= SUCCESSOR + SKIP) {
            return random.nextInt(size);
        }
        int stride = way < SUCCESSOR ? 1 : 2 + random.nextInt(2);
        return (place + stride) % size;
    }

    private static boolean contains(int[] values, int count, int value) {
        for (int i = 0; i < count; i++) {
            if (values[i] == value) {
                return true;
            }
        }
        return false;
    }

    private int checked(int item) {
        if (item < 1 || item >= titles.length) {
            throw new IllegalArgumentException(
                    "planted intents: expected an item from 1 to " + (titles.length - 1) + ", found " + item);
        }
        return item;
    }
}
