package io.github.indirec.model.data;

import io.github.indirec.model.RandomStreams;
import io.github.indirec.tensor.RandomSequence;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A data set parted into items that training may know and items that arrive afterwards: what shows whether a model can
 * rank an item that nobody has bought, by its text alone.
 *
 * <p>floor(share * I) items are drawn. {@link #training} is the data without them: every interaction with one is taken
 * out, users with fewer than {@value SequenceDataset#MIN_LENGTH} items left drop out, and an item that loses its last
 * interaction by that counts as new, too. Items are numbered anew, the known ones 1 to I' in the order of their ids,
 * the new ones behind them, as a model that is given their vectors numbers them. {@link #cases} has a line for each user
 * whose last new item came after two or more known ones: those known items, then that new one. So its test split asks
 * for new items, and for nothing else.
 *
 * <p>What a user did after that item stays in training, as in the published evaluations of new items: it tells nothing
 * about the new item, which occurs nowhere. Immutable, for any number of threads.
 */
public final class HeldOutItems {
    /** Known items in front of a new one: with it, the shortest sequence. */
    private static final int SHORTEST_HISTORY = SequenceDataset.MIN_LENGTH - 1;

    private final SequenceDataset data;
    private final int[] knownItems;
    private final int[] newItems;
    private final int[] newIds;
    private final SequenceDataset training;
    private final SequenceDataset cases;

    /**
     * Draws the items that are held out.
     *
     * @param share of the items, above 0 and below 1
     * @param seed equal seeds, equal items
     * @throws IllegalArgumentException if that leaves no item to hold out, nothing to train on or no case
     */
    public HeldOutItems(SequenceDataset data, double share, long seed) {
        int count = (int) Math.floor(share * data.items());
        if (!(share > 0 && share < 1) || count < 1) {
            throw new IllegalArgumentException("HeldOutItems: a share of " + share + " of " + data.items()
                    + " items, expected above 0 and below 1 and at least one item; ask for a larger share");
        }
        this.data = data;
        BitSet known = occurringWithout(drawn(data.items(), count, seed));
        this.knownItems = known.stream().toArray();
        this.newItems =
                IntStream.rangeClosed(1, data.items()).filter(item -> !known.get(item)).toArray();
        this.newIds = new int[data.items() + 1];
        for (int i = 0; i < knownItems.length; i++) {
            newIds[knownItems[i]] = i + 1;
        }
        for (int i = 0; i < newItems.length; i++) {
            newIds[newItems[i]] = knownItems.length + i + 1;
        }
        this.training = training(share);
        this.cases = cases(share);
    }

    private static BitSet drawn(int items, int count, long seed) {
        int[] order = IntStream.rangeClosed(1, items).toArray();
        new RandomSequence(RandomStreams.HELD_OUT_ITEMS.key(seed, 0)).shuffle(order);
        BitSet drawn = new BitSet(items + 1);
        Arrays.stream(order, 0, count).forEach(drawn::set);
        return drawn;
    }

    /** The items of the users who have enough items without these. */
    private BitSet occurringWithout(BitSet drawn) {
        BitSet occurring = new BitSet(data.items() + 1);
        for (int user = 0; user < data.users(); user++) {
            int[] left = Arrays.stream(data.sequence(user))
                    .filter(item -> !drawn.get(item))
                    .toArray();
            if (left.length >= SequenceDataset.MIN_LENGTH) {
                Arrays.stream(left).forEach(occurring::set);
            }
        }
        return occurring;
    }

    private SequenceDataset training(double share) {
        List<int[]> sequences = new ArrayList<>();
        IntArrayList users = new IntArrayList();
        for (int user = 0; user < data.users(); user++) {
            int[] left = knownBefore(user, data.length(user));
            if (left.length >= SequenceDataset.MIN_LENGTH) {
                sequences.add(left);
                users.add(data.userId(user));
            }
        }
        if (sequences.isEmpty()) {
            throw new IllegalArgumentException("HeldOutItems: without a share of " + share + " of the items no user"
                    + " has " + SequenceDataset.MIN_LENGTH + " items left to train on; hold out fewer");
        }
        return SequenceDataset.of(
                data.name(),
                users.toIntArray(),
                sequences.toArray(int[][]::new),
                data.catalog().select(knownItems));
    }

    private SequenceDataset cases(double share) {
        List<int[]> sequences = new ArrayList<>();
        IntArrayList users = new IntArrayList();
        for (int user = 0; user < data.users(); user++) {
            int target = data.length(user) - 1;
            while (target >= 0 && isKnown(data.item(user, target))) {
                target--;
            }
            int[] history = knownBefore(user, Math.max(target, 0));
            if (history.length >= SHORTEST_HISTORY) {
                int[] sequence = Arrays.copyOf(history, history.length + 1);
                sequence[history.length] = newIds[data.item(user, target)];
                sequences.add(sequence);
                users.add(data.userId(user));
            }
        }
        if (sequences.isEmpty()) {
            throw new IllegalArgumentException("HeldOutItems: a share of " + share + " of the items leaves no user who"
                    + " had a new item behind " + SHORTEST_HISTORY + " known ones; hold out another share");
        }
        return SequenceDataset.of(
                data.name() + " cases", users.toIntArray(), sequences.toArray(int[][]::new), null);
    }

    private boolean isKnown(int item) {
        return newIds[item] <= knownItems.length;
    }

    /** The known items among the first {@code length} of a user, by their new ids. */
    private int[] knownBefore(int user, int length) {
        return IntStream.range(0, length)
                .map(position -> data.item(user, position))
                .filter(this::isKnown)
                .map(item -> newIds[item])
                .toArray();
    }

    /** The items of training, I' of them: their ids in the whole data, in the order of their new ids from 1 on. */
    public int[] knownItems() {
        return knownItems.clone();
    }

    /** The items held out: their ids in the whole data, in the order of their new ids from I' + 1 on. */
    public int[] newItems() {
        return newItems.clone();
    }

    /** The data without the new items, by new ids, with its part of the catalogue; the users keep their ids. */
    public SequenceDataset training() {
        return training;
    }

    /** A user a line: known items, and last the new item that followed them. */
    public SequenceDataset cases() {
        return cases;
    }
}
