package io.github.indirec.model.baselines;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.demo.PlantedIntents;
import io.github.indirec.model.eval.Evaluator;
import io.github.indirec.model.eval.PopularityRanker;
import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.train.EpochReport;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.model.train.Trainer;
import io.github.indirec.model.train.TrainingListener;
import io.github.indirec.model.train.TrainingStore;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every baseline finds the intents that the generated shop was planted with. */
@Tag("training")
class BaselinesLearnTest {
    private static final PlantedIntents SHOP = PlantedIntents.generate(1, 1_000);

    /** How far the loss must fall, in parts of its first value, and how many times popularity's HR@10 is beaten. */
    @ParameterizedTest
    @CsvSource({
        "sasrec, 12, 0.3, 10",
        "sasrec-ce, 5, 0.2, 10",
        // Half of its batches tell it one item a row, and no row its last: it begins slowly.
        "bert4rec, 18, 0.2, 5",
        "duorec, 5, 0.2, 10",
        "cadirec, 12, 0.3, 10",
        "icsrec, 6, 0.2, 10"
    })
    void thePlantedStructureIsLearnt(String model, int epochs, double fall, double times) throws IOException {
        SequenceDataset data = data();
        LeaveOneOutSplit split = new LeaveOneOutSplit(data, LeaveOneOutSplit.Split.TEST);
        double popularity = RankingMetrics.of(PopularityRanker.fit(data).ranks(split)).hitRate10();
        ModelFamily family = ModelFamily.named(model);
        Settings settings = family.settings("demo")
                .with(
                        Map.of(
                                "hidden_size", "16",
                                "max_seq_length", "20",
                                "batch_size", "128",
                                "learning_rate", "0.01",
                                "validation_interval", "1000",
                                "epochs", Integer.toString(epochs)),
                        "test");
        List<EpochReport> reports = new ArrayList<>();
        try (Backend backend = Backends.cpu(1);
                TrainableModel trained = family.create(backend, settings, data.items());
                Trainer trainer = new Trainer(trained, data, TrainingStore.NONE)) {
            trainer.run(new TrainingListener() {
                @Override
                public void epochDone(EpochReport report) {
                    reports.add(report);
                }
            });
            double first = reports.get(0).means().get("rec_loss");
            double last = reports.get(reports.size() - 1).means().get("rec_loss");
            double hits = Evaluator.metrics(trained.sequenceModel(), split).hitRate10();
            String found = "rec_loss " + first + " to " + last + ", HR@10 " + hits + ", popularity " + popularity;
            assertTrue(last < (1 - fall) * first, found);
            assertTrue(hits > times * popularity, found);
        }
    }

    private static SequenceDataset data() {
        int[][] sequences = new int[SHOP.users()][];
        for (int user = 0; user < sequences.length; user++) {
            sequences[user] = SHOP.sequence(user);
        }
        return SequenceDataset.of("planted", sequences);
    }
}
