package io.github.indirec.model.intent;

import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.eval.RepresentationQuality;
import io.github.indirec.model.io.FormatException;
import io.github.indirec.model.io.NamedArray;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.model.train.EpochLog;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.TensorScope;
import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The intents of a model in training: at the start of an epoch all sub-sequences are encoded in evaluation mode and, when
 * it is time, clustered anew, beginning from the centroids before. Also measures the health of the representations:
 * {@code uniformity} (log mean exp(-2 |x - y|^2) of normalised representations; 0 is collapse), {@code effective_rank}
 * (exp of the entropy of the singular values; 1 is collapse, D the most), {@code cluster_entropy} (of the cluster sizes,
 * over its greatest value ln K; 0 is collapse) and {@code kmeans_objective} (sum of squared distances after a fit).
 */
public final class IntentFitting {
    private static final String CENTROIDS = "intents.centroids";
    private static final String FITS = "intents.assignments";

    private final SequenceModel model;
    private final PrefixSegments segments;
    private final int count;
    private final ClusteringConfig config;
    private final boolean remembersAll;
    private final List<int[]> fits = new ArrayList<>();
    private IntentClusters clusters;

    /**
     * @param count how many sub-sequences are clustered, the first ones in data order; the others join no cluster
     * @param remembersAll whether {@link #fits} keeps earlier fits
     */
    public IntentFitting(
            SequenceModel model, PrefixSegments segments, int count, ClusteringConfig config, boolean remembersAll) {
        if (count < config.numIntents()) {
            throw new IllegalArgumentException("expected at least as many training sub-sequences as intents, "
                    + config.numIntents() + ", found " + count + "; set a smaller num_intents or batch_size");
        }
        this.model = model;
        this.segments = segments;
        this.count = count;
        this.config = config;
        this.remembersAll = remembersAll;
    }

    /**
     * The intents of the latest fit.
     *
     * @throws IllegalStateException before the first
     */
    public IntentClusters clusters() {
        if (clusters == null) {
            throw new IllegalStateException("IntentFitting: no epoch has begun, so there are no intents yet");
        }
        return clusters;
    }

    /** The cluster of every sub-sequence, a fit each: all fits so far where they are remembered, else the latest. */
    public List<int[]> fits() {
        return Collections.unmodifiableList(fits);
    }

    /** Encodes, clusters when it is time, measures; returns whether there is a new fit. */
    public boolean beginEpoch(EpochLog log) {
        int size = model.config().hiddenSize();
        try (TensorScope scope = new TensorScope(model.backend())) {
            Tensor points;
            try (EpochLog.Phase phase = log.begin("encode", count)) {
                points = IntentClusters.encode(model, segments, count, scope, phase::done);
            }
            try (EpochLog.Phase phase = log.begin("cluster", 1)) {
                boolean fit = clusters == null || log.epoch() % config.clusteringInterval() == 0;
                if (fit) {
                    log.add("kmeans_objective", fit(points, scope));
                }
                RepresentationQuality quality = RepresentationQuality.of(points.toFloats(), count, size);
                log.add("uniformity", quality.uniformity());
                log.add("effective_rank", quality.effectiveRank());
                log.add("cluster_entropy", RepresentationQuality.clusterBalance(clusters.sizes(size)));
                phase.done(1);
                return fit;
            }
        }
    }

    private double fit(Tensor points, TensorScope scope) {
        Backend backend = model.backend();
        int size = model.config().hiddenSize();
        KMeans kmeans = new KMeans(backend, config.kmeans());
        KMeans.Result result = kmeans.fit(points, clusters == null ? null : clusters.centroidTensor(size, scope));
        int[] assignment = new int[segments.count()];
        Arrays.fill(assignment, count, assignment.length, -1);
        clusters = new IntentClusters(result.centroids(), assignment);
        System.arraycopy(clusters.nearest(backend, points), 0, assignment, 0, count);
        if (!remembersAll) {
            fits.clear();
        }
        fits.add(assignment);
        return result.objective();
    }

    /** Centroids and fits; empty before the first fit. */
    public List<NamedArray> state() {
        if (clusters == null) {
            return List.of();
        }
        float[] centroids = clusters.centroids();
        int size = model.config().hiddenSize();
        int count = segments.count();
        int[] rows = new int[Math.multiplyExact(fits.size(), count)];
        for (int fit = 0; fit < fits.size(); fit++) {
            System.arraycopy(fits.get(fit), 0, rows, fit * count, count);
        }
        return List.of(
                NamedArray.of(CENTROIDS, new int[] {centroids.length / size, size}, centroids),
                NamedArray.ofInts(FITS, new int[] {fits.size(), count}, rows));
    }

    /** Takes back what {@link #state} gave. */
    public void restore(TensorFile saved) throws FormatException {
        if (!saved.tensors().containsKey(CENTROIDS)) {
            return;
        }
        int count = segments.count();
        int[] rows = saved.ints(FITS, TensorFile.ANY, count);
        for (int from = 0; from < rows.length; from += count) {
            fits.add(Arrays.copyOfRange(rows, from, from + count));
        }
        float[] centroids = saved.floats(CENTROIDS, TensorFile.ANY, model.config().hiddenSize());
        clusters = new IntentClusters(centroids, fits.get(fits.size() - 1));
    }

    /** Rough count of the values held at once: points with their copies, and fits. */
    public long values(int epochs) {
        long kept = remembersAll ? epochs / config.clusteringInterval() + 1L : 1;
        return 3L * segments.count() * (model.config().hiddenSize() + kept);
    }
}
