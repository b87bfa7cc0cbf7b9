package io.github.indirec.model.data;

import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.RandomSequence;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Test histories with random items strewn in: the noise protocol of the paper's robustness study. For a user with L
 * items, floor(rate * L) positions are drawn with replacement out of all L (equal ones count once), and before each of
 * them an item is inserted that the user never had; the test target stays last. {@link #seen} stays the true history.
 *
 * <p>Because of the floor, small rates leave most users untouched (5 % of noise: L below 20), so a curve over rates
 * should be shown with {@link #touchedUsers}.
 *
 * <p>Immutable, for any number of threads.
 */
public final class NoisyHistories implements Histories {
    private final LeaveOneOutSplit clean;
    private final int[] items;
    private final int[] offsets;
    private final int insertions;
    private final int touchedUsers;

    /**
     * @param rate noise rate, from 0 to 1
     * @param key address of the random numbers: equal keys, equal noise
     */
    public NoisyHistories(SequenceDataset dataset, double rate, RandomKey key) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("NoisyHistories: rate is " + rate + ", expected 0 to 1");
        }
        this.clean = new LeaveOneOutSplit(dataset, LeaveOneOutSplit.Split.TEST);
        RandomSequence random = new RandomSequence(key);
        IntArrayList noisy = new IntArrayList(dataset.interactions());
        this.offsets = new int[dataset.users() + 1];
        int touched = 0;
        for (int user = 0; user < dataset.users(); user++) {
            int[] sequence = dataset.sequence(user);
            append(noisy, sequence, positions(sequence.length, rate, random), dataset.items(), random);
            offsets[user + 1] = noisy.size();
            touched += offsets[user + 1] - offsets[user] > sequence.length - 1 ? 1 : 0;
        }
        this.items = noisy.toIntArray();
        this.insertions = items.length - (dataset.interactions() - dataset.users());
        this.touchedUsers = touched;
    }

    private static BitSet positions(int length, double rate, RandomSequence random) {
        BitSet positions = new BitSet(length);
        for (int draws = (int) Math.floor(rate * length); draws > 0; draws--) {
            positions.set(random.nextInt(length));
        }
        return positions;
    }

    private static void append(
            IntArrayList out, int[] sequence, BitSet positions, int maxItem, RandomSequence random) {
        IntOpenHashSet own = new IntOpenHashSet(sequence);
        // A user who had every item gets no noise: there is none to draw.
        boolean drawable = own.size() < maxItem;
        for (int position = 0; position < sequence.length; position++) {
            if (drawable && positions.get(position)) {
                int item = 1 + random.nextInt(maxItem);
                while (own.contains(item)) {
                    item = 1 + random.nextInt(maxItem);
                }
                out.add(item);
            }
            if (position < sequence.length - 1) {
                out.add(sequence[position]);
            }
        }
    }

    @Override
    public int users() {
        return clean.users();
    }

    @Override
    public int[] history(int user) {
        return Arrays.copyOfRange(items, offsets[user], offsets[user + 1]);
    }

    @Override
    public int[] seen(int user) {
        return clean.seen(user);
    }

    @Override
    public int target(int user) {
        return clean.target(user);
    }

    /** Number of items inserted, over all users. */
    public int insertions() {
        return insertions;
    }

    /** Number of users with at least one inserted item. */
    public int touchedUsers() {
        return touchedUsers;
    }
}
