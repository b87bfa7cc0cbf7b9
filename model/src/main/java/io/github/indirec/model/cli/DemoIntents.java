package io.github.indirec.model.cli;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.model.InDiRec;
import io.github.indirec.model.InDiRecTask;
import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.demo.PlantedIntents;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.eval.ClusterAgreement;
import io.github.indirec.model.intent.IntentClusters;
import io.github.indirec.model.intent.KMeans;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.TensorScope;

/**
 * The intents of a trained model held against the planted ones: each training sub-sequence has a found intent, its
 * cluster, and a planted one, that of its last input item.
 *
 * <p>Training's own clusters date from the beginning of its last epoch; these are fitted once more, from there on, to
 * the weights that training ended with.
 */
final class DemoIntents {
    private final SequenceModel model;
    private final IntentClusters clusters;
    private final ClusterAgreement agreement;
    private final int[] majority;

    DemoIntents(PlantedIntents shop, InDiRec trained, InDiRecTask task) {
        PrefixSegments segments = task.segments();
        this.model = trained.sequenceModel();
        this.clusters = fit(trained, segments, task.clusters());
        int[] planted = new int[segments.count()];
        for (int s = 0; s < planted.length; s++) {
            int lastInput = segments.inputStart(s) + segments.inputLength(s) - 1;
            planted[s] = shop.intentOf(segments.dataset().item(segments.user(s), lastInput));
        }
        this.agreement = ClusterAgreement.of(clusters.assignment(), planted);
        this.majority = majority(
                clusters.assignment(), planted, trained.config().intent().clustering().numIntents(), shop.intents());
    }

    private static IntentClusters fit(InDiRec trained, PrefixSegments segments, IntentClusters last) {
        KMeans kmeans = new KMeans(trained.backend(), trained.config().intent().clustering().kmeans());
        int size = trained.config().encoder().hiddenSize();
        try (TensorScope scope = new TensorScope(trained.backend())) {
            Tensor points =
                    IntentClusters.encode(trained.sequenceModel(), segments, segments.count(), scope, done -> {});
            float[] centroids = kmeans.fit(points, last.centroidTensor(size, scope)).centroids();
            int[] assignment = new IntentClusters(centroids, new int[0]).nearest(trained.backend(), points);
            return new IntentClusters(centroids, assignment);
        }
    }

    /** The planted intent of most members of each cluster. */
    private static int[] majority(int[] found, int[] planted, int clusters, int intents) {
        int[][] counts = new int[clusters][intents];
        for (int i = 0; i < found.length; i++) {
            counts[found[i]][planted[i]]++;
        }
        int[] majority = new int[clusters];
        for (int cluster = 0; cluster < clusters; cluster++) {
            for (int intent = 1; intent < intents; intent++) {
                if (counts[cluster][intent] > counts[cluster][majority[cluster]]) {
                    majority[cluster] = intent;
                }
            }
        }
        return majority;
    }

    ClusterAgreement agreement() {
        return agreement;
    }

    /** Number of sub-sequences compared. */
    int members() {
        return clusters.assignment().length;
    }

    /** The planted intent that most of a history's cluster belongs to. */
    int intentOf(int[] history) {
        try (Tape tape = Tape.inference(model.backend())) {
            RaggedBatch batch = RaggedBatch.ofHistories(
                    new int[][] {history}, model.config().maxSeqLength());
            Tensor h = model.encode(tape, batch, Dropout.NONE).value();
            return majority[clusters.nearest(model.backend(), h)[0]];
        }
    }
}
