package io.github.indirec.tensor.cpu;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Arrays lent to tensors and taken back. Ragged batches ask for a slightly different length each step, so capacities
 * are rounded up to one of eight sizes a doubling: at most 12.5 % is wasted and a steady state allocates nothing. Lent
 * arrays are never zeroed. Thread-safe.
 */
final class BufferPool {
    private static final int SMALLEST = 64;

    private final Map<Integer, ArrayDeque<float[]>> floats = new HashMap<>();
    private final Map<Integer, ArrayDeque<double[]>> doubles = new HashMap<>();
    private boolean closed;

    synchronized float[] floats(int length) {
        int capacity = capacity(length);
        ArrayDeque<float[]> free = floats.get(capacity);
        return free == null || free.isEmpty() ? new float[capacity] : free.pop();
    }

    synchronized double[] doubles(int length) {
        int capacity = capacity(length);
        ArrayDeque<double[]> free = doubles.get(capacity);
        return free == null || free.isEmpty() ? new double[capacity] : free.pop();
    }

    /** Takes back an array that this pool has lent. */
    synchronized void giveBack(Object array) {
        if (closed) {
            return;
        }
        if (array instanceof float[] values) {
            floats.computeIfAbsent(values.length, capacity -> new ArrayDeque<>()).push(values);
        } else if (array instanceof double[] values) {
            doubles.computeIfAbsent(values.length, capacity -> new ArrayDeque<>()).push(values);
        }
    }

    synchronized void close() {
        closed = true;
        floats.clear();
        doubles.clear();
    }

    /** The smallest capacity class that holds {@code length} values. */
    static int capacity(int length) {
        if (length <= SMALLEST) {
            return SMALLEST;
        }
        int step = Integer.highestOneBit(length - 1) >>> 3;
        long rounded = ((long) length + step - 1) / step * step;
        return rounded > Integer.MAX_VALUE - 8 ? length : (int) rounded;
    }
}
