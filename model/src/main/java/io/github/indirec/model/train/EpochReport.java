package io.github.indirec.model.train;

import io.github.indirec.model.eval.RankingMetrics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one epoch did: the line it leaves in {@code metrics.jsonl}.
 *
 * @param epoch from 0
 * @param phaseSeconds wall time by phase
 * @param loss mean weighted sum over the epoch's batches
 * @param gradientNorm mean global norm before clipping
 * @param uniformity log mean exp(-2 |x - y|^2) of normalised representations at the epoch's start; 0 is collapse
 * @param effectiveRank exp of the entropy of the representations' singular values; 1 is collapse, D the most
 * @param viewsInOwnIntent share of generated views nearest to the centroid of their anchor's intent
 * @param clusterEntropy entropy of the cluster sizes over its greatest value, ln K; 0 is collapse
 * @param kmeansObjective sum of squared distances to the nearest centroid after the fit
 * @param validation metrics of the validation split, where this epoch was validated
 * @param improved whether this epoch's weights are the best so far
 */
public record EpochReport(
        int epoch,
        double epochSeconds,
        Map<String, Double> phaseSeconds,
        double loss,
        double recLoss,
        double diffLoss,
        double clLoss,
        double gradientNorm,
        double uniformity,
        double effectiveRank,
        double viewsInOwnIntent,
        double clusterEntropy,
        double kmeansObjective,
        Optional<RankingMetrics> validation,
        boolean improved) {

    static EpochReport of(
            int epoch, EpochSums sums, Map<String, Double> phases, Optional<RankingMetrics> valid, boolean improved) {
        double n = sums.batches;
        return new EpochReport(
                epoch,
                phases.values().stream().mapToDouble(Double::doubleValue).sum(),
                phases,
                sums.total / n,
                sums.rec / n,
                sums.diff / n,
                sums.cl / n,
                sums.gradientNorm / n,
                sums.uniformity,
                sums.effectiveRank,
                sums.viewsInOwnIntent / sums.views,
                sums.clusterEntropy,
                sums.kmeansObjective,
                valid,
                improved);
    }

    /** The JSON object of this epoch, under its documented keys. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("epoch", epoch);
        map.put("epoch_seconds", epochSeconds);
        map.put("phase_seconds", phaseSeconds);
        map.put("loss", loss);
        map.put("rec_loss", recLoss);
        map.put("diff_loss", diffLoss);
        map.put("cl_loss", clLoss);
        map.put("grad_norm", gradientNorm);
        map.put("uniformity", uniformity);
        map.put("effective_rank", effectiveRank);
        map.put("views_in_own_intent", orNull(viewsInOwnIntent));
        map.put("cluster_entropy", clusterEntropy);
        map.put("kmeans_objective", orNull(kmeansObjective));
        map.put("valid", validation.map(RankingMetrics::toMap).orElse(null));
        map.put("improved", improved);
        return map;
    }

    /** Not measured in this epoch: JSON has no NaN. */
    private static Double orNull(double value) {
        return Double.isNaN(value) ? null : value;
    }
}
