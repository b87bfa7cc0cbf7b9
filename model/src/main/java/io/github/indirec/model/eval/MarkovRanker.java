package io.github.indirec.model.eval;

import io.github.indirec.model.data.Histories;
import io.github.indirec.model.data.SequenceDataset;
import java.util.Arrays;

/**
 * The baseline that looks at the last item only: a first-order Markov chain, which many a published sequence model does
 * not beat by much.
 *
 * <p>score(item | last) = n(last, item) + popularity(item) / (largest popularity + 1), with n the number of times the
 * item directly follows in the training part, all but the last two items of each user. The second term is below 1: it
 * orders equal counts, and all items that never followed. What is still equal goes by rising item id, fixed before any
 * target is known, so that a target gets no more than its fair share of a tie. Immutable and thread-safe.
 */
public final class MarkovRanker {
    private static final int COUNT_SHIFT = 32;

    private final long[] popularity;
    /** Every transition as last item in the upper half and next item in the lower, sorted, repeats included. */
    private final long[] transitions;

    private MarkovRanker(long[] popularity, long[] transitions) {
        this.popularity = popularity;
        this.transitions = transitions;
    }

    /** Counts the transitions of the training part of the data set. */
    public static MarkovRanker fit(SequenceDataset dataset) {
        long[] transitions = new long[dataset.interactions()];
        int count = 0;
        for (int user = 0; user < dataset.users(); user++) {
            for (int i = 1; i < PopularityRanker.trainingLength(dataset, user); i++) {
                transitions[count++] = (long) dataset.item(user, i - 1) << COUNT_SHIFT | dataset.item(user, i);
            }
        }
        transitions = Arrays.copyOf(transitions, count);
        Arrays.sort(transitions);
        return new MarkovRanker(PopularityRanker.trainingCounts(dataset), transitions);
    }

    /**
     * The rank of each user's target among the unseen items of the data set, from 1, given the history's last item.
     *
     * @throws IllegalArgumentException if a history holds an item id above those of the data set
     */
    public int[] ranks(Histories histories) {
        int items = popularity.length - 1;
        BaselineOrder order = new BaselineOrder(items);
        // The count in the upper half, the popularity in the lower: ordered as the sum of the terms, without rounding.
        long[] scores = popularity.clone();
        int[] ranks = new int[histories.users()];
        for (int user = 0; user < ranks.length; user++) {
            BaselineOrder.check(histories, user, items);
            int[] history = histories.history(user);
            int last = history[history.length - 1];
            int from = firstTransition(last);
            int to = firstTransition(last + 1);
            for (int i = from; i < to; i++) {
                scores[(int) transitions[i]] += 1L << COUNT_SHIFT;
            }
            ranks[user] = order.rank(scores, histories.seen(user), histories.target(user));
            for (int i = from; i < to; i++) {
                scores[(int) transitions[i]] = popularity[(int) transitions[i]];
            }
        }
        return ranks;
    }

    /** Index of the first transition from this item or a larger one; no item is 0, so the key itself never occurs. */
    private int firstTransition(int item) {
        return -Arrays.binarySearch(transitions, (long) item << COUNT_SHIFT) - 1;
    }
}
