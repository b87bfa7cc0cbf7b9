package io.github.indirec.model.serve;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.InDiRec;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.LeaveOneOutSplit.Split;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.demo.PlantedIntents;
import io.github.indirec.model.eval.Evaluator;
import io.github.indirec.model.train.Trainer;
import io.github.indirec.model.train.TrainingListener;
import io.github.indirec.model.train.TrainingStore;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines of Java that the README shows: load, train, evaluate, recommend. */
class ReadmeExampleTest {
    @TempDir
    static Path folder;

    @Test
    void theReadmesLinesTrainEvaluateAndRecommend() throws IOException {
        PlantedIntents.generate(1, 1000).write(folder.resolve("shop"));
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true));
        try {
            example(folder.resolve("shop"));
        } finally {
            System.setOut(before);
        }
        assertTrue(printed.toString().startsWith("RankingMetrics[users=1000"), printed.toString());
        assertTrue(printed.toString().contains("Recommendation[item="), printed.toString());
    }

    private static void example(Path folder) throws IOException {
        SequenceDataset data = SequenceDataset.read(folder);
        InDiRecConfig config =
                InDiRecConfig.of(Presets.settings("demo", Mode.OFFICIAL).with(Map.of("epochs", "1"), "example"));
        try (Backend cpu = Backends.cpu();
                InDiRec model = InDiRec.create(cpu, config, data.items());
                Trainer trainer = new Trainer(model, data, TrainingStore.NONE)) {
            trainer.run(TrainingListener.NONE);
            System.out.println(Evaluator.metrics(model.sequenceModel(), new LeaveOneOutSplit(data, Split.TEST)));
            try (Recommender recommender = Recommender.of(model.sequenceModel())) {
                recommender.recommend(new int[] {1, 2, 3}, 10).forEach(System.out::println);
            }
        }
    }
}
