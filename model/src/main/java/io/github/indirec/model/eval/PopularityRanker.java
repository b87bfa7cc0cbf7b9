package io.github.indirec.model.eval;

import io.github.indirec.model.data.Histories;
import io.github.indirec.model.data.SequenceDataset;

/**
 * The baseline that shows everybody the most frequent items: who does not beat it has learned nothing about users.
 *
 * <p>score(item) = number of times the item occurs in the training part, all but the last two items of each user. Equal
 * counts are ordered by rising item id, fixed before any target is known, so that a target gets no more than its fair
 * share of a tie. Immutable and thread-safe.
 */
public final class PopularityRanker {
    private final long[] counts;

    private PopularityRanker(long[] counts) {
        this.counts = counts;
    }

    /** Counts the training part of the data set. */
    public static PopularityRanker fit(SequenceDataset dataset) {
        return new PopularityRanker(trainingCounts(dataset));
    }

    /**
     * The rank of each user's target among the unseen items of the data set, from 1.
     *
     * @throws IllegalArgumentException if a history holds an item id above those of the data set
     */
    public int[] ranks(Histories histories) {
        int items = counts.length - 1;
        BaselineOrder order = new BaselineOrder(items);
        int[] ranks = new int[histories.users()];
        for (int user = 0; user < ranks.length; user++) {
            BaselineOrder.check(histories, user, items);
            ranks[user] = order.rank(counts, histories.seen(user), histories.target(user));
        }
        return ranks;
    }

    static long[] trainingCounts(SequenceDataset dataset) {
        long[] counts = new long[dataset.items() + 1];
        for (int user = 0; user < dataset.users(); user++) {
            for (int i = 0; i < trainingLength(dataset, user); i++) {
                counts[dataset.item(user, i)]++;
            }
        }
        return counts;
    }

    /** Number of leading items of a user that are neither validation nor test target. */
    static int trainingLength(SequenceDataset dataset, int user) {
        return dataset.length(user) - 2;
    }
}
