package io.github.indirec.bench;

import io.github.indirec.model.serve.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Queries to measure with, the same in every run: lengths are 1 plus a geometric number, cut at the longest, items
 * uniform over all, so that no look-up finds its row in a cache by luck.
 */
final class SampleHistories {
    /** Mean length before the cut, that of the review data sets. */
    private static final double MEAN_LENGTH = 9;

    /** So many different ones are asked in turn. */
    private static final int COUNT = 4096;

    private static final long SEED = 1;

    private SampleHistories() {}

    /**
     * @param items I: item ids are drawn from 1 to it
     * @param longest length of the longest history
     * @param k items that each query asks for
     */
    static List<Query> queries(int items, int longest, int k) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Query> queries = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            int more = (int) (Math.log(1 - random.nextDouble()) / Math.log(1 - 1 / MEAN_LENGTH));
            int length = Math.min(longest, 1 + more);
            queries.add(Query.after(random.ints(length, 1, items + 1).toArray()).top(k));
        }
        return queries;
    }

    static double meanLength(List<Query> queries) {
        return queries.stream().mapToInt(query -> query.history().length).average().orElse(0);
    }
}
