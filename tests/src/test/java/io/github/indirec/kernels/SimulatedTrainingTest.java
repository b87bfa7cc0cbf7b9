package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.train.EpochReport;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.model.train.Trainer;
import io.github.indirec.model.train.TrainingListener;
import io.github.indirec.model.train.TrainingStore;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A small InDiRec trained on the simulator, clustering and reverse chain included, follows the CPU. */
@Tag("simulated")
class SimulatedTrainingTest {
    private static final int USERS = 200;
    private static final int ITEMS = 50;

    /** Rounding differs in every step, and some thirty steps of AdamW carry it on. */
    private static final double RELATIVE = 2e-3;

    @Test
    void twoEpochsFollowTheCpusLosses() throws IOException {
        List<EpochReport> cpu = train(Device.CPU);
        List<EpochReport> simulated = train(Device.parse("sim"));
        assertEquals(2, simulated.size());
        for (int epoch = 0; epoch < 2; epoch++) {
            Map<String, Double> expected = cpu.get(epoch).means();
            for (String loss : List.of("loss", "rec_loss", "diff_loss", "cl_loss")) {
                double e = expected.get(loss);
                assertEquals(e, simulated.get(epoch).means().get(loss), RELATIVE * e, loss + " of epoch " + epoch);
            }
        }
    }

    private static List<EpochReport> train(Device device) throws IOException {
        ModelFamily family = ModelFamily.named("indirec");
        Settings settings = family.settings("demo")
                .with(
                        Map.of(
                                "hidden_size", "16",
                                "max_seq_length", "8",
                                "batch_size", "64",
                                "timesteps", "10",
                                "num_intents", "8",
                                "epochs", "2"),
                        "test");
        List<EpochReport> reports = new ArrayList<>();
        try (Backend backend = UncheckedSimulator.open(device);
                TrainableModel model = family.create(backend, settings, ITEMS);
                Trainer trainer = new Trainer(model, data(), TrainingStore.NONE)) {
            trainer.run(new TrainingListener() {
                @Override
                public void epochDone(EpochReport report) {
                    reports.add(report);
                }
            });
        }
        return reports;
    }

    /** Walks through the items in small steps, so that there is something to learn. */
    private static SequenceDataset data() {
        Random random = new Random(7);
        int[][] sequences = new int[USERS][];
        for (int user = 0; user < USERS; user++) {
            sequences[user] = new int[5 + random.nextInt(3)];
            int item = random.nextInt(ITEMS);
            for (int i = 0; i < sequences[user].length; i++) {
                sequences[user][i] = 1 + item;
                item = (item + 1 + random.nextInt(3)) % ITEMS;
            }
        }
        return SequenceDataset.of("walks", sequences);
    }
}
