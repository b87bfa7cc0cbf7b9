package io.github.indirec.model.eval;

import io.github.indirec.model.data.Histories;

/**
 * The rank of a target in the list that a counting baseline would show: unseen items by falling score, equal scores by
 * rising item id.
 *
 * <p>A learned model's scores hardly ever tie, so its rank counts strictly greater scores only. Counts tie all the time
 * (most transitions were never seen), and the same rule would put every target before all its equals. The order by id
 * is fixed before any target is known, so the rank is one in a list that could have been shown, no better than its fair
 * share.
 */
final class BaselineOrder {
    private final boolean[] excluded;

    /** For items 1 .. {@code items}. */
    BaselineOrder(int items) {
        excluded = new boolean[items + 1];
    }

    /**
     * 1 + the number of other items, not seen, that stand before the target; the target itself always takes part.
     *
     * @param scores score of each item by id; [0] is not read
     */
    int rank(long[] scores, int[] seen, int target) {
        for (int item : seen) {
            excluded[item] = true;
        }
        long score = scores[target];
        int rank = 1;
        for (int item = 1; item < excluded.length; item++) {
            boolean before = scores[item] > score || scores[item] == score && item < target;
            rank += before && !excluded[item] ? 1 : 0;
        }
        for (int item : seen) {
            excluded[item] = false;
        }
        return rank;
    }

    /** That every item of a user is one that the baseline has counted. */
    static void check(Histories histories, int user, int items) {
        int largest = histories.target(user);
        for (int item : histories.seen(user)) {
            largest = Math.max(largest, item);
        }
        for (int item : histories.history(user)) {
            largest = Math.max(largest, item);
        }
        if (largest > items) {
            throw new IllegalArgumentException("baseline ranks: user row " + user + " has item " + largest
                    + ", expected 1 to " + items + "; are the histories of another data set?");
        }
    }
}
