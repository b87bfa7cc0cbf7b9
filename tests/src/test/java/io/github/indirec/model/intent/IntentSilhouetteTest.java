package io.github.indirec.model.intent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.eval.Silhouette;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.TensorScope;
import io.github.indirec.tensor.spi.Backend;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IntentSilhouetteTest {
    private static final EncoderConfig ENCODER = InDiRecConfig.of(Presets.settings("demo", Mode.OFFICIAL)
                    .with(Map.of("hidden_size", "8", "max_seq_length", "6", "initializer_range", "0.5"), "test"))
            .encoder();
    private static final KMeans.Settings FIVE = new KMeans.Settings(5, 3, 1, 1, 4096);

    private static SequenceDataset data(int users) {
        Random random = new Random(20_260_112);
        int[][] sequences = new int[users][9];
        for (int[] sequence : sequences) {
            for (int i = 0; i < sequence.length; i++) {
                sequence[i] = 1 + random.nextInt(30);
            }
        }
        return SequenceDataset.of("random", sequences);
    }

    @Test
    void ofFewSubSequencesAllAreComparedByTheirNearestCentroids() {
        SequenceDataset data = data(50);
        try (Backend backend = Backends.cpu(1);
                SequenceModel model = SequenceModel.create(backend, ENCODER, 30, 1);
                TensorScope scope = new TensorScope(backend)) {
            PrefixSegments segments = new PrefixSegments(data, ENCODER.maxSeqLength());
            Tensor points = IntentClusters.encode(model, segments, segments.count(), scope, done -> {});
            float[] centroids = new KMeans(backend, FIVE).fit(points, null).centroids();
            int[] nearest = new IntentClusters(centroids, new int[0]).nearest(backend, points);
            Silhouette expected = Silhouette.of(points.toFloats(), ENCODER.hiddenSize(), nearest);
            Silhouette found = IntentSilhouette.of(model, data, FIVE, 1, done -> {});
            assertEquals(50 * 6, found.points());
            // The same points in another order: sums of 300 doubles.
            assertEquals(expected.mean(), found.mean(), 1e-12);
        }
    }

    @Test
    void ofManyASampleThatTheSeedDecides() {
        SequenceDataset data = data(1_000);
        try (Backend backend = Backends.cpu(1);
                SequenceModel model = SequenceModel.create(backend, ENCODER, 30, 1)) {
            Silhouette first = IntentSilhouette.of(model, data, FIVE, 1, done -> {});
            assertEquals(IntentSilhouette.SAMPLE, first.points());
            assertEquals(first, IntentSilhouette.of(model, data, FIVE, 1, done -> {}));
            Silhouette other = IntentSilhouette.of(model, data, FIVE, 2, done -> {});
            assertNotEquals(first.mean(), other.mean());
            // 5,000 of 6,000: samples that nearly are the whole.
            assertEquals(first.mean(), other.mean(), 0.02);
        }
    }

    /** Its representations have one number more, which is 1 for all and changes no distance. */
    @Test
    void aModelWithAHeadHasIntentsToo() {
        try (Backend backend = Backends.cpu(1);
                SequenceModel model = SequenceModel.createMasked(backend, ENCODER, 30, 1)) {
            Silhouette silhouette = IntentSilhouette.of(model, data(50), FIVE, 1, done -> {});
            assertEquals(300, silhouette.points());
            assertTrue(Math.abs(silhouette.mean()) < 1, silhouette.toString());
        }
    }
}
