package io.github.indirec.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.indirec.model.InDiRec;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
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
        int[][] sequences = sequences();
        int[][] others = new int[sequences.length][];
        for (int user = 0; user < sequences.length; user++) {
            others[user] = sequences[user].clone();
            int length = others[user].length;
            others[user][length - 2] = sequences[user][length - 2] % ITEMS + 1;
            others[user][length - 1] = sequences[user][length - 1] % ITEMS + 1;
        }
        assertFalse(Arrays.deepEquals(sequences, others));
        TensorFile weights = train(mode, "a", sequences);
        TensorFile otherWeights = train(mode, "b", others);
        for (String name : weights.tensors().keySet()) {
            if (!name.startsWith("intents.")) {
                assertArrayEquals(
                        weights.array(name).floats(), otherWeights.array(name).floats(), name + ", seed " + SEED);
            }
        }
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

    private TensorFile train(Mode mode, String name, int[][] sequences) throws IOException {
        var settings = Presets.settings("demo", mode)
                .with(
                        Map.of(
                                "epochs", "3",
                                "timesteps", "4",
                                "hidden_size", "16",
                                "num_intents", "5",
                                "batch_size", "64",
                                "patience", "100"),
                        "test");
        SequenceDataset data = SequenceDataset.of(name, sequences);
        RunFolder run = RunFolder.create(folder.resolve(name), settings, Map.of());
        try (Backend backend = Backends.cpu(1);
                InDiRec model = InDiRec.create(backend, InDiRecConfig.of(settings), data.items());
                Trainer trainer = new Trainer(model, data, run)) {
            trainer.run(TrainingListener.NONE);
        }
        return SafeTensors.read(run.last());
    }
}
