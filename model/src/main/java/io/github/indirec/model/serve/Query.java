package io.github.indirec.model.serve;

import java.util.Optional;

/**
 * What is asked of a {@link Recommender}: a history, how many items, and which items may come.
 *
 * <pre>{@code Query.after(3, 14, 15).top(20).withoutSeen().without(92, 65)}</pre>
 *
 * Immutable; every method returns a new query.
 */
public final class Query {
    private static final int DEFAULT_COUNT = 10;

    private final int[] history;
    private final int count;
    private final boolean excludesSeen;
    private final int[] allowed;
    private final int[] denied;

    private Query(int[] history, int count, boolean excludesSeen, int[] allowed, int[] denied) {
        this.history = history;
        this.count = count;
        this.excludesSeen = excludesSeen;
        this.allowed = allowed;
        this.denied = denied;
    }

    /**
     * Ten items to follow a history, any item allowed.
     *
     * @param history item ids in time order, the last one newest
     */
    public static Query after(int... history) {
        return new Query(history.clone(), DEFAULT_COUNT, false, null, new int[0]);
    }

    /**
     * Asks for that many items.
     *
     * @throws IllegalArgumentException if {@code count} is below 1
     */
    public Query top(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("Query.top: count is " + count + ", expected at least 1");
        }
        return new Query(history, count, excludesSeen, allowed, denied);
    }

    /** Leaves out the items of the history, those too that are too old for the model to look at. */
    public Query withoutSeen() {
        return new Query(history, count, true, allowed, denied);
    }

    /** Leaves out all items but these, such as those in stock; replaces an earlier list. */
    public Query only(int... items) {
        return new Query(history, count, excludesSeen, items.clone(), denied);
    }

    /** Leaves out these items, such as those not for children; replaces an earlier list. */
    public Query without(int... items) {
        return new Query(history, count, excludesSeen, allowed, items.clone());
    }

    /** The history itself, not to be changed. */
    int[] historyItems() {
        return history;
    }

    /** The items that may come, not to be changed; null when all may. */
    int[] allowedItems() {
        return allowed;
    }

    /** The items that may not come, not to be changed. */
    int[] deniedItems() {
        return denied;
    }

    /** The history, as a copy. */
    public int[] history() {
        return history.clone();
    }

    /** How many items are asked for. */
    public int count() {
        return count;
    }

    /** Whether the items of the history are left out. */
    public boolean excludesSeen() {
        return excludesSeen;
    }

    /** The items that may come, as a copy; empty when all may. */
    public Optional<int[]> allowed() {
        return Optional.ofNullable(allowed).map(int[]::clone);
    }

    /** The items that may not come, as a copy. */
    public int[] denied() {
        return denied.clone();
    }
}
