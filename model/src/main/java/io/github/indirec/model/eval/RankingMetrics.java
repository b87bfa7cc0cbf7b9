package io.github.indirec.model.eval;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Hit rate, NDCG and mean reciprocal rank of one evaluation: the numbers papers of the field report.
 *
 * <p>Each user has one target, at rank r (1 is best). With one relevant item the ideal gain is 1, so
 *
 * <pre>
 * hits@k = users with r &lt;= k,  HR@k = hits@k / users,
 * NDCG@k = mean over users of (r &lt;= k ? 1 / log2(r + 1) : 0),  MRR = mean over users of 1 / r (no cut-off)
 * </pre>
 *
 * Whole numbers of hits are kept beside the rates, since they can be compared without rounding. The result does not
 * depend on the order of the users, to the last bit: sums run over the sorted ranks.
 *
 * @param users number of users evaluated
 * @param hits5 users whose target is among the first 5
 * @param hits10 users whose target is among the first 10
 * @param hits20 users whose target is among the first 20
 * @param ndcg5 NDCG@5
 * @param ndcg10 NDCG@10
 * @param ndcg20 NDCG@20
 * @param mrr mean reciprocal rank over all ranks
 */
public record RankingMetrics(
        int users, int hits5, int hits10, int hits20, double ndcg5, double ndcg10, double ndcg20, double mrr) {
    private static final double LN_2 = StrictMath.log(2);

    /**
     * The metrics of the given ranks.
     *
     * @param ranks rank of each user's target, from 1; not changed
     * @throws IllegalArgumentException if there is no rank, or one is below 1
     */
    public static RankingMetrics of(int[] ranks) {
        if (ranks.length == 0) {
            throw new IllegalArgumentException(
                    "ranking metrics: expected the rank of at least one user, found none; is the split empty?");
        }
        for (int i = 0; i < ranks.length; i++) {
            if (ranks[i] < 1) {
                throw new IllegalArgumentException(
                        "ranking metrics: expected ranks from 1, found " + ranks[i] + " at index " + i);
            }
        }
        int[] sorted = ranks.clone();
        Arrays.sort(sorted);
        double reciprocal = 0;
        for (int rank : sorted) {
            reciprocal += 1.0 / rank;
        }
        return new RankingMetrics(
                sorted.length,
                hits(sorted, 5),
                hits(sorted, 10),
                hits(sorted, 20),
                ndcg(sorted, 5),
                ndcg(sorted, 10),
                ndcg(sorted, 20),
                reciprocal / sorted.length);
    }

    /** HR@5: the share of users whose target is among the first 5. */
    public double hitRate5() {
        return (double) hits5 / users;
    }

    /** HR@10. */
    public double hitRate10() {
        return (double) hits10 / users;
    }

    /** HR@20. */
    public double hitRate20() {
        return (double) hits20 / users;
    }

    /**
     * The numbers under their JSON names, in this order: {@code users}, then {@code hits@k}, {@code HR@k},
     * {@code NDCG@k} for k = 5, 10, 20, then {@code MRR}. Counts are {@link Integer}, the rest {@link Double}.
     */
    public Map<String, Number> toMap() {
        Map<String, Number> map = new LinkedHashMap<>();
        map.put("users", users);
        map.put("hits@5", hits5);
        map.put("HR@5", hitRate5());
        map.put("NDCG@5", ndcg5);
        map.put("hits@10", hits10);
        map.put("HR@10", hitRate10());
        map.put("NDCG@10", ndcg10);
        map.put("hits@20", hits20);
        map.put("HR@20", hitRate20());
        map.put("NDCG@20", ndcg20);
        map.put("MRR", mrr);
        return map;
    }

    private static int hits(int[] sorted, int k) {
        int hits = 0;
        while (hits < sorted.length && sorted[hits] <= k) {
            hits++;
        }
        return hits;
    }

    private static double ndcg(int[] sorted, int k) {
        double sum = 0;
        int hits = hits(sorted, k);
        for (int i = 0; i < hits; i++) {
            sum += LN_2 / StrictMath.log(sorted[i] + 1.0);
        }
        return sum / sorted.length;
    }
}
