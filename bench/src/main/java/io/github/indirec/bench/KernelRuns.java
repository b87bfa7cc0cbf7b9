package io.github.indirec.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks of this module; every fork gets the JVM options of this process. */
final class KernelRuns {
    /** Half a second a benchmark, which comes warmed up: enough to see a factor, not a percent. */
    private static final int QUICK_WARM_UPS = 1;

    private static final int QUICK_ITERATIONS = 3;
    private static final TimeValue QUICK_ITERATION = TimeValue.milliseconds(150);

    private static final String GEMM = "GemmBenchmark";

    private final OutputFormat progress;
    private final boolean quick;

    KernelRuns(Output output, boolean quick) {
        this.progress = OutputFormatFactory.createFormatInstance(output.err(), VerboseMode.NORMAL);
        this.quick = quick;
    }

    /** Full names of the benchmarks in which the pattern is found. */
    Set<String> names(Pattern pattern) {
        Set<String> names = new TreeSet<>();
        for (BenchmarkListEntry entry : BenchmarkList.defaultList().getAll(progress, List.of())) {
            if (pattern.matcher(entry.getUsername()).find()) {
                names.add(entry.getUsername());
            }
        }
        return names;
    }

    /** Runs benchmarks; stops at the first whose check fails. */
    List<KernelTiming> run(Set<String> names) throws RunnerException {
        List<KernelTiming> timings = new ArrayList<>();
        List<String> products = names.stream().filter(name -> name.contains(GEMM)).toList();
        List<String> others = names.stream().filter(name -> !name.contains(GEMM)).toList();
        if (!products.isEmpty()) {
            ChainedOptionsBuilder options = options(products);
            if (quick) {
                // The comparison times the other two anyway.
                options.param("implementation", "scalar");
            }
            timings.addAll(run(options));
        }
        if (!others.isEmpty()) {
            timings.addAll(run(options(others)));
        }
        return timings;
    }

    private List<KernelTiming> run(ChainedOptionsBuilder options) throws RunnerException {
        List<KernelTiming> timings = new ArrayList<>();
        for (RunResult result : new Runner(options.build(), progress).run()) {
            timings.add(KernelTiming.of(result));
        }
        return timings;
    }

    private ChainedOptionsBuilder options(List<String> names) {
        ChainedOptionsBuilder options = new OptionsBuilder().shouldFailOnError(true);
        names.forEach(name -> options.include("^" + Pattern.quote(name) + "$"));
        if (quick) {
            options.forks(1)
                    .warmupIterations(QUICK_WARM_UPS)
                    .warmupTime(QUICK_ITERATION)
                    .measurementIterations(QUICK_ITERATIONS)
                    .measurementTime(QUICK_ITERATION);
        }
        return options;
    }
}
