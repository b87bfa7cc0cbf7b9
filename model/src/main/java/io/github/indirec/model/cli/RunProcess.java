package io.github.indirec.model.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The process of one run of an experiment: {@code indirec train} in a run folder, or {@code train --resume} where the
 * folder holds a run. Two things guard the folder when the experiment itself is killed: this process then stops like
 * one interrupted, its state saved, and a lock lets a successor wait until it has.
 */
final class RunProcess {
    private RunProcess() {}

    /**
     * @param args process id of the experiment, run folder, path of the data, then all words of {@code train} but --out
     *     and --threads
     */
    public static void main(String[] args) throws IOException {
        stopWithParent(Long.parseLong(args[0]));
        Path folder = Path.of(args[1]);
        List<String> train = Arrays.asList(args).subList(3, args.length);
        int code;
        try (FileChannel lock = FileChannel.open(
                folder.resolve("run.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            code = Main.run(Terminal.ofProcess(), words(folder, args[2], train));
        }
        System.exit(code);
    }

    private static String[] words(Path folder, String data, List<String> train) {
        List<String> words = new ArrayList<>();
        if (Files.exists(folder.resolve("config.json"))) {
            words.addAll(List.of("train", "--resume", folder.toString(), "--data", data));
        } else {
            words.addAll(train);
            words.addAll(List.of("--out", folder.toString()));
        }
        words.addAll(List.of("--threads", "1"));
        return words.toArray(String[]::new);
    }

    private static void stopWithParent(long pid) {
        Optional<ProcessHandle> parent = ProcessHandle.of(pid);
        if (parent.isEmpty()) {
            System.exit(ExitCode.INTERRUPTED);
        }
        parent.get().onExit().thenRun(() -> System.exit(ExitCode.INTERRUPTED));
    }
}
