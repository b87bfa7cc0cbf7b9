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
 * @param means means over the epoch by name: {@code loss}, the weighted sum; its terms; {@code grad_norm}, the global norm
 *     before clipping; whatever else the model measures
 * @param validation metrics of the validation split, where this epoch was validated
 * @param improved whether this epoch's weights are the best so far
 */
public record EpochReport(
        int epoch,
        Map<String, Double> phaseSeconds,
        Map<String, Double> means,
        Optional<RankingMetrics> validation,
        boolean improved) {
    /** Name of the weighted sum of all terms. */
    static final String LOSS = "loss";

    /** Name of the gradient's norm. */
    static final String GRADIENT_NORM = "grad_norm";

    /** Wall time of the epoch. */
    public double seconds() {
        return phaseSeconds.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Mean weighted sum over the epoch's batches. */
    public double loss() {
        return means.get(LOSS);
    }

    /** The JSON object of this epoch, under its documented keys. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("epoch", epoch);
        map.put("epoch_seconds", seconds());
        map.put("phase_seconds", phaseSeconds);
        map.putAll(means);
        map.put("valid", validation.map(RankingMetrics::toMap).orElse(null));
        map.put("improved", improved);
        return map;
    }
}
