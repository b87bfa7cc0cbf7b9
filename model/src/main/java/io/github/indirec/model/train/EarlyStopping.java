package io.github.indirec.model.train;

import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.train.TrainingConfig.ValidationRule;

/**
 * Which validation was best, and how long ago. Immutable.
 *
 * @param hitRate20 HR@20 to beat; NaN before the first validation
 * @param ndcg20 NDCG@20 to beat
 * @param bestEpoch epoch of the best weights, -1 before the first validation
 * @param waited validations since then
 */
public record EarlyStopping(double hitRate20, double ndcg20, int bestEpoch, int waited) {
    /** Before the first validation. */
    public static final EarlyStopping NONE = new EarlyStopping(Double.NaN, Double.NaN, -1, 0);

    /** Whether these metrics are an improvement under the rule; the first ones always are. */
    public boolean improvedBy(RankingMetrics metrics, ValidationRule rule) {
        if (bestEpoch < 0) {
            return true;
        }
        return switch (rule) {
                // Reference quirk: either metric suffices, and the other may have fallen.
            case AUTHORS -> metrics.hitRate20() > hitRate20 || metrics.ndcg20() > ndcg20;
            case STRICT -> metrics.ndcg20() > ndcg20;
        };
    }

    /** The state after a validation. */
    public EarlyStopping after(int epoch, RankingMetrics metrics, ValidationRule rule) {
        return improvedBy(metrics, rule)
                ? new EarlyStopping(metrics.hitRate20(), metrics.ndcg20(), epoch, 0)
                : new EarlyStopping(hitRate20, ndcg20, bestEpoch, waited + 1);
    }
}
