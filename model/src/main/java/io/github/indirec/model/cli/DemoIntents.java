package io.github.indirec.model.cli;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.demo.PlantedIntents;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.eval.ClusterAgreement;
import io.github.indirec.model.intent.IntentClusters;
import io.github.indirec.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The found intents held against the planted ones: each training sub-sequence has a found one, its cluster, and a
 * planted one, that of its last input item.
 */
final class DemoIntents {
    private final IntentClusters clusters;
    private final ClusterAgreement agreement;
    private final int[] majority;
    private final int members;

    DemoIntents(PlantedIntents shop, PrefixSegments segments, IntentClusters clusters, int intents) {
        this.clusters = clusters;
        int[] assignment = clusters.assignment();
        int[] clustered = IntStream.range(0, assignment.length)
                .filter(s -> assignment[s] >= 0)
                .toArray();
        int[] found = Arrays.stream(clustered).map(s -> assignment[s]).toArray();
        int[] planted = Arrays.stream(clustered)
                .map(s -> shop.intentOf(lastInput(segments, s)))
                .toArray();
        this.members = clustered.length;
        this.agreement = ClusterAgreement.of(found, planted);
        this.majority = majority(found, planted, intents, shop.intents());
    }

    private static int lastInput(PrefixSegments segments, int segment) {
        int last = segments.inputStart(segment) + segments.inputLength(segment) - 1;
        return segments.dataset().item(segments.user(segment), last);
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
        return members;
    }

    /** The planted intent that most of a history's cluster belongs to. */
    int intentOf(SequenceModel model, int[] history) {
        try (Tape tape = Tape.inference(model.backend())) {
            RaggedBatch batch =
                    RaggedBatch.ofHistories(new int[][] {history}, model.config().maxSeqLength());
            Tensor h = model.encode(tape, batch, Dropout.NONE).value();
            return majority[clusters.nearest(model.backend(), h)[0]];
        }
    }
}
