package io.github.indirec.model.baselines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.SmallModels;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.encoder.MaskedItemHead;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.RandomSequence;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class Bert4RecTest {
    /** A float32 sum of some tens of terms of about 5. */
    private static final double LOSS = 1e-5;

    private static final int[] BATCH = {0, 3, 7, 10, 11, 15, 18};
    private static final int MASK = 99;

    /** 400 sequences of 1 to 12 items, every item another. */
    private static RaggedBatch sequences() {
        Random random = new Random(SmallModels.SEED);
        int[][] histories = new int[400][];
        int next = 100;
        for (int s = 0; s < histories.length; s++) {
            histories[s] = IntStream.range(next, next + 1 + random.nextInt(12)).toArray();
            next += histories[s].length;
        }
        return RaggedBatch.ofHistories(histories, 12);
    }

    private static RandomSequence random() {
        return new RandomSequence(new RandomKey(SmallModels.SEED, 1, 0));
    }

    /** Scored places of each sequence, ascending, counted from its first item; checks labels on the way. */
    private static int[][] scored(RaggedBatch batch, Bert4Rec.Masking masking) {
        int[][] scored = new int[batch.count()][0];
        for (int s = 0; s < scored.length; s++) {
            int first = batch.layout().offset(s);
            int end = batch.layout().offset(s + 1);
            scored[s] = Arrays.stream(masking.rows())
                    .filter(row -> row >= first && row < end)
                    .map(row -> row - first)
                    .sorted()
                    .toArray();
        }
        for (int i = 0; i < masking.rows().length; i++) {
            assertEquals(batch.items()[masking.rows()[i]], masking.labels()[i], "label " + i);
            assertEquals(MASK, masking.masked().items()[masking.rows()[i]], "scored items are masked");
        }
        assertEquals(masking.rows().length, Arrays.stream(scored).mapToInt(places -> places.length).sum());
        return scored;
    }

    @Test
    void itemsAreMaskedAtTheRatioAndTheLastOnesAreScoredButNeverTheFirstPosition() {
        RaggedBatch batch = sequences();
        double ratio = 0.4;
        int most = 2;
        Bert4Rec.Masking masking = Bert4Rec.mask(batch, ratio, most, MASK, random());
        int[][] scored = scored(batch, masking);
        int masked = 0;
        int firsts = 0;
        int full = 0;
        for (int s = 0; s < batch.count(); s++) {
            int first = batch.layout().offset(s);
            int[] places = IntStream.range(0, batch.layout().length(s))
                    .filter(i -> masking.masked().items()[first + i] == MASK)
                    .toArray();
            masked += places.length;
            firsts += places.length > 0 && places[0] == 0 ? 1 : 0;
            int[] candidates = Arrays.stream(places).filter(i -> i > 0).toArray();
            int[] last = Arrays.copyOfRange(candidates, Math.max(0, candidates.length - most), candidates.length);
            assertArrayEquals(last, scored[s], "sequence " + s);
            full += candidates.length > most ? 1 : 0;
            for (int i = 0; i < batch.layout().length(s); i++) {
                int found = masking.masked().items()[first + i];
                assertTrue(found == MASK || found == batch.items()[first + i], "other items stay");
            }
        }
        assertTrue(firsts > 50 && full > 50, "first positions masked, rows with more masks than labels");
        // Five standard deviations of a binomial share.
        int n = batch.layout().rows();
        assertEquals(ratio, (double) masked / n, 5 * Math.sqrt(ratio * (1 - ratio) / n));
    }

    @Test
    void aRatioOfZeroMasksTheLastItemOfEachSequence() {
        RaggedBatch batch = sequences();
        int[][] scored = scored(batch, Bert4Rec.mask(batch, 0, 2, MASK, random()));
        for (int s = 0; s < batch.count(); s++) {
            int last = batch.layout().length(s) - 1;
            assertArrayEquals(last == 0 ? new int[0] : new int[] {last}, scored[s], "a single item is never scored");
        }
    }

    @Test
    void prefixesOfOneItemAreNoExamples() {
        try (OneStep step = new OneStep(ModelFamily.BERT4REC, Map.of())) {
            long longer = IntStream.range(0, step.segments.count())
                    .filter(s -> step.segments.inputLength(s) > 1)
                    .count();
            assertEquals(longer, step.task.examples());
        }
    }

    /** A batch in which the draw leaves nothing to score masks last items: there is always a loss. */
    @Test
    void everyBatchHasALabel() {
        Map<String, String> rarely = Map.of("mask_ratio", "0.001", "last_item_ratio", "0");
        try (OneStep step = new OneStep(ModelFamily.BERT4REC, rarely)) {
            double rec = step.losses(2).get("loss");
            assertTrue(Double.isFinite(rec) && rec > 0, "loss " + rec);
            assertEquals(lastItemLoss(step, 2), rec, LOSS);
        }
    }

    /** To ask what comes after a history is to mask an item behind it: the one loss, from the way it ranks. */
    @Test
    void maskedLastItemsAreAskedForAsWhenRanking() {
        try (OneStep step = new OneStep(ModelFamily.BERT4REC, Map.of("last_item_ratio", "1"))) {
            assertEquals(lastItemLoss(step, BATCH), step.losses(BATCH).get("rec_loss"), LOSS);
        }
    }

    private static double lastItemLoss(OneStep step, int... examples) {
        int[] prefixes = prefixes(step, examples);
        int[][] histories = new int[prefixes.length][];
        int[] labels = new int[prefixes.length];
        for (int i = 0; i < prefixes.length; i++) {
            int[] input = new int[step.segments.inputLength(prefixes[i])];
            step.segments.copyInput(prefixes[i], input, 0);
            histories[i] = Arrays.copyOf(input, input.length - 1);
            labels[i] = input[input.length - 1];
        }
        double[][] g = step.representations(RaggedBatch.ofHistories(histories, OneStep.LENGTH));
        return crossEntropy(step, g, labels);
    }

    private static int[] prefixes(OneStep step, int... examples) {
        int[] longer = IntStream.range(0, step.segments.count())
                .filter(s -> step.segments.inputLength(s) > 1)
                .toArray();
        return Arrays.stream(examples).map(e -> longer[e]).toArray();
    }

    /** g . e_v + c_v; the last column of g is the one that c is multiplied with. */
    private static double crossEntropy(OneStep step, double[][] g, int[] labels) {
        double[] bias = step.model.parameters().get(MaskedItemHead.ITEM_BIAS).value().toDoubles();
        double[][] withoutOne = new double[g.length][];
        for (int i = 0; i < g.length; i++) {
            assertEquals(1, g[i][g[i].length - 1]);
            withoutOne[i] = Arrays.copyOf(g[i], g[i].length - 1);
        }
        return Formulas.crossEntropy(withoutOne, step.table(), bias, labels);
    }

    @Test
    void otherBatchesMaskItemsAnywhere() {
        try (OneStep step = new OneStep(ModelFamily.BERT4REC, Map.of("last_item_ratio", "0", "mask_ratio", "0.5"))) {
            RandomSequence random = new RandomSequence(RandomStreams.ITEM_MASKS.key(step.seed, OneStep.STEP));
            random.nextFloat();
            Bert4Rec.Masking masking = Bert4Rec.mask(
                    RaggedBatch.of(step.segments, prefixes(step, BATCH)), 0.5, 3, OneStep.ITEMS + 1, random);
            assertTrue(masking.rows().length > 3);
            try (Tape tape = Tape.inference(step.backend)) {
                var outputs = step.encoder().encodeEach(tape, masking.masked(), Dropout.NONE);
                double[][] g = OneStep.rows(step.encoder()
                        .represent(IndexOps.gatherRows(outputs, masking.rows()))
                        .value());
                assertEquals(
                        crossEntropy(step, g, masking.labels()), step.losses(BATCH).get("rec_loss"), LOSS);
            }
        }
    }

    @Test
    void theCoinOfABatchFallsAtItsRatio() {
        try (OneStep step = new OneStep(ModelFamily.BERT4REC, Map.of("last_item_ratio", "0.5"))) {
            double last = lastItemLoss(step, BATCH);
            int steps = 200;
            long heads = IntStream.range(0, steps)
                    .filter(s -> Math.abs(step.lossesAt(s, BATCH).get("loss") - last) < LOSS)
                    .count();
            // Five standard deviations of a binomial share.
            assertEquals(0.5, (double) heads / steps, 5 * Math.sqrt(0.25 / steps));
        }
    }
}
