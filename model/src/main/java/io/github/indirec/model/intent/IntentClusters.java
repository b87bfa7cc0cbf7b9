package io.github.indirec.model.intent;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.TensorScope;
import io.github.indirec.tensor.spi.Backend;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * The intents of one fit: K centroids of sequence representations, and the cluster of every sub-sequence.
 *
 * @param centroids [K x D], row-major; not normalised. Reference quirk: the authors store normalised prototypes as well,
 *     which nothing reads
 * @param assignment cluster of each sub-sequence, -1 for one that was not clustered
 */
public record IntentClusters(float[] centroids, int[] assignment) {
    /** Sub-sequences encoded at once. */
    private static final int BATCH = 512;

    /** As PyTorch's normalize. */
    private static final double SMALLEST_LENGTH = 1e-12;

    /**
     * Representations of the first {@code count} sub-sequences in evaluation mode, [count x D], of a model
     * with a head [count x D + 1].
     *
     * @param done hears how many are done
     */
    public static Tensor encode(
            SequenceModel model, PrefixSegments segments, int count, TensorScope scope, IntConsumer done) {
        Tensor points = scope.allocate(DType.F32, count, model.representationSize());
        int[] indices = new int[count];
        Arrays.setAll(indices, i -> i);
        try (Tape tape = Tape.inference(model.backend())) {
            for (int from = 0; from < count; from += BATCH) {
                int to = Math.min(count, from + BATCH);
                try (Tape pass = tape.pass()) {
                    Tensor h = model.encode(pass, RaggedBatch.of(segments, indices, from, to), Dropout.NONE)
                            .value();
                    model.backend().elementwise().copy(h, points.rows(from, to));
                }
                done.accept(to);
            }
        }
        return points;
    }

    /** The nearest centroid of every row of x, [n x D]. */
    public int[] nearest(Backend backend, Tensor x) {
        int[] clusters = new int[x.shape().dim(0)];
        nearest(backend, x, clusters, new float[clusters.length]);
        return clusters;
    }

    /** As {@link #nearest(Backend, Tensor)}, with the squared distances, into arrays of n values. */
    public void nearest(Backend backend, Tensor x, int[] clusters, float[] distances) {
        try (TensorScope scope = new TensorScope(backend)) {
            backend.cluster().assign(x, centroidTensor(x.shape().dim(1), scope), clusters, distances);
        }
    }

    /** The nearest centroids themselves, a row for each row of x. */
    public float[] prototypes(Backend backend, Tensor x) {
        int size = x.shape().dim(1);
        int[] clusters = nearest(backend, x);
        float[] rows = new float[clusters.length * size];
        for (int i = 0; i < clusters.length; i++) {
            System.arraycopy(centroids, clusters[i] * size, rows, i * size, size);
        }
        return rows;
    }

    /** Centroids of length 1, the one of each given cluster a row; one at the origin stays there. */
    public float[] unitCentroids(int[] clusters, int size) {
        float[] rows = new float[clusters.length * size];
        for (int i = 0; i < clusters.length; i++) {
            double squares = 0;
            for (int d = 0; d < size; d++) {
                double c = centroids[clusters[i] * size + d];
                squares += c * c;
            }
            double length = Math.max(Math.sqrt(squares), SMALLEST_LENGTH);
            for (int d = 0; d < size; d++) {
                rows[i * size + d] = (float) (centroids[clusters[i] * size + d] / length);
            }
        }
        return rows;
    }

    /** A copy of the centroids [K x D] on the scope's device. */
    public Tensor centroidTensor(int size, TensorScope scope) {
        Tensor tensor = scope.allocate(DType.F32, centroids.length / size, size);
        tensor.copyFrom(centroids);
        return tensor;
    }

    /** Members of each cluster. */
    public int[] sizes(int size) {
        int[] sizes = new int[centroids.length / size];
        for (int cluster : assignment) {
            if (cluster >= 0) {
                sizes[cluster]++;
            }
        }
        return sizes;
    }
}
