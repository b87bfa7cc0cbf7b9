package io.github.indirec.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.items.FusedTable;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.model.train.EpochReport;
import io.github.indirec.model.train.Trainer;
import io.github.indirec.model.train.TrainingListener;
import io.github.indirec.model.train.TrainingStore;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LLMDiRec is InDiRec with an item table of two views and a loss that aligns them. */
class LlmDiRecTest {
    private static final long SEED = 20_260_105;
    private static final int WIDTH = 24;

    private static final Map<String, String> SMALL = Map.of(
            "timesteps", "4",
            "hidden_size", "16",
            "num_intents", "4",
            "batch_size", "64",
            "kmeans_restarts", "1");

    private static Settings small(Map<String, String> more) {
        return ModelFamily.LLMDIREC.settings("demo").with(SMALL, "test").with(more, "test");
    }

    /** Items in two rings, so that there is something to learn. */
    private static SequenceDataset data() {
        Random random = new Random(SEED);
        int[][] sequences = new int[60][];
        for (int user = 0; user < sequences.length; user++) {
            int ring = user % 2 * 20;
            int start = random.nextInt(20);
            sequences[user] = new int[5 + random.nextInt(8)];
            for (int i = 0; i < sequences[user].length; i++) {
                sequences[user][i] = 1 + ring + (start + i) % 20;
            }
        }
        return SequenceDataset.of("rings", sequences);
    }

    /** Vectors that tell the rings apart, and items within them. */
    private static ItemVectors vectors(int items) {
        Random random = new Random(SEED);
        float[] values = new float[items * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.2 * random.nextGaussian()) + (i / WIDTH < 20 == i % 2 < 1 ? 0.1f : 0);
        }
        return ItemVectors.of(values, WIDTH);
    }

    private static InDiRec create(Backend backend, Settings settings) {
        int items = data().items();
        return (InDiRec) ModelFamily.LLMDIREC.create(backend, settings, items, vectors(items));
    }

    private static List<EpochReport> train(InDiRec model) throws IOException {
        List<EpochReport> reports = new ArrayList<>();
        try (Trainer trainer = new Trainer(model, data(), TrainingStore.NONE)) {
            trainer.run(new TrainingListener() {
                @Override
                public void epochDone(EpochReport report) {
                    reports.add(report);
                }
            });
        }
        return reports;
    }

    @ParameterizedTest
    @CsvSource({
        "gated, 2, random",
        "gated, 1, pca",
        "weighted, 2, random",
        "concat, 2, random",
        "cross-attention, 2, random"
    })
    void everyFusionLearnsAndAlignsItsViewsAndLeavesTheVectorsAlone(String fusion, String layers, String init)
            throws IOException {
        Settings settings = small(Map.of(
                "fusion", fusion, "adapter_layers", layers, "id_init", init, "epochs", "10", "learning_rate", "0.01"));
        try (Backend backend = Backends.cpu(1);
                InDiRec model = create(backend, settings)) {
            float[] before = model.parameters().get(FusedTable.VECTORS).value().toFloats();
            List<EpochReport> epochs = train(model);
            for (String loss : List.of("rec_loss", "align_loss")) {
                double first = epochs.get(0).means().get(loss);
                double last = epochs.get(epochs.size() - 1).means().get(loss);
                assertTrue(last < 0.9 * first, fusion + ": " + loss + " " + first + " to " + last + ", seed " + SEED);
            }
            assertArrayEquals(before, model.parameters().get(FusedTable.VECTORS).value().toFloats());
        }
    }

    @Test
    void whatInDiRecHasTooBeginsAsInDiRecs() {
        Settings settings = small(Map.of());
        try (Backend backend = Backends.cpu(1);
                InDiRec model = create(backend, settings);
                InDiRec plain = InDiRec.create(backend, InDiRecConfig.of(settings), data().items())) {
            assertEquals(ModelFamily.INDIREC, plain.family());
            assertEquals(ModelFamily.LLMDIREC, model.family());
            for (Parameter parameter : plain.parameters().all()) {
                assertArrayEquals(
                        parameter.value().toFloats(),
                        model.parameters().get(parameter.name()).value().toFloats(),
                        parameter.name());
            }
        }
    }

    @Test
    void theObjectiveIsTheWeightedSumOfItsFourTerms() throws IOException {
        Map<String, String> weights =
                Map.of("rec_weight", "0.9", "diff_weight", "0.7", "cl_weight", "0.3", "align_weight", "2.5", "epochs", "1");
        for (boolean aligned : new boolean[] {true, false}) {
            Settings settings = small(weights).with(aligned ? Map.of() : Map.of("align_weight", "0"), "test");
            try (Backend backend = Backends.cpu(1);
                    InDiRec model = create(backend, settings)) {
                Map<String, Double> means = train(model).get(0).means();
                assertEquals(aligned, means.containsKey("align_loss"));
                double expected = 0.9 * means.get("rec_loss")
                        + 0.7 * means.get("diff_loss")
                        + 0.3 * means.get("cl_loss")
                        + 2.5 * means.getOrDefault("align_loss", 0.0);
                // A few float32 additions a batch.
                assertEquals(expected, means.get("loss"), 1e-5);
            }
        }
    }

    @Test
    void missingOrForeignVectorsAreRefused() {
        Settings settings = small(Map.of());
        try (Backend backend = Backends.cpu(1)) {
            Exception e = assertThrows(
                    IllegalArgumentException.class, () -> ModelFamily.LLMDIREC.create(backend, settings, 40));
            assertTrue(e.getMessage().contains("vector for each of the 40 items"), e.getMessage());
            e = assertThrows(
                    IllegalArgumentException.class,
                    () -> ModelFamily.LLMDIREC.create(backend, settings, 40, vectors(39)));
            assertTrue(e.getMessage().contains("39"), e.getMessage());
        }
        assertFalse(ModelFamily.INDIREC.needsVectors());
    }
}
