package io.github.indirec.kernels.sim;

import java.util.Arrays;

/**
 * For each word of a segment (each byte, once a page has seen accesses to bytes) the accesses that a later one could
 * race with.
 *
 * <p>An access is a long, see {@link Races}; 0 is none. A write is kept alone: what it is ordered after is ordered
 * before whatever comes after it. Of reads, and of atomics, two suffice, chosen as far apart as possible: a later
 * access that is ordered after both, or is by the thread of one and ordered after the other, is ordered after all.
 */
final class Shadow {
    static final int PAGE_WORDS = 1024;

    /** Accesses to 1024 words in one launch. */
    static final class Page {
        private long launch = -1;
        private boolean bytes;
        long[] write = new long[PAGE_WORDS];
        long[] read = new long[PAGE_WORDS];
        long[] secondRead = new long[PAGE_WORDS];
        /** Null until there was an atomic. */
        long[] atomic;

        long[] secondAtomic;

        private void begin(long number) {
            if (launch != number) {
                launch = number;
                Arrays.fill(write, 0);
                Arrays.fill(read, 0);
                Arrays.fill(secondRead, 0);
                atomic = null;
                secondAtomic = null;
            }
        }

        /** Whether cells are bytes, not words. */
        boolean hasBytes() {
            return bytes;
        }

        void splitIntoBytes() {
            if (!bytes) {
                bytes = true;
                write = split(write);
                read = split(read);
                secondRead = split(secondRead);
                atomic = split(atomic);
                secondAtomic = split(secondAtomic);
            }
        }

        void expectAtomics() {
            if (atomic == null) {
                atomic = new long[write.length];
                secondAtomic = new long[write.length];
            }
        }

        private static long[] split(long[] words) {
            if (words == null) {
                return null;
            }
            long[] cells = new long[words.length * 4];
            for (int i = 0; i < cells.length; i++) {
                cells[i] = words[i / 4];
            }
            return cells;
        }
    }

    private final Page[] pages;

    Shadow(int words) {
        pages = new Page[(words + PAGE_WORDS - 1) / PAGE_WORDS];
    }

    /** The page of a word, emptied if it is of an earlier launch. */
    Page page(int word, long launch) {
        Page page = pages[word / PAGE_WORDS];
        if (page == null) {
            page = new Page();
            pages[word / PAGE_WORDS] = page;
        }
        page.begin(launch);
        return page;
    }
}
