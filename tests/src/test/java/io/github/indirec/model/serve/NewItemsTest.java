package io.github.indirec.model.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.encoder.Weights;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.items.AffineMap;
import io.github.indirec.model.items.FusedTable;
import io.github.indirec.model.items.SemanticConfig;
import io.github.indirec.model.items.SemanticConfig.Fusion;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A catalogue that grows after training: items that the model knows by their vectors alone are ranked with the others. */
class NewItemsTest {
    private static final int ITEMS = 50;
    private static final int NEW = 3;
    private static final int WIDTH = 12;
    private static final int[] HISTORY = {7, 3, 41, 12};
    private static final EncoderConfig ENCODER = InDiRecConfig.of(Presets.settings("demo", Mode.OFFICIAL)
                    .with(Map.of("hidden_size", "16", "max_seq_length", "12", "initializer_range", "0.5"), "test"))
            .encoder();

    @TempDir
    Path folder;

    private static ItemVectors vectors(int items, long seed) {
        Random random = new Random(seed);
        float[] values = new float[items * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return ItemVectors.of(values, WIDTH);
    }

    private static SequenceModel model(Backend backend, Fusion fusion) {
        Parameters parameters = new Parameters(backend, DType.F32);
        // One fusion goes without centred vectors, whose weight files hold no mean.
        boolean centred = fusion != Fusion.CONCAT;
        SemanticConfig config = new SemanticConfig(fusion, 2, 0.1, SemanticConfig.IdInit.RANDOM, centred);
        FusedTable table = FusedTable.of(parameters, config, vectors(ITEMS, 1), ENCODER.hiddenSize());
        SequenceModel model = new SequenceModel(parameters, ENCODER, table);
        model.initialize(1);
        return model;
    }

    private static Map<Integer, Float> scores(Recommender recommender, int... history) {
        Map<Integer, Float> scores = new TreeMap<>();
        for (Recommendation item : recommender.recommend(history, 10 * ITEMS)) {
            scores.put(item.item(), item.score());
        }
        return scores;
    }

    @ParameterizedTest
    @EnumSource(Fusion.class)
    void aWeightFileAloneGivesTheScoresOfTheModelBitForBit(Fusion fusion) throws IOException {
        Path file = folder.resolve("weights.safetensors");
        try (Backend backend = Backends.cpu(1);
                SequenceModel model = model(backend, fusion)) {
            SafeTensors.write(file, Map.of(), Weights.arrays(model.parameters()));
            try (Recommender recommender = Recommender.load(file);
                    Tape tape = Tape.inference(backend)) {
                RaggedBatch batch = RaggedBatch.ofHistories(new int[][] {HISTORY}, ENCODER.maxSeqLength());
                float[] expected =
                        model.scores(model.encode(tape, batch, Dropout.NONE)).value().toFloats();
                Map<Integer, Float> actual = scores(recommender, HISTORY);
                assertEquals(ITEMS, actual.size());
                actual.forEach((item, score) -> assertEquals(expected[item], score, fusion + ", item " + item));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Fusion.class)
    void newItemsAreScoredByTheirVectorsAndOldOnesAsBefore(Fusion fusion) {
        try (Backend backend = Backends.cpu(1);
                SequenceModel model = model(backend, fusion);
                Recommender recommender = Recommender.of(model);
                Recommender grown = recommender.withItems(vectors(NEW, 2));
                Tape tape = Tape.inference(backend)) {
            assertEquals(ITEMS + NEW, grown.items());
            Map<Integer, Float> before = scores(recommender, HISTORY);
            Map<Integer, Float> after = scores(grown, HISTORY);
            assertEquals(ITEMS + NEW, after.size());
            before.forEach((item, score) -> assertEquals(score, after.get(item), "item " + item));

            RaggedBatch batch = RaggedBatch.ofHistories(new int[][] {HISTORY}, ENCODER.maxSeqLength());
            double[] h = model.encode(tape, batch, Dropout.NONE).value().toDoubles();
            Variable rows = tape.constant(Shape.of(NEW, WIDTH), vectors(NEW, 2).values());
            for (AffineMap map : model.itemTable().newItemMaps(tape)) {
                rows = map.of(rows);
            }
            double[] row = rows.value().toDoubles();
            for (int item = 0; item < NEW; item++) {
                double expected = 0;
                for (int j = 0; j < h.length; j++) {
                    expected += h[j] * row[item * h.length + j];
                }
                // Sums of 16 float32 products of order 1.
                assertEquals(expected, after.get(ITEMS + 1 + item), 1e-5, "new item " + item);
            }
        }
    }

    /** What evaluates new items and what serves them are one model. */
    @ParameterizedTest
    @EnumSource(Fusion.class)
    void aGrownModelHasTheScoresOfAGrownRecommenderBitForBit(Fusion fusion) {
        try (Backend backend = Backends.cpu(1);
                SequenceModel model = model(backend, fusion);
                SequenceModel grown = model.withItems(vectors(NEW, 2));
                Recommender fromModel = Recommender.of(grown);
                Recommender recommender = Recommender.of(model);
                Recommender expected = recommender.withItems(vectors(NEW, 2))) {
            assertEquals(ITEMS + NEW, grown.items());
            assertEquals(scores(expected, HISTORY), scores(fromModel, HISTORY));
            assertEquals(scores(expected, 3, ITEMS + 2), scores(fromModel, 3, ITEMS + 2));
        }
    }

    @Test
    void newItemsMayStandInHistoriesAndListsAndGrowAgain() {
        try (Backend backend = Backends.cpu(1);
                SequenceModel model = model(backend, Fusion.GATED);
                Recommender recommender = Recommender.of(model);
                Recommender grown = recommender.withItems(vectors(NEW, 2));
                Recommender again = grown.withItems(vectors(2, 3));
                Recommender atOnce = recommender.withItems(both())) {
            int added = ITEMS + 2;
            List<Recommendation> only = grown.recommend(Query.after(HISTORY).only(added, 5));
            assertEquals(List.of(5, added), only.stream().map(Recommendation::item).sorted().toList());
            assertEquals(ITEMS + NEW - 1, grown.recommend(Query.after(added).top(99).withoutSeen()).size());
            assertTrue(!scores(grown, HISTORY).equals(scores(grown, 7, 3, 41, added)), "a new item tells something");
            assertEquals(scores(atOnce, 3, ITEMS + 5), scores(again, 3, ITEMS + 5));

            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class, () -> recommender.recommend(new int[] {added}, 5));
            assertTrue(e.getMessage().contains("1 to " + ITEMS), e.getMessage());
        }
    }

    private static ItemVectors both() {
        float[] values = Arrays.copyOf(vectors(NEW, 2).values(), (NEW + 2) * WIDTH);
        System.arraycopy(vectors(2, 3).values(), 0, values, NEW * WIDTH, 2 * WIDTH);
        return ItemVectors.of(values, WIDTH);
    }

    @Test
    void modelsWithoutVectorsAndVectorsOfAnotherWidthAreRefusedWithARemedy() {
        try (Backend backend = Backends.cpu(1);
                SequenceModel fused = model(backend, Fusion.GATED);
                SequenceModel ids = new SequenceModel(new Parameters(backend, DType.F32), ENCODER, ITEMS);
                Recommender recommender = Recommender.of(fused);
                Recommender byId = Recommender.of(ids)) {
            ItemVectors wide = ItemVectors.of(new float[WIDTH + 1], WIDTH + 1);
            Exception e = assertThrows(IllegalArgumentException.class, () -> recommender.withItems(wide));
            assertTrue(e.getMessage().contains("width 13") && e.getMessage().contains("width 12"), e.getMessage());
            e = assertThrows(IllegalArgumentException.class, () -> fused.withItems(wide));
            assertTrue(e.getMessage().contains("width 13") && e.getMessage().contains("width 12"), e.getMessage());
            e = assertThrows(UnsupportedOperationException.class, () -> byId.withItems(vectors(NEW, 2)));
            assertTrue(e.getMessage().contains("item vectors"), e.getMessage());
            e = assertThrows(UnsupportedOperationException.class, () -> ids.withItems(vectors(NEW, 2)));
            assertTrue(e.getMessage().contains("item vectors"), e.getMessage());
        }
    }
}
