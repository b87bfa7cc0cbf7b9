package io.github.indirec.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * Int arrays of a computation that is repeated, such as the indices of a training step: taken again in the same order
 * after {@link #reset}, they are the same arrays, so a steady state allocates nothing.
 *
 * <p>What was taken belongs to the taker until the reset and is overwritten afterwards. Contents are undefined. Confined
 * to one thread.
 */
public final class IntArena {
    /** Keeps nothing: every array is new and the taker's own. For any number of threads. */
    public static final IntArena NONE = new IntArena(null);

    private final List<int[]> arrays;
    private int next;

    public IntArena() {
        this(new ArrayList<>());
    }

    private IntArena(List<int[]> arrays) {
        this.arrays = arrays;
    }

    /** Everything taken so far may be handed out again. */
    public void reset() {
        next = 0;
    }

    /** An array of {@code length} values: for lengths that are mostly the same, such as B. */
    public int[] exactly(int length) {
        if (arrays == null) {
            return new int[length];
        }
        int[] array = kept();
        return used(array != null && array.length == length ? array : new int[length]);
    }

    /** An array of {@code length} values or more: for lengths that differ each time, such as N. */
    public int[] atLeast(int length) {
        if (arrays == null) {
            return new int[length];
        }
        int[] array = kept();
        // An eighth in reserve: the longest of many lengths is soon seen.
        return used(array != null && array.length >= length ? array : new int[Math.addExact(length, length >> 3)]);
    }

    private int[] kept() {
        return next < arrays.size() ? arrays.get(next) : null;
    }

    private int[] used(int[] array) {
        if (next < arrays.size()) {
            arrays.set(next, array);
        } else {
            arrays.add(array);
        }
        next++;
        return array;
    }
}
