package io.github.indirec.kernels;

/**
 * The numbers 0 to count - 1 of rows, sorted by the table row that each is added to, in their own order among those of
 * one table row: what a scatter needs to add without atomics and in the order of the specification.
 *
 * @param order the row numbers, segment by segment
 * @param starts where each segment begins in {@code order}, and the end of the last
 * @param targets table row of each segment
 * @param count number of segments; the arrays may be longer
 */
record RowSegments(int[] order, int[] starts, int[] targets, int count) {
    /** Two passes sort tables of up to 4 million rows, with counts that stay in the first-level cache. */
    private static final int DIGIT_BITS = 11;

    private static final int DIGITS = 1 << DIGIT_BITS;

    /**
     * Sorts by radix, from the lowest digit up.
     *
     * @param ids table row of each of the first {@code count} row numbers, below {@code rows}
     */
    static RowSegments of(int[] ids, int count, int rows) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        int[] sorted = new int[count];
        for (int shift = 0; shift == 0 || Math.max(0L, rows - 1L) >>> shift > 0; shift += DIGIT_BITS) {
            sortByDigit(ids, shift, order, sorted);
            int[] swapped = order;
            order = sorted;
            sorted = swapped;
        }
        return cut(ids, order);
    }

    private static void sortByDigit(int[] ids, int shift, int[] order, int[] sorted) {
        int[] next = new int[DIGITS + 1];
        for (int i : order) {
            next[digit(ids[i], shift) + 1]++;
        }
        for (int digit = 0; digit < DIGITS; digit++) {
            next[digit + 1] += next[digit];
        }
        for (int i : order) {
            sorted[next[digit(ids[i], shift)]++] = i;
        }
    }

    private static int digit(int id, int shift) {
        return id >>> shift & DIGITS - 1;
    }

    private static RowSegments cut(int[] ids, int[] order) {
        int[] starts = new int[order.length + 1];
        int[] targets = new int[order.length];
        int count = 0;
        for (int k = 0; k < order.length; k++) {
            int id = ids[order[k]];
            if (count == 0 || targets[count - 1] != id) {
                starts[count] = k;
                targets[count++] = id;
            }
        }
        starts[count] = order.length;
        return new RowSegments(order, starts, targets, count);
    }
}
