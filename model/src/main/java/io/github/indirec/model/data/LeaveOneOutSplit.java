package io.github.indirec.model.data;

/**
 * The customary split of sequential recommendation: a user's last item is the test target, the last but one the
 * validation target, and the history is everything before the target, so the test history includes the validation item.
 *
 * <p>Immutable, for any number of threads.
 */
public final class LeaveOneOutSplit implements Histories {
    /** Which item is held out. */
    public enum Split {
        /** The last but one is the target. */
        VALID(2),
        /** The last is the target. */
        TEST(1);

        private final int heldOut;

        Split(int heldOut) {
            this.heldOut = heldOut;
        }

        /** How many items of a sequence of that length are history. */
        int historyLength(int length) {
            return length - heldOut;
        }
    }

    private final SequenceDataset dataset;
    private final Split split;

    public LeaveOneOutSplit(SequenceDataset dataset, Split split) {
        this.dataset = dataset;
        this.split = split;
    }

    public SequenceDataset dataset() {
        return dataset;
    }

    public Split split() {
        return split;
    }

    @Override
    public int users() {
        return dataset.users();
    }

    /** Number of items before the target. */
    public int historyLength(int user) {
        return split.historyLength(dataset.length(user));
    }

    @Override
    public int[] history(int user) {
        int[] history = new int[historyLength(user)];
        dataset.copyItems(user, 0, history.length, history, 0);
        return history;
    }

    /** The history itself. */
    @Override
    public int[] seen(int user) {
        return history(user);
    }

    @Override
    public int target(int user) {
        return dataset.item(user, historyLength(user));
    }
}
