package io.github.indirec.kernels.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The kernels' sources and the PTX beside them. */
final class ShippedPtx {
    static final Path FOLDER = Path.of("..", "kernels", "src", "main", "cuda");

    /** In which nvcc compiles all of them, many times over. */
    private static final int SECONDS = 300;

    private ShippedPtx() {}

    /** The files of {@link #FOLDER} with an ending, in order. */
    static List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a command says; throws IOException if there is no such command. */
    static String run(String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("command", ".log");
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", command) + "\n" + Files.readString(log));
            }
            return Files.readString(log);
        } finally {
            Files.delete(log);
        }
    }
}
