package io.github.indirec.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.Mode;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.Presets;
import io.github.indirec.model.SmallModels;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Validation and test items never reach the weights. */
class LeakageTest {
    private static final int ITEMS = 60;
    private static final long SEED = 20_260_103;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Mode.class)
    void otherLastTwoItemsLeaveTheSameWeights(Mode mode) throws IOException {
        Settings settings = Presets.settings("demo", mode)
                .with(
                        Map.of(
                                "epochs", "3",
                                "timesteps", "4",
                                "hidden_size", "16",
                                "num_intents", "5",
                                "batch_size", "64",
                                "patience", "100"),
                        "test");
        assertTrue(sameWeights(ModelFamily.INDIREC, settings, others()));
    }

    /**
     * Of SASRec and CaDiRec other held-out items change the weights: as in their authors' code a user's negatives are
     * none of the user's items, held-out ones included. That is the whole of it: in another order they leave the same
     * weights.
     */
    @ParameterizedTest
    @EnumSource(ModelFamily.class)
    void ofEveryModelOtherLastTwoItemsLeaveTheSameWeightsButForSampledNegatives(ModelFamily family) throws IOException {
        boolean sampled = family == ModelFamily.SASREC || family == ModelFamily.CADIREC;
        assertEquals(!sampled, sameWeights(family, SmallModels.settings(family), others()), "seed " + SEED);
        if (sampled) {
            assertTrue(sameWeights(family, SmallModels.settings(family), swapped()), "swapped, seed " + SEED);
        }
    }

    private boolean sameWeights(ModelFamily family, Settings settings, int[][] others) throws IOException {
        assertFalse(Arrays.deepEquals(sequences(), others));
        TensorFile weights = train(family, settings, "a", sequences());
        TensorFile otherWeights = train(family, settings, "b", others);
        for (String name : weights.tensors().keySet()) {
            if (!name.startsWith("intents.")
                    && !Arrays.equals(weights.array(name).floats(), otherWeights.array(name).floats())) {
                return false;
            }
        }
        return true;
    }

    private static int[][] others() {
        int[][] others = sequences();
        for (int[] sequence : others) {
            int length = sequence.length;
            sequence[length - 2] = sequence[length - 2] % ITEMS + 1;
            sequence[length - 1] = sequence[length - 1] % ITEMS + 1;
        }
        return others;
    }

    private static int[][] swapped() {
        int[][] swapped = sequences();
        for (int[] sequence : swapped) {
            int length = sequence.length;
            int last = sequence[length - 1];
            sequence[length - 1] = sequence[length - 2];
            sequence[length - 2] = last;
        }
        return swapped;
    }

    private static int[][] sequences() {
        Random random = new Random(SEED);
        int[][] sequences = new int[80][];
        for (int user = 0; user < sequences.length; user++) {
            sequences[user] = random.ints(4 + random.nextInt(10), 1, ITEMS + 1).toArray();
        }
        // Both variants must know the same items.
        sequences[0] = new int[] {ITEMS, 1, 2, 3};
        return sequences;
    }

    private TensorFile train(ModelFamily family, Settings settings, String name, int[][] sequences) throws IOException {
        SequenceDataset data = SequenceDataset.of(name, sequences);
        RunFolder run = RunFolder.create(folder.resolve(name), settings, Map.of());
        try (Backend backend = Backends.cpu(1);
                TrainableModel model = SmallModels.create(family, backend, settings, data.items());
                Trainer trainer = new Trainer(model, data, run)) {
            trainer.run(TrainingListener.NONE);
        }
        TensorFile last = SafeTensors.read(run.last());
        Files.delete(run.last());
        Files.delete(run.folder().resolve("config.json"));
        return last;
    }
}
