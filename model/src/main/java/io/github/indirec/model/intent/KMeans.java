package io.github.indirec.model.intent;

import static io.github.indirec.model.config.Checks.range;

import io.github.indirec.model.RandomStreams;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RandomSequence;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.TensorScope;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.ClusterKernels;
import java.util.Arrays;

/**
 * Seeded k-means by Lloyd's iteration (1982), with the rules of faiss's Clustering, which the authors use: minimise the
 * sum over points x of min_k |x - c_k|^2.
 *
 * <p>Those rules: at most {@code maxPointsPerCentroid} points a cluster, drawn without replacement; each restart begins
 * from K distinct points; the restart with the lowest objective before its last update is kept; a cluster that lost all
 * points takes half of another one. The same seed gives the same bits for any number of threads; a backend may leave out
 * distances that bounds rule out ({@link ClusterKernels#assigner}), which changes no bit. Thread-safe if the backend is.
 */
public final class KMeans {
    /** Half of the gap that a split opens between the two centroids, relative to them; faiss's EPS. */
    private static final float SPLIT = 1f / 1024;

    private final Backend backend;
    private final Settings settings;

    /**
     * What to fit and how long.
     *
     * @param clusters K
     * @param iterations Lloyd iterations a restart; the authors use 20
     * @param restarts independent beginnings, the best is kept; the authors use 5
     * @param seed seed of all draws
     * @param maxPointsPerCentroid points beyond K times as many are left out of the fit; the authors use 4096
     */
    public record Settings(int clusters, int iterations, int restarts, long seed, int maxPointsPerCentroid) {
        public Settings {
            range("clusters", clusters, 1, 1 << 20);
            range("iterations", iterations, 1, 10_000);
            range("restarts", restarts, 1, 1_000);
            range("max points per centroid", maxPointsPerCentroid, 1, Integer.MAX_VALUE);
        }

        /** 20 iterations, 5 restarts, seed 1, 4096 points a centroid: the authors' settings. */
        public static Settings of(int clusters) {
            return new Settings(clusters, 20, 5, 1, 4096);
        }
    }

    /**
     * A fit.
     *
     * @param centroids [K x D], row-major
     * @param objective sum of the squared distances of the fitted points to their nearest centroid
     * @param iterations Lloyd iterations run, over all restarts
     */
    public record Result(float[] centroids, double objective, int iterations) {}

    public KMeans(Backend backend, Settings settings) {
        this.backend = backend;
        this.settings = settings;
    }

    /**
     * Fits centroids; the assignment of points to them is {@link io.github.indirec.tensor.spi.ClusterKernels#assign}.
     *
     * <p>Reference quirk: from given centroids there is nothing to draw, so every restart begins where the one before
     * ended, and all of them together are one long run.
     *
     * @param points [N x D], float32, N at least K
     * @param warmStart [K x D], or null for a fresh start
     * @throws IllegalArgumentException if there are fewer points than clusters, or a shape does not fit
     * @throws ArithmeticException if the points hold NaN or infinity
     */
    public Result fit(Tensor points, Tensor warmStart) {
        points.shape().requireRank("KMeans.fit", "points", 2);
        int count = points.shape().dim(0);
        int width = points.shape().dim(1);
        if (points.dtype() != DType.F32) {
            throw new ShapeException("KMeans.fit: points are " + points.dtype() + ", expected F32");
        }
        if (count < settings.clusters) {
            throw new IllegalArgumentException("KMeans.fit: " + count + " points cannot form " + settings.clusters
                    + " clusters; ask for fewer clusters or give more points");
        }
        if (warmStart != null) {
            warmStart.shape().require("KMeans.fit", "warmStart", settings.clusters, width);
        }
        try (TensorScope scope = new TensorScope(backend)) {
            return new Fit(sample(points, scope), scope, warmStart).best();
        }
    }

    private Tensor sample(Tensor points, TensorScope scope) {
        int count = points.shape().dim(0);
        long limit = (long) settings.clusters * settings.maxPointsPerCentroid;
        if (count <= limit) {
            return points;
        }
        int[] chosen = distinct(count, (int) limit, random(0));
        Tensor sample = scope.allocate(DType.F32, chosen.length, points.shape().dim(1));
        backend.index().gatherRows(points, chosen, sample);
        return sample;
    }

    private RandomSequence random(int sub) {
        return new RandomSequence(RandomStreams.KMEANS.key(settings.seed, 0, sub));
    }

    /** {@code wanted} different numbers below {@code bound}, in random order: the first steps of a shuffle. */
    private static int[] distinct(int bound, int wanted, RandomSequence random) {
        int[] numbers = new int[bound];
        Arrays.setAll(numbers, i -> i);
        for (int i = 0; i < wanted; i++) {
            int j = i + random.nextInt(bound - i);
            int number = numbers[j];
            numbers[j] = numbers[i];
            numbers[i] = number;
        }
        return Arrays.copyOf(numbers, wanted);
    }

    /** One fit under way. */
    private final class Fit {
        private final Tensor points;
        private final Tensor centroidTensor;
        private final ClusterKernels.Assigner assigner;
        private final boolean warm;
        private final int clusters = settings.clusters;
        private final int width;
        private float[] centroids;
        private int[] assignment;
        private int[] previous;
        private final float[] distances;
        private final double[] sums;
        private final int[] sizes;
        private int iterations;

        /** Whether {@link #centroids} are the plain means of {@link #previous}, nothing drawn and nothing split. */
        private boolean means;

        Fit(Tensor points, TensorScope scope, Tensor warmStart) {
            this.points = points;
            this.width = points.shape().dim(1);
            this.centroidTensor = scope.allocate(DType.F32, clusters, width);
            this.assigner = backend.cluster().assigner(points, clusters);
            this.warm = warmStart != null;
            this.centroids = warm ? warmStart.toFloats() : null;
            int count = points.shape().dim(0);
            this.assignment = new int[count];
            this.previous = new int[count];
            this.distances = new float[count];
            this.sums = new double[clusters * width];
            this.sizes = new int[clusters];
        }

        Result best() {
            float[] best = null;
            double lowest = Double.POSITIVE_INFINITY;
            boolean settled = false;
            for (int restart = 0; restart < settings.restarts && !(warm && settled); restart++) {
                if (!warm) {
                    draw(random(1 + 2 * restart));
                }
                RandomSequence splits = random(2 + 2 * restart);
                double objective = 0;
                settled = false;
                for (int i = 0; i < settings.iterations && !settled; i++) {
                    objective = assign(centroids);
                    iterations++;
                    // The same assignment gives the same means again, so no later iteration would change anything.
                    settled = means && Arrays.equals(assignment, previous);
                    if (!settled) {
                        update(splits);
                    }
                }
                if (objective < lowest) {
                    lowest = objective;
                    best = centroids.clone();
                }
            }
            return new Result(best, assign(best), iterations);
        }

        private void draw(RandomSequence random) {
            int[] chosen = distinct(points.shape().dim(0), clusters, random);
            backend.index().gatherRows(points, chosen, centroidTensor);
            centroids = centroidTensor.toFloats();
            means = false;
        }

        private double assign(float[] centers) {
            centroidTensor.copyFrom(centers);
            assigner.assign(centroidTensor, assignment, distances);
            double objective = 0;
            for (float distance : distances) {
                objective += distance;
            }
            if (!Double.isFinite(objective)) {
                throw new ArithmeticException("KMeans.fit: the sum of squared distances is " + objective
                        + "; the points or the warm start hold NaN, infinity or values near 1e19, look at what made"
                        + " them");
            }
            return objective;
        }

        private void update(RandomSequence splits) {
            backend.cluster().sums(points, assignment, clusters, sums, sizes);
            for (int k = 0; k < clusters; k++) {
                for (int j = k * width; j < (k + 1) * width; j++) {
                    centroids[j] = sizes[k] == 0 ? 0 : (float) (sums[j] / sizes[k]);
                }
            }
            means = true;
            for (int k = 0; k < clusters; k++) {
                if (sizes[k] == 0) {
                    split(k, splits);
                    means = false;
                }
            }
            int[] swap = previous;
            previous = assignment;
            assignment = swap;
        }

        /** Gives an empty cluster half of another one, drawn with probability proportional to its size minus 1. */
        private void split(int empty, RandomSequence random) {
            int spare = 0;
            for (int size : sizes) {
                spare += Math.max(0, size - 1);
            }
            int full = -1;
            for (int left = random.nextInt(spare); left >= 0; ) {
                left -= Math.max(0, sizes[++full] - 1);
            }
            for (int j = 0; j < width; j++) {
                float value = centroids[full * width + j];
                float sign = (j & 1) == 0 ? SPLIT : -SPLIT;
                centroids[empty * width + j] = value * (1 + sign);
                centroids[full * width + j] = value * (1 - sign);
            }
            sizes[empty] = sizes[full] / 2;
            sizes[full] -= sizes[empty];
        }
    }
}
