package io.github.indirec.model.intent;

import static io.github.indirec.model.config.Checks.choice;
import static io.github.indirec.model.config.Checks.range;

import io.github.indirec.model.config.Choice;

/**
 * Settings of the intents.
 *
 * @param numIntents K
 * @param kmeansIterations Lloyd iterations a restart
 * @param kmeansRestarts restarts; the best is kept
 * @param kmeansSeed seed of the clustering, apart from the run's seed. Reference quirk: always 1 in the authors' code
 * @param maxPointsPerCentroid the fit draws at most K times as many points
 * @param clusteringInterval epochs between fits
 * @param mates whose representation guides a sub-sequence's generation
 * @param condition what is taken from the mate's cluster
 */
public record IntentConfig(
        int numIntents,
        int kmeansIterations,
        int kmeansRestarts,
        long kmeansSeed,
        int maxPointsPerCentroid,
        int clusteringInterval,
        MateSource mates,
        ConditionSource condition) {

    /** How mates are drawn. */
    public enum MateSource implements Choice {
        /**
         * Reference quirk: all conditions of a batch come from the one cluster that holds the batch's first row, and a
         * cluster's member list still holds its members of earlier epochs.
         */
        BATCH_CLUSTER,
        /** The paper: each sub-sequence's own cluster of this epoch, itself left out unless it is alone. */
        OWN_CLUSTER
    }

    /** What the guidance signal is. */
    public enum ConditionSource implements Choice {
        /** The representation of a mate. */
        MATE,
        /** The nearest centroid (the words of the LLMDiRec paper). */
        PROTOTYPE
    }

    public IntentConfig {
        range("num_intents", numIntents, 1, 1 << 20);
        range("kmeans_iterations", kmeansIterations, 1, 10_000);
        range("kmeans_restarts", kmeansRestarts, 1, 1_000);
        range("max_points_per_centroid", maxPointsPerCentroid, 1, Integer.MAX_VALUE);
        range("clustering_interval", clusteringInterval, 1, 100_000);
        choice("mates", mates);
        choice("condition", condition);
    }

    /** How the clustering is to run. */
    public KMeans.Settings kmeans() {
        return new KMeans.Settings(numIntents, kmeansIterations, kmeansRestarts, kmeansSeed, maxPointsPerCentroid);
    }
}
