package io.github.indirec.model.cli;

import io.github.indirec.model.experiment.PlannedRun;
import io.github.indirec.model.experiment.RunLauncher;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts runs with the Java, the class path and the JVM flags of this process. Where no flag limits the heap in bytes,
 * the jobs share what one process would take.
 */
final class RunProcesses implements RunLauncher {
    private static final String RAM_PERCENTAGE = "-XX:MaxRAMPercentage=";

    /** Java's own share of the memory, where no flag says another. */
    private static final double JAVA_DEFAULT = 25;

    private final List<String> java;

    RunProcesses(int jobs) {
        String command = ProcessHandle.current()
                .info()
                .command()
                .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java = new ArrayList<>(List.of(command));
        java.addAll(flags(ManagementFactory.getRuntimeMXBean().getInputArguments(), jobs));
        java.addAll(List.of("-cp", System.getProperty("java.class.path"), RunProcess.class.getName()));
        java.add(Long.toString(ProcessHandle.current().pid()));
    }

    /** A debugger's port cannot be had twice, and nobody watches what a run writes to its log. */
    static List<String> flags(List<String> own, int jobs) {
        List<String> flags = new ArrayList<>();
        double percentage = JAVA_DEFAULT;
        boolean limited = false;
        for (String flag : own) {
            if (flag.startsWith(RAM_PERCENTAGE)) {
                percentage = Double.parseDouble(flag.substring(RAM_PERCENTAGE.length()));
            } else if (!flag.startsWith("-agentlib:jdwp") && !flag.startsWith("-Dindirec.stderr=")) {
                limited |= flag.startsWith("-Xmx") || flag.startsWith("-XX:MaxHeapSize=");
                flags.add(flag);
            }
        }
        if (!limited) {
            flags.add(RAM_PERCENTAGE + percentage / jobs);
        }
        return flags;
    }

    @Override
    public Process start(PlannedRun run) throws IOException {
        List<String> words = new ArrayList<>(java);
        words.add(run.folder().toString());
        words.add(run.trial().data().toString());
        words.addAll(TrainArguments.of(run.trial()));
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(run.folder().resolve(LOG).toFile()))
                .start();
    }
}
