package io.github.indirec.model.baselines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.train.SilentLogs;
import io.github.indirec.tensor.RandomSequence;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The objectives over prefixes, each against its formula written anew in float64. */
class PrefixObjectivesTest {
    /** A float32 sum of some tens of terms of about 5. */
    private static final double LOSS = 1e-5;

    private static final int[] BATCH = {0, 5, 9, 14, 17, 20, 23, 28};

    private static RaggedBatch batch(OneStep step, int... prefixes) {
        return RaggedBatch.of(step.segments, prefixes);
    }

    private static double crossEntropy(OneStep step) {
        RaggedBatch batch = batch(step, BATCH);
        return Formulas.crossEntropy(step.representations(batch), step.table(), batch.targets());
    }

    @ParameterizedTest
    @ValueSource(strings = {"last", "first"})
    void sasRecWithCrossEntropyIsTheSoftmaxOverAllRowsOfTheTable(String positions) {
        try (OneStep step = new OneStep(ModelFamily.SASREC_CE, Map.of("positions", positions))) {
            Map<String, Double> losses = step.losses(BATCH);
            assertEquals(crossEntropy(step), losses.get("rec_loss"), LOSS);
            assertEquals(losses.get("rec_loss"), losses.get("loss"));
            assertEquals(step.segments.count(), step.task.examples());
        }
    }

    /** Without dropout h' is h; the partners are those that the same random sequence draws. */
    @ParameterizedTest
    @CsvSource({"un, 0.7, 0", "su, 0, 0.4", "us, 0.7, 0.4", "us-x, 0, 0.4"})
    void duoRecAddsTheContrastsThatItIsToldTo(String contrast, double unsupervised, double supervised) {
        Map<String, String> weights = Map.of(
                "contrast", contrast, "unsupervised_weight", "0.7", "supervised_weight", "0.4", "temperature", "0.8");
        try (OneStep step = new OneStep(ModelFamily.DUOREC, weights)) {
            double[][] h = step.representations(batch(step, BATCH));
            SameTarget sameTarget = new SameTarget(step.segments);
            RandomSequence random = new RandomSequence(RandomStreams.PARTNERS.key(step.seed, OneStep.STEP));
            int[] partners = Arrays.stream(BATCH).map(s -> sameTarget.anyOther(s, random)).toArray();
            double[][] semantic = step.representations(batch(step, partners));

            Map<String, Double> losses = step.losses(BATCH);
            double total = crossEntropy(step);
            assertEquals(total, losses.get("rec_loss"), LOSS);
            if (unsupervised > 0) {
                assertEquals(Formulas.ntx(h, h, 0.8), losses.get("unsupervised_loss"), LOSS);
                total += unsupervised * losses.get("unsupervised_loss");
            }
            if (supervised > 0) {
                assertEquals(Formulas.ntx(h, semantic, 0.8), losses.get("supervised_loss"), LOSS);
                total += supervised * losses.get("supervised_loss");
            }
            assertEquals(total, losses.get("loss"), LOSS);
            assertEquals(2 + (unsupervised > 0 ? 1 : 0) + (supervised > 0 ? 1 : 0), losses.size(), "terms");
        }
    }

    /** With dropout h' is not h, so us-x, which has nothing of h in its contrast, and su part ways. */
    @Test
    void duoRecsUsXContrastsASecondPassThatSuDoesNotHave() {
        Map<String, String> dropout = Map.of("hidden_dropout", "0.3", "supervised_weight", "1");
        double[] supervised = new double[2];
        for (int i = 0; i < 2; i++) {
            String contrast = i == 0 ? "su" : "us-x";
            try (OneStep step = new OneStep(ModelFamily.DUOREC, Map.of("contrast", contrast));
                    OneStep dropped = new OneStep(ModelFamily.DUOREC, with(dropout, "contrast", contrast))) {
                supervised[i] = dropped.losses(BATCH).get("supervised_loss");
                assertTrue(Math.abs(step.losses(BATCH).get("supervised_loss") - supervised[i]) > 1e-3);
            }
        }
        assertTrue(Math.abs(supervised[0] - supervised[1]) > 1e-3, Arrays.toString(supervised));
    }

    @ParameterizedTest
    @ValueSource(strings = {"last", "uniform"})
    void icsRecAddsACoarseContrastByTargetAndAFineOneByCluster(String partner) {
        Map<String, String> weights =
                Map.of("coarse_weight", "0.7", "fine_weight", "0.4", "partner", partner, "temperature", "0.9");
        try (OneStep step = new OneStep(ModelFamily.ICSREC, weights)) {
            step.task.beginEpoch(SilentLogs.of(0));
            double[][] centroids = centroids(step);
            SameTarget sameTarget = new SameTarget(step.segments);
            RandomSequence random = new RandomSequence(RandomStreams.PARTNERS.key(step.seed, OneStep.STEP));
            int[] partners = Arrays.stream(BATCH)
                    .map(s -> partner.equals("last") ? sameTarget.lastDiffering(s) : sameTarget.anyDiffering(s, random))
                    .toArray();
            double[][] g1 = step.representations(batch(step, BATCH));
            double[][] g2 = step.representations(batch(step, partners));
            double coarse = Formulas.mnce(g1, g2, batch(step, BATCH).targets(), 0.9);
            double fine = fine(g1, centroids) + fine(g2, centroids);

            Map<String, Double> losses = step.losses(BATCH);
            assertEquals(Set.of("rec_loss", "coarse_loss", "fine_loss", "loss"), losses.keySet());
            assertEquals(crossEntropy(step), losses.get("rec_loss"), LOSS);
            assertEquals(coarse, losses.get("coarse_loss"), LOSS);
            assertEquals(fine, losses.get("fine_loss"), LOSS);
            assertEquals(crossEntropy(step) + 0.7 * coarse + 0.4 * fine, losses.get("loss"), LOSS);
        }
    }

    private static double[][] centroids(OneStep step) {
        var saved = step.task.state().stream()
                .filter(array -> array.name().equals("intents.centroids"))
                .findFirst()
                .orElseThrow();
        int width = saved.shape()[1];
        double[][] rows = new double[saved.shape()[0]][width];
        float[] values = saved.floats();
        for (int i = 0; i < values.length; i++) {
            rows[i / width][i % width] = values[i];
        }
        return rows;
    }

    /** MNCE(g, c(g), k(g)): nearest by distance, then made of length 1. */
    private static double fine(double[][] g, double[][] centroids) {
        int[] nearest = new int[g.length];
        double[][] prototypes = new double[g.length][];
        for (int i = 0; i < g.length; i++) {
            double least = Double.POSITIVE_INFINITY;
            for (int k = 0; k < centroids.length; k++) {
                double distance = 0;
                for (int c = 0; c < g[i].length; c++) {
                    distance += Math.pow(g[i][c] - centroids[k][c], 2);
                }
                if (distance < least) {
                    least = distance;
                    nearest[i] = k;
                }
            }
            double[] centroid = centroids[nearest[i]];
            double length = Math.sqrt(Formulas.product(centroid, centroid));
            prototypes[i] = Arrays.stream(centroid).map(c -> c / length).toArray();
        }
        return Formulas.mnce(g, prototypes, nearest, 0.9);
    }

    /** What the extra terms give is what they give over the same loss: the control is each of them without. */
    @Test
    void withoutTheirContrastsDuoRecAndIcsRecAreSasRecWithCrossEntropy() {
        Map<String, String> dropout = Map.of("hidden_dropout", "0.3", "attention_dropout", "0.2", "positions", "last");
        try (OneStep control = new OneStep(ModelFamily.SASREC_CE, dropout);
                OneStep duoRec = new OneStep(ModelFamily.DUOREC, with(dropout, "supervised_weight", "0"));
                OneStep icsRec = new OneStep(
                        ModelFamily.ICSREC, with(with(dropout, "coarse_weight", "0"), "fine_weight", "0"))) {
            icsRec.task.beginEpoch(SilentLogs.of(0));
            double expected = control.losses(BATCH).get("loss");
            assertEquals(expected, duoRec.losses(BATCH).get("loss"));
            assertEquals(expected, icsRec.losses(BATCH).get("loss"));
        }
    }

    private static Map<String, String> with(Map<String, String> settings, String key, String value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(key, value);
        return more;
    }
}
