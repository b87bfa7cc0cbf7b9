package io.github.indirec.model.train;

import io.github.indirec.model.InDiRec;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A training run in a JVM of its own, so that tests can vary the JVM and kill it.
 *
 * <p>Arguments: data folder, run folder, threads. Starts the run, or resumes it where one is there.
 */
final class TrainingProcess {
    private TrainingProcess() {}

    public static void main(String[] args) throws IOException {
        Path run = Path.of(args[1]);
        SequenceDataset data = SequenceDataset.read(Path.of(args[0]));
        boolean resume = Files.exists(run.resolve("last.safetensors"));
        if (!resume && Files.exists(run)) {
            deleteAll(run);
        }
        RunFolder folder = resume ? RunFolder.open(run) : RunFolder.create(run, settings(), Map.of());
        try (Backend backend = Backends.cpu(Integer.parseInt(args[2]));
                InDiRec model = InDiRec.create(backend, InDiRecConfig.of(folder.settings()), data.items());
                Trainer trainer = new Trainer(model, data, folder)) {
            if (resume) {
                trainer.resume();
            }
            trainer.run(TrainingListener.NONE);
        }
    }

    /** Small, but with dropout, several fits, validations and partial batches. */
    static Settings settings() {
        return Presets.settings("demo", Mode.OFFICIAL)
                .with(
                        Map.of(
                                "epochs", "3",
                                "timesteps", "6",
                                "hidden_size", "32",
                                "kmeans_restarts", "2",
                                "kmeans_iterations", "5",
                                "validation_interval", "1"),
                        "test");
    }

    private static void deleteAll(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    /** Starts a run with a given Java and flags. */
    static Process start(Path javaHome, List<String> flags, Path data, Path run, int threads) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin").resolve("java").toString());
        command.addAll(flags);
        // Surefire hides the class path in a manifest and tells it in a property of its own.
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", classPath, TrainingProcess.class.getName()));
        command.addAll(List.of(data.toString(), run.toString(), Integer.toString(threads)));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(new File(run + ".log"))
                .start();
    }

    /** Runs to the end and fails with the output if the process does. */
    static void runToEnd(Path javaHome, List<String> flags, Path data, Path run, int threads)
            throws IOException, InterruptedException {
        int status = start(javaHome, flags, data, run, threads).waitFor();
        if (status != 0) {
            throw new IOException("training ended with status " + status + ":\n" + Files.readString(Path.of(run + ".log")));
        }
    }
}
