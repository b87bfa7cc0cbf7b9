package io.github.indirec.model.intent;

import static io.github.indirec.model.config.Checks.range;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How representations are clustered into intents.
 *
 * @param numIntents K
 * @param kmeansIterations Lloyd iterations a restart
 * @param kmeansRestarts restarts; the best is kept
 * @param kmeansSeed seed of the clustering, apart from the run's seed. Reference quirk: always 1 in the authors' code
 * @param maxPointsPerCentroid the fit draws at most K times as many points
 * @param clusteringInterval epochs between fits
 */
public record ClusteringConfig(
        int numIntents,
        int kmeansIterations,
        int kmeansRestarts,
        long kmeansSeed,
        int maxPointsPerCentroid,
        int clusteringInterval) {
    public ClusteringConfig {
        range("num_intents", numIntents, 1, 1 << 20);
        range("kmeans_iterations", kmeansIterations, 1, 10_000);
        range("kmeans_restarts", kmeansRestarts, 1, 1_000);
        range("max_points_per_centroid", maxPointsPerCentroid, 1, Integer.MAX_VALUE);
        range("clustering_interval", clusteringInterval, 1, 100_000);
    }

    /** How K-means is to run. */
    public KMeans.Settings kmeans() {
        return new KMeans.Settings(numIntents, kmeansIterations, kmeansRestarts, kmeansSeed, maxPointsPerCentroid);
    }

    /** The authors' values, by the settings' keys. */
    public static Map<String, String> defaults() {
        Map<String, String> d = new LinkedHashMap<>();
        d.put("num_intents", "32");
        d.put("kmeans_iterations", "20");
        d.put("kmeans_restarts", "5");
        d.put("kmeans_seed", "1");
        d.put("max_points_per_centroid", "4096");
        d.put("clustering_interval", "1");
        return d;
    }
}
