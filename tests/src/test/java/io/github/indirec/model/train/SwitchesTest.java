package io.github.indirec.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.InDiRec;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every switch trains, changes what it should change, and refuses what it cannot do. */
class SwitchesTest {
    private static final long SEED = 20_260_104;

    private static final Map<String, String> SMALL = Map.of(
            "epochs", "2",
            "timesteps", "4",
            "hidden_size", "16",
            "num_intents", "4",
            "batch_size", "64",
            "kmeans_restarts", "1",
            "validation_interval", "1");

    private record Run(List<EpochReport> epochs, float[] itemTable) {}

    private static Run train(Settings settings) throws IOException {
        List<EpochReport> reports = new ArrayList<>();
        SequenceDataset data = data();
        try (Backend backend = Backends.cpu(1);
                InDiRec model = InDiRec.create(backend, InDiRecConfig.of(settings), data.items());
                Trainer trainer = new Trainer(model, data, TrainingStore.NONE)) {
            Trainer.Outcome outcome = trainer.run(new TrainingListener() {
                @Override
                public void epochDone(EpochReport report) {
                    reports.add(report);
                }
            });
            assertEquals(Trainer.Outcome.FINISHED, outcome);
            return new Run(
                    reports, model.sequenceModel().encoder().itemTable().value().toFloats());
        }
    }

    private static Settings small(Mode mode) {
        return Presets.settings("demo", mode).with(SMALL, "test");
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

    @ParameterizedTest
    @EnumSource(Mode.class)
    void bothModesLearn(Mode mode) throws IOException {
        Run run = train(small(mode).with(Map.of("epochs", "12", "learning_rate", "0.01"), "test"));
        double first = run.epochs.get(0).means().get("rec_loss");
        double last = run.epochs.get(run.epochs.size() - 1).means().get("rec_loss");
        assertTrue(last < first - 0.5, "recommendation loss " + first + " to " + last + ", data seed " + SEED);
    }

    @ParameterizedTest
    @CsvSource({
        "mates, own-cluster",
        "condition, prototype",
        "negatives, intent",
        "view, encoded",
        "view_gradient, last-step",
        "x0, sequence",
        "similarity, cos",
        "denoiser, mlp2",
        "beta_schedule, cosine",
        "attention, bidirectional",
        "clustering_interval, 2",
        "drop_last, false",
        "sampler, closed-form",
        "guidance, -1"
    })
    void everySwitchChangesTheWeights(String key, String value) throws IOException {
        Run plain = train(small(Mode.OFFICIAL));
        Run switched = train(small(Mode.OFFICIAL).with(Map.of(key, value), "test"));
        assertFalse(Arrays.equals(plain.itemTable, switched.itemTable), key + "=" + value + " changed nothing");
    }

    @Test
    void epochsThatAreNotValidatedSayNull() throws IOException {
        Run run = train(small(Mode.OFFICIAL).with(Map.of("validation_interval", "2"), "test"));
        assertTrue(run.epochs.get(0).validation().isPresent());
        assertEquals(null, run.epochs.get(1).toMap().get("valid"));
        assertTrue(run.epochs.get(1).toMap().containsKey("valid"));
    }

    @Test
    void metricsHaveTheirDocumentedKeys() throws IOException {
        Set<String> keys = new HashSet<>(train(small(Mode.PAPER)).epochs.get(0).toMap().keySet());
        assertTrue(keys.containsAll(Set.of(
                "epoch",
                "epoch_seconds",
                "phase_seconds",
                "loss",
                "rec_loss",
                "diff_loss",
                "cl_loss",
                "grad_norm",
                "uniformity",
                "effective_rank",
                "views_in_own_intent",
                "cluster_entropy",
                "valid")));
    }

    @Test
    void tooFewSubSequencesForABatchAreRefusedWithARemedy() {
        Settings settings = small(Mode.OFFICIAL).with(Map.of("batch_size", "100000"), "test");
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> train(settings));
        assertTrue(e.getMessage().contains("batch_size"), e.getMessage());
    }

    @Test
    void aDivergedLossNamesItsTerm() {
        Settings settings = small(Mode.OFFICIAL).with(Map.of("learning_rate", "1e30", "epochs", "5"), "test");
        DivergedException e = assertThrows(DivergedException.class, () -> train(settings));
        assertTrue(e.getMessage().contains("_loss is"), e.getMessage());
    }
}
