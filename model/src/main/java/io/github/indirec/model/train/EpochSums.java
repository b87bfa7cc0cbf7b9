package io.github.indirec.model.train;

import io.github.indirec.model.eval.RepresentationQuality;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an epoch adds up while it runs. Part of the training state, so that an epoch interrupted half-way reports the
 * same numbers when it is resumed.
 */
final class EpochSums {
    double total;
    double rec;
    double diff;
    double cl;
    double gradientNorm;
    double batches;
    double views;
    double viewsInOwnIntent;
    double uniformity = Double.NaN;
    double effectiveRank = Double.NaN;
    double clusterEntropy = Double.NaN;
    double kmeansObjective = Double.NaN;

    void quality(RepresentationQuality quality, double clusterEntropy, double kmeansObjective) {
        this.uniformity = quality.uniformity();
        this.effectiveRank = quality.effectiveRank();
        this.clusterEntropy = clusterEntropy;
        this.kmeansObjective = kmeansObjective;
    }

    /** Field by field, as hexadecimal doubles: exact, and the same text on every JDK. */
    Map<String, String> toMetadata() {
        Map<String, String> map = new LinkedHashMap<>();
        double[] values = values();
        for (int i = 0; i < NAMES.length; i++) {
            map.put("sum." + NAMES[i], Double.toHexString(values[i]));
        }
        return map;
    }

    static EpochSums fromMetadata(Map<String, String> metadata) {
        double[] v = new double[NAMES.length];
        for (int i = 0; i < NAMES.length; i++) {
            v[i] = Double.parseDouble(metadata.get("sum." + NAMES[i]));
        }
        EpochSums sums = new EpochSums();
        sums.total = v[0];
        sums.rec = v[1];
        sums.diff = v[2];
        sums.cl = v[3];
        sums.gradientNorm = v[4];
        sums.batches = v[5];
        sums.views = v[6];
        sums.viewsInOwnIntent = v[7];
        sums.uniformity = v[8];
        sums.effectiveRank = v[9];
        sums.clusterEntropy = v[10];
        sums.kmeansObjective = v[11];
        return sums;
    }

    private static final String[] NAMES = {
        "total",
        "rec",
        "diff",
        "cl",
        "gradient_norm",
        "batches",
        "views",
        "views_in_own_intent",
        "uniformity",
        "effective_rank",
        "cluster_entropy",
        "kmeans_objective"
    };

    private double[] values() {
        return new double[] {
            total,
            rec,
            diff,
            cl,
            gradientNorm,
            batches,
            views,
            viewsInOwnIntent,
            uniformity,
            effectiveRank,
            clusterEntropy,
            kmeansObjective
        };
    }
}
