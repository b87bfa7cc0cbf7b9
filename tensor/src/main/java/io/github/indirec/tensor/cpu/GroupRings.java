package io.github.indirec.tensor.cpu;

import java.util.Arrays;

/**
 * Rows of equal group, linked in circles: from any row all of its group are reached without a search. The memory is a
 * thread's own and kept, since batches are mostly of one size.
 */
final class GroupRings {
    private static final class Memory {
        private long[] sorted = {};
        private int[] next = {};
    }

    private final ThreadLocal<Memory> memories = ThreadLocal.withInitial(Memory::new);

    /**
     * For every row the next one of its group, the last one's being the first.
     *
     * @return of exactly as many rows as {@code groups}; valid until this thread asks again
     */
    int[] of(int[] groups) {
        int count = groups.length;
        Memory mine = memories.get();
        // Its length is the number of rows to those who walk it, so a longer array would not do.
        if (mine.next.length != count) {
            mine.sorted = new long[count];
            mine.next = new int[count];
        }
        long[] sorted = mine.sorted;
        for (int i = 0; i < count; i++) {
            sorted[i] = (long) groups[i] << 32 | i;
        }
        Arrays.sort(sorted);
        int[] next = mine.next;
        int first = 0;
        for (int at = 0; at < count; at++) {
            boolean last = at + 1 == count || sorted[at + 1] >> 32 != sorted[at] >> 32;
            next[(int) sorted[at]] = (int) sorted[last ? first : at + 1];
            first = last ? at + 1 : first;
        }
        return next;
    }
}
