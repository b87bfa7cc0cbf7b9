package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.SmallModels;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.eval.Evaluator;
import io.github.indirec.model.serve.Recommendation;
import io.github.indirec.model.serve.Recommender;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every model trains, ranks and serves on a CUDA device with no code of its own, and follows the CPU. */
@Tag("simulated")
class SimulatedModelsTest {
    private static final SequenceDataset DATA = SmallModels.data();

    /** Rounding differs in a few ops, and an epoch of AdamW carries it on. */
    private static final double RELATIVE = 2e-3;

    private record Run(Map<String, Double> means, double hitRate, List<Recommendation> served) {}

    @ParameterizedTest
    @EnumSource(ModelFamily.class)
    void anEpochFollowsTheCpu(ModelFamily family) throws IOException {
        Run cpu = run(family, Device.CPU);
        Run simulated = run(family, Device.parse("sim"));
        cpu.means.forEach((name, expected) ->
                assertEquals(expected, simulated.means.get(name), RELATIVE * Math.abs(expected), name));
        // One of 60 users may stand at a boundary.
        assertEquals(cpu.hitRate, simulated.hitRate, 1.01 / DATA.users(), "HR@10");
        for (int i = 0; i < cpu.served.size(); i++) {
            float expected = cpu.served.get(i).score();
            assertEquals(expected, simulated.served.get(i).score(), 1e-2 * Math.abs(expected) + 1e-3, "place " + i);
        }
    }

    private static Run run(ModelFamily family, Device device) throws IOException {
        Settings settings = SmallModels.settings(family).with(Map.of("epochs", "1"), "test");
        List<EpochReport> reports = new ArrayList<>();
        try (Backend backend = UncheckedSimulator.open(device);
                TrainableModel model = SmallModels.create(family, backend, settings, DATA.items());
                Trainer trainer = new Trainer(model, DATA, TrainingStore.NONE)) {
            trainer.run(new TrainingListener() {
                @Override
                public void epochDone(EpochReport report) {
                    reports.add(report);
                }
            });
            double hitRate = Evaluator.metrics(
                            model.sequenceModel(), new LeaveOneOutSplit(DATA, LeaveOneOutSplit.Split.TEST))
                    .hitRate10();
            try (Recommender recommender = Recommender.of(model.sequenceModel(), device)) {
                return new Run(reports.get(0).means(), hitRate, recommender.recommend(new int[] {1, 2, 3}, 5));
            }
        }
    }
}
