package io.github.indirec.model.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.experiment.UserRanks;
import io.github.indirec.model.io.AtomicFiles;
import io.github.indirec.model.serve.ModelFile;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.model.train.DivergedException;
import io.github.indirec.model.train.RunFolder;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.model.train.Trainer;
import io.github.indirec.model.train.TrainingListener;
import io.github.indirec.model.train.TrainingStore;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;

/** A training in a run folder, with its manifest and its test at the end. */
final class TrainingRun implements AutoCloseable {
    private final SequenceDataset data;
    private final Backend backend;
    private final TrainableModel model;
    private final RunFolder folder;
    private final Trainer trainer;
    private final Map<String, Object> manifest;

    private TrainingRun(
            SequenceDataset data, Backend backend, TrainableModel model, RunFolder folder, Map<String, Object> manifest) {
        this.data = data;
        this.backend = backend;
        this.model = model;
        this.folder = folder;
        this.manifest = manifest;
        this.trainer = new Trainer(model, data, folder);
    }

    /**
     * Begins a run.
     *
     * @param dataPath where the data are, for a resumed run to find them again
     * @param vectors of the items, null where the model needs none; the folder keeps a copy for a resumed run
     */
    static TrainingRun start(
            Backend backend, SequenceDataset data, Path dataPath, Settings settings, ItemVectors vectors, Path out)
            throws IOException {
        TrainableModel model = create(backend, data, settings, vectors);
        try {
            Map<String, Object> manifest = RunManifest.begin(backend, data, dataPath, settings, model);
            RunFolder folder = RunFolder.create(out, settings, manifest);
            if (vectors != null) {
                vectors.write(folder.itemVectors(), Map.of());
            }
            return new TrainingRun(data, backend, model, folder, manifest);
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Goes on with a run, from its beginning if it was stopped before its first checkpoint. */
    static TrainingRun resume(
            Backend backend,
            SequenceDataset data,
            Path dataPath,
            RunFolder folder,
            ItemVectors vectors,
            Map<String, Object> manifest)
            throws IOException {
        TrainableModel model = create(backend, data, folder.settings(), vectors);
        try {
            Map<String, Object> resumed =
                    RunManifest.resume(manifest, backend, data, dataPath, folder.settings(), model);
            TrainingRun run = new TrainingRun(data, backend, model, folder, resumed);
            if (Files.exists(folder.last())) {
                run.trainer.resume();
            } else {
                Files.deleteIfExists(folder.metrics());
            }
            folder.writeManifest(resumed);
            return run;
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** A model that these data can train; others are refused before anything is written. */
    private static TrainableModel create(
            Backend backend, SequenceDataset data, Settings settings, ItemVectors vectors) {
        TrainableModel model = ModelFamily.of(settings).create(backend, settings, data.items(), vectors);
        try {
            new Trainer(model, data, TrainingStore.NONE).close();
            return model;
        } catch (IllegalArgumentException e) {
            model.close();
            throw CommandException.badInput(data.file() + ": " + e.getMessage(), e);
        }
    }

    /** {@code runs/<data>-<model>-<date>-<seed>}, numbered where that is taken. */
    static Path freeFolder(String data, Settings settings) {
        String name =
                data + "-" + settings.get(ModelFamily.KEY) + "-" + LocalDate.now() + "-" + settings.get("seed");
        Path folder = Path.of("runs", name);
        for (int number = 2; Files.exists(folder); number++) {
            folder = Path.of("runs", name + "-" + number);
        }
        return folder;
    }

    Trainer trainer() {
        return trainer;
    }

    TrainableModel model() {
        return model;
    }

    RunFolder folder() {
        return folder;
    }

    /**
     * Trains to the end, or until the thread is interrupted.
     *
     * @throws CommandException with the exit code of divergence when a loss or a score is no finite number
     */
    Trainer.Outcome train(TrainingListener progress) throws IOException {
        Instant begin = Instant.now();
        try {
            Trainer.Outcome outcome = trainer.run(progress);
            note(outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '), begin);
            return outcome;
        } catch (DivergedException e) {
            throw noted("diverged", begin, CommandException.diverged(e.getMessage() + kept(), e));
        } catch (ArithmeticException e) {
            String message = "training diverged: " + e.getMessage() + "; lower learning_rate" + kept();
            throw noted("diverged", begin, CommandException.diverged(message, e));
        } catch (IOException e) {
            throw noted("failed", begin, e);
        }
    }

    private void note(String outcome, Instant begin) throws IOException {
        double before = manifest.get("seconds") instanceof Number n ? n.doubleValue() : 0;
        manifest.put("ended", RunManifest.now());
        manifest.put("seconds", before + begin.until(Instant.now(), ChronoUnit.MILLIS) / 1e3);
        manifest.put("outcome", outcome);
        manifest.put("best_epoch", trainer.earlyStopping().bestEpoch());
        folder.writeManifest(manifest);
    }

    /** Notes a failure where that is still possible: on a full disk the failure itself matters more. */
    private <E extends Exception> E noted(String outcome, Instant begin, E failure) {
        try {
            note(outcome, begin);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    private String kept() {
        return Files.exists(folder.best()) ? "; the best weights so far are in " + folder.best() : "";
    }

    /** Evaluates the best weights, read back from their file; leaves {@code test.json} and the users' ranks beside them. */
    TestReport test() throws IOException {
        try (SequenceModel best = ModelFile.open(backend, folder.best())) {
            TestReport report =
                    TestReport.of(best, data, trainer.earlyStopping().bestEpoch());
            report.ranks().write(folder.folder().resolve(UserRanks.IN_RUN_FOLDER));
            AtomicFiles.write(folder.folder().resolve("test.json"), JSON.std.asString(report.toMap()) + "\n");
            manifest.put("test", report.metrics().toMap());
            folder.writeManifest(manifest);
            return report;
        }
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
