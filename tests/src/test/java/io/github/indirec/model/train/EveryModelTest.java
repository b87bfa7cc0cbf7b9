package io.github.indirec.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.SmallModels;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.eval.Evaluator;
import io.github.indirec.model.serve.ModelFile;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every model promises of a run, whatever it learns. */
class EveryModelTest {
    private static final SequenceDataset DATA = SmallModels.data();

    @TempDir
    Path folder;

    /** Interrupts training when a batch of an epoch is done. */
    private record Interruption(int epoch, int batch) implements TrainingListener {
        @Override
        public void unitDone(int epoch, String phase, int unit, double loss) {
            if (epoch == this.epoch && phase.equals("train") && unit == batch) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private RunFolder start(ModelFamily family, String name) throws IOException {
        return RunFolder.create(folder.resolve(name), SmallModels.settings(family), Map.of());
    }

    /** Trains, or goes on, in a folder; a new model each time, as in a new process. */
    private static Trainer.Outcome train(
            ModelFamily family, RunFolder run, int threads, boolean resume, TrainingListener listener)
            throws IOException {
        try (Backend backend = Backends.cpu(threads);
                TrainableModel model = SmallModels.create(family, backend, run.settings(), DATA.items());
                Trainer trainer = new Trainer(model, DATA, run)) {
            assertTrue(trainer.batches() > 2, "batches enough to stop between");
            if (resume) {
                trainer.resume();
            }
            return trainer.run(listener);
        }
    }

    private static void assertSameFiles(RunFolder expected, RunFolder found) throws IOException {
        for (Path file : List.of(expected.best(), expected.last())) {
            long difference = Files.mismatch(file, found.folder().resolve(file.getFileName()));
            assertEquals(-1, difference, file.getFileName() + " differs at byte " + difference);
        }
        assertEquals(withoutSeconds(expected.metrics()), withoutSeconds(found.metrics()));
    }

    private static List<String> withoutSeconds(Path metrics) throws IOException {
        return Files.readAllLines(metrics).stream()
                .map(line -> line.replaceAll("\"epoch_seconds\":[^,]*,\"phase_seconds\":\\{[^}]*\\},", ""))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(ModelFamily.class)
    void aRunInterruptedInTheMiddleOfAnEpochEndsInTheSameBytesAndSoDoesOneOfTwoThreads(ModelFamily family)
            throws IOException {
        RunFolder whole = start(family, "whole");
        assertEquals(Trainer.Outcome.FINISHED, train(family, whole, 1, false, TrainingListener.NONE));

        RunFolder broken = start(family, "broken");
        assertEquals(Trainer.Outcome.INTERRUPTED, train(family, broken, 1, false, new Interruption(1, 2)));
        RunFolder again = RunFolder.open(broken.folder());
        assertEquals(Trainer.Outcome.FINISHED, train(family, again, 1, true, TrainingListener.NONE));
        assertSameFiles(whole, broken);

        RunFolder parallel = start(family, "parallel");
        assertEquals(Trainer.Outcome.FINISHED, train(family, parallel, 2, false, TrainingListener.NONE));
        assertSameFiles(whole, parallel);
    }

    @ParameterizedTest
    @EnumSource(ModelFamily.class)
    void aWeightFileReadBackRanksAsTheTrainedModel(ModelFamily family) throws IOException {
        Settings settings = SmallModels.settings(family).with(Map.of("epochs", "1"), "test");
        Path file = folder.resolve("weights.safetensors");
        LeaveOneOutSplit split = new LeaveOneOutSplit(DATA, LeaveOneOutSplit.Split.TEST);
        try (Backend backend = Backends.cpu(1);
                TrainableModel model = SmallModels.create(family, backend, settings, DATA.items());
                Trainer trainer = new Trainer(model, DATA, TrainingStore.NONE)) {
            trainer.run(TrainingListener.NONE);
            // Far from the initial weights, where biases are 0 and nearly all scores alike.
            SmallModels.randomize(model, 0.3);
            Checkpoint.writeWeights(file, model, settings);
            try (SequenceModel read = ModelFile.open(backend, file)) {
                assertEquals(model.sequenceModel().config(), read.config());
                assertEquals(model.sequenceModel().isMasked(), read.isMasked());
                assertArrayEquals(
                        Evaluator.ranks(model.sequenceModel(), split, Evaluator.clean(model.sequenceModel())),
                        Evaluator.ranks(read, split, Evaluator.clean(read)));
            }
        }
    }
}
