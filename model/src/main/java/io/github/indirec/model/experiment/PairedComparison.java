package io.github.indirec.model.experiment;

import io.github.indirec.model.eval.UserGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two models on the same users, tested for a difference. Users are the sample, not seeds: the tests tell whether users
 * are served differently by what was trained, the deviations in the table how much another seed may change that.
 *
 * <p>Over the seeds that both models were run with: NDCG@10 is averaged for each user, and a user counts as hit@10 if a
 * majority of the seeds hits; where that is a draw, the first of them decides. So each user is counted once, whatever
 * the number of seeds.
 *
 * @param users the sample: all users, or those of a group
 * @param difference mean NDCG@10 of the model minus that of the baseline, over the shared seeds
 * @param hits McNemar on hits@10, the model first
 * @param ndcg Wilcoxon on NDCG@10, model minus baseline
 */
public record PairedComparison(
        ResultGroup model,
        UserGroup users,
        List<Long> seeds,
        double difference,
        McNemar hits,
        WilcoxonSignedRank ndcg) {
    private static final int CUT_OFF = 10;
    private static final double LN_2 = StrictMath.log(2);

    /**
     * Tests two models over some users.
     *
     * @param all how many users the data have
     * @return nothing where the two have no seed in common
     * @throws IOException if ranks cannot be read
     */
    static Optional<PairedComparison> of(ResultGroup model, ResultGroup baseline, UserGroup users, int all)
            throws IOException {
        List<Long> shared = new ArrayList<>(model.seeds());
        shared.retainAll(baseline.seeds());
        if (shared.isEmpty()) {
            return Optional.empty();
        }
        List<int[]> first = model.ranks(shared, all).stream().map(users::pick).toList();
        List<int[]> second = baseline.ranks(shared, all).stream().map(users::pick).toList();
        double[] ofModel = ndcg(first);
        double[] ofBaseline = ndcg(second);
        PairedUsers.require(ofModel.length, ofBaseline.length);
        double sum = 0;
        for (int user = 0; user < ofModel.length; user++) {
            sum += ofModel[user] - ofBaseline[user];
        }
        return Optional.of(new PairedComparison(
                model,
                users,
                List.copyOf(shared),
                sum / ofModel.length,
                McNemar.of(hits(first), hits(second)),
                WilcoxonSignedRank.of(ofModel, ofBaseline)));
    }

    /** Mean NDCG@10 over the seeds, by user. */
    static double[] ndcg(List<int[]> ranksOfSeeds) {
        double[] mean = new double[ranksOfSeeds.get(0).length];
        for (int[] ranks : ranksOfSeeds) {
            for (int user = 0; user < mean.length; user++) {
                double gain = ranks[user] <= CUT_OFF ? LN_2 / StrictMath.log(ranks[user] + 1.0) : 0;
                mean[user] += gain / ranksOfSeeds.size();
            }
        }
        return mean;
    }

    /** Whether most seeds hit, by user. */
    static boolean[] hits(List<int[]> ranksOfSeeds) {
        boolean[] hits = new boolean[ranksOfSeeds.get(0).length];
        for (int user = 0; user < hits.length; user++) {
            int row = user;
            long votes = ranksOfSeeds.stream().filter(ranks -> ranks[row] <= CUT_OFF).count();
            boolean draw = 2 * votes == ranksOfSeeds.size();
            hits[user] = draw ? ranksOfSeeds.get(0)[user] <= CUT_OFF : 2 * votes > ranksOfSeeds.size();
        }
        return hits;
    }
}
