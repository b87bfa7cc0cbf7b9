package io.github.indirec.model.baselines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.cadirec.CaDiRecDraws;
import io.github.indirec.model.cadirec.SubstitutedViews;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.data.UserSequences;
import io.github.indirec.tensor.RandomSequence;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The objectives over users' sequences, SASRec's and CaDiRec's, each against its formula written anew in float64. */
class UserObjectivesTest {
    /** A float32 sum of some tens of terms of about 5. */
    private static final double LOSS = 1e-5;

    private static final int[] BATCH = {0, 2, 3, 7, 11};
    private static final String LAST_NORM = "denoiser.layer.1.intermediate.LayerNorm.";

    private static double sampled(OneStep step) {
        UserSequences.Batch batch = new UserSequences(step.data, OneStep.LENGTH).batch(BATCH);
        int[] negatives = SampledNegatives.draw(
                step.data,
                batch.sequences().layout(),
                batch.sequences().segments(),
                new RandomSequence(RandomStreams.NEGATIVES.key(step.seed, OneStep.STEP)));
        return Formulas.sampled(step.outputs(batch.sequences()), step.table(), batch.next(), negatives);
    }

    @Test
    void sasRecSetsTheNextItemAtEveryPositionAgainstANegative() {
        try (OneStep step = new OneStep(ModelFamily.SASREC, Map.of())) {
            Map<String, Double> losses = step.losses(BATCH);
            assertEquals(sampled(step), losses.get("rec_loss"), LOSS);
            assertEquals(losses.get("rec_loss"), losses.get("loss"));
            assertEquals(step.data.users(), step.task.examples());
        }
    }

    /**
     * A last norm of gain 0 makes the denoiser say its shift b whatever it is asked, so that the logits are E b, the
     * nll is known, and so are the items that the views are made of.
     */
    @Test
    void caDiRecAddsTheNllOfMaskedItemsAndTheContrastOfViewsOfLikelyOnes() {
        Map<String, String> settings = Map.of(
                "mask_ratio", "0.4", "candidates", "3", "nll_weight", "0.7", "cl_weight", "0.4", "temperature", "0.9");
        try (OneStep step = new OneStep(ModelFamily.CADIREC, settings)) {
            double[] prediction = constantPrediction(step);
            RaggedBatch inputs = new UserSequences(step.data, OneStep.LENGTH).batch(BATCH).sequences();
            CaDiRecDraws draws =
                    CaDiRecDraws.of(step.backend, step.seed, OneStep.STEP, inputs.layout(), 5, 0.4);
            int[] counts = draws.mask().counts();
            double nll = 0;
            for (int s = 0, m = 0; s < counts.length; s++) {
                double sum = 0;
                for (int i = 0; i < counts[s]; i++, m++) {
                    int item = inputs.items()[draws.mask().slots()[m]];
                    sum += Formulas.crossEntropy(new double[][] {prediction}, step.table(), item);
                }
                nll += sum / (counts[s] + 1e-5) / counts.length;
            }
            double contrast = Formulas.ntx(
                    view(step, inputs, draws, prediction, 0), view(step, inputs, draws, prediction, 1), 0.9);

            Map<String, Double> losses = step.losses(BATCH);
            assertEquals(sampled(step), losses.get("rec_loss"), LOSS);
            assertEquals(nll, losses.get("nll_loss"), LOSS);
            assertEquals(contrast, losses.get("cl_loss"), LOSS);
            assertEquals(sampled(step) + 0.7 * nll + 0.4 * contrast, losses.get("loss"), LOSS);
        }
    }

    private static double[] constantPrediction(OneStep step) {
        int size = step.encoder().config().hiddenSize();
        step.model.parameters().get(LAST_NORM + "weight").value().copyFrom(new double[size]);
        double[] shift = new Random(5).doubles(size, -1, 1).toArray();
        step.model.parameters().get(LAST_NORM + "bias").value().copyFrom(shift);
        return step.model.parameters().get(LAST_NORM + "bias").value().toDoubles();
    }

    /** The three rows of the table that score highest, one of them drawn for each masked slot. */
    private static double[][] view(
            OneStep step, RaggedBatch inputs, CaDiRecDraws draws, double[] prediction, int view) {
        double[][] table = step.table();
        int[] best = IntStream.range(0, table.length)
                .boxed()
                .sorted(Comparator.comparing(v -> -Formulas.product(prediction, table[v])))
                .limit(3)
                .mapToInt(v -> v)
                .toArray();
        int[] chosen = Arrays.stream(draws.substitutes()[view])
                .map(word -> best[(int) (Integer.toUnsignedLong(word) * 3 >>> 32)])
                .toArray();
        return step.representations(SubstitutedViews.view(inputs, draws.mask(), chosen));
    }

    /** Each under dropout masks of its own. */
    @Test
    void whereNothingIsMaskedTheViewsAreTheSequencesThemselves() {
        try (OneStep step = new OneStep(ModelFamily.CADIREC, Map.of("mask_ratio", "0", "hidden_dropout", "0.3"))) {
            RaggedBatch inputs = new UserSequences(step.data, OneStep.LENGTH).batch(BATCH).sequences();
            double[][] first = step.representations(
                    inputs, new Dropout(0.3, 0, RandomStreams.DROPOUT_SECOND_PASS.key(step.seed, OneStep.STEP)));
            double[][] second = step.representations(
                    inputs, new Dropout(0.3, 0, RandomStreams.DROPOUT_PARTNER.key(step.seed, OneStep.STEP)));
            Map<String, Double> losses = step.losses(BATCH);
            assertEquals(null, losses.get("nll_loss"));
            assertEquals(Formulas.ntx(first, second, 1), losses.get("cl_loss"), LOSS);
        }
    }

    @Test
    void negativesAreDrawnAnewAtEveryStep() {
        try (OneStep step = new OneStep(ModelFamily.SASREC, Map.of())) {
            double first = step.losses(BATCH).get("loss");
            assertEquals(first, step.losses(BATCH).get("loss"), "the same step");
            assertNotEquals(first, step.lossesAt(OneStep.STEP + 1, BATCH).get("loss"), "another step");
        }
    }
}
