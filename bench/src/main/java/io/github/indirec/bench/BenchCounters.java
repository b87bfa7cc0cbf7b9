package io.github.indirec.bench;

import io.github.indirec.bench.selftest.CounterTables;
import io.github.indirec.model.io.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code indirec bench counters}: the quality of the CUDA kernels as far as it can be counted without a GPU. */
@Command(
        name = "counters",
        description = {
            "Runs every op on the simulator, counts what its kernels do to memory, asks ptxas for their",
            "registers, and writes bench/results/cuda-kernels.md. The same text on every machine.",
            ""
        })
final class BenchCounters implements Callable<Integer> {
    private final Output output;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    BenchCounters(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws IOException {
        String home = System.getProperty("indirec.home");
        if (home == null) {
            throw new BadInputException("bench counters writes into the repository; start it with ./indirec");
        }
        Path folder = Files.createDirectories(Path.of(home, "bench", "results"));
        Path file = folder.resolve("cuda-kernels.md");
        String text = CounterTables.markdown();
        AtomicFiles.write(file, text);
        output.result(text.strip());
        output.say("written: %s", file);
        return 0;
    }
}
