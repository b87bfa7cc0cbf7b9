package io.github.indirec.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.bench.selftest.DeviceBenchmark;
import io.github.indirec.model.io.AtomicFiles;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.cpu.GemmComparison;
import io.github.indirec.tensor.cpu.GemmShape;
import io.github.indirec.tensor.cpu.VectorUnit;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code indirec bench}: the kernels, each checked before it is timed, and the matrix products beside OpenBLAS. */
@Command(
        name = "indirec bench",
        description = {
            "Measures the kernels, scalar and vector, on one thread, and the matrix products",
            "beside OpenBLAS. Writes bench/results/kernels.json, and the table in README.md",
            "when no pattern is given.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  indirec bench                  all, about half an hour",
            "  indirec bench --quick          all, less exactly, a few minutes",
            "  indirec bench LayerNorm        kernels whose name has this",
            "  indirec bench GemmComparison   the matrix products beside OpenBLAS alone",
            "",
            "JMH's times are elapsed time: other work on the machine makes them longer. The",
            "comparison with OpenBLAS counts CPU time.",
            "Results go to stdout, progress to stderr. Exit codes: 0 success, 1 internal",
            "error or a kernel with a wrong result, 2 wrong usage, 3 bad input."
        })
final class KernelsCommand implements Callable<Integer> {
    private final Output output;

    @Option(names = "--quick", description = "Short iterations, one fork; for a look, not for a claim.")
    private boolean quick;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "cpu",
            description = "cpu: the CPU's kernels, by JMH. cuda: bandwidth, products beside cuBLAS, every op.")
    private String device;

    @Parameters(
            arity = "0..1",
            paramLabel = "PATTERN",
            description = "Regular expression to find in the names of the benchmarks to run.")
    private String pattern;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    KernelsCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws IOException, RunnerException {
        Device chosen = Device.parse(device);
        if (!chosen.equals(Device.CPU)) {
            return measure(chosen);
        }
        VectorUnit.unavailable().ifPresent(reason -> {
            throw new BadInputException("the vector kernels cannot be measured: " + reason);
        });
        GemmComparison.misled().ifPresent(warning -> output.say("indirec bench: warning: %s", warning));
        ReportFiles files = new ReportFiles(Path.of(System.getProperty("indirec.home", "")));
        if (pattern == null) {
            files.requireReadmeSection();
        }
        KernelReport report = measure();
        Path file = files.writeResults(resultName(), report);
        if (pattern == null) {
            files.writeReadme(report);
        }
        output.result(report.asMarkdown());
        output.say("indirec bench: wrote %s%s", file, pattern == null ? " and the tables in " + files.readme() : "");
        return 0;
    }

    private int measure(Device chosen) throws IOException {
        if (chosen.kind().equals("sim")) {
            throw new BadInputException("--device sim has no time to measure; see ./indirec bench counters");
        }
        if (pattern != null || quick) {
            throw new BadInputException("PATTERN and --quick are for the CPU's kernels; leave them out with --device");
        }
        try (Backend backend = Backends.open(chosen, Runtime.getRuntime().availableProcessors())) {
            Map<String, Object> figures = new DeviceBenchmark(backend).run(output::result);
            figures.put("machine", Machine.here().asJson());
            Path folder = Files.createDirectories(
                    Path.of(System.getProperty("indirec.home", "")).resolve("bench").resolve("results"));
            Path file = folder.resolve("device-" + chosen.kind() + ".json");
            AtomicFiles.write(file, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(figures) + "\n");
            output.say("indirec bench: wrote %s", file);
            return 0;
        }
    }

    private KernelReport measure() throws RunnerException {
        Pattern wanted = compile(pattern == null ? "" : pattern);
        KernelRuns runs = new KernelRuns(output, quick);
        Set<String> names = runs.names(wanted);
        boolean compared = wanted.matcher(GemmComparison.class.getName()).find();
        if (names.isEmpty() && !compared) {
            throw new BadInputException("no benchmark has '" + pattern + "' in its name; there are "
                    + GemmComparison.class.getName() + ", " + String.join(", ", runs.names(compile(""))));
        }
        List<GemmComparison.Result> products = compared ? products() : List.of();
        return new KernelReport(command(), Machine.here(), products, runs.run(names));
    }

    private List<GemmComparison.Result> products() {
        List<GemmComparison.Result> results = new ArrayList<>();
        GemmComparison.unavailable()
                .ifPresentOrElse(reason -> output.say("indirec bench: no comparison of products: %s", reason), () -> {
                    for (GemmShape shape : GemmShape.values()) {
                        GemmComparison.Result result = GemmComparison.measure(shape);
                        output.say(
                                "%-24s %7.1f GFLOP/s, OpenBLAS %7.1f, ratio %.2f", shape.label(), result.gflops(),
                                result.nativeGflops(), result.ratio());
                        results.add(result);
                    }
                });
        return results;
    }

    private static Pattern compile(String pattern) {
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new BadInputException("PATTERN: expected a regular expression, found '" + pattern + "': "
                    + e.getDescription() + "; try a part of a name, such as Gemm");
        }
    }

    private String command() {
        return "./indirec bench" + (quick ? " --quick" : "") + (pattern == null ? "" : " '" + pattern + "'");
    }

    /** Only a run of everything has the name that the repository keeps. */
    private String resultName() {
        return pattern == null ? "kernels" : "kernels-" + pattern.replaceAll("[^A-Za-z0-9]+", "-");
    }
}
