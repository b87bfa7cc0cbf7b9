package io.github.indirec.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.serve.Query;
import io.github.indirec.model.serve.Recommender;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code indirec bench serve}: latency of recommendations under a load that does not wait, then throughput in batches. */
@Command(
        name = "serve",
        description = {
            "Measures recommendations from one model in this process: latency under requests",
            "that come at a given rate whether or not earlier ones are answered, counted from",
            "the time at which each was due; then requests a second in micro-batches.",
            ""
        },
        footer = {
            "",
            "Histories are drawn with a mean of nine items, the same in every run. What was",
            "measured while other programs ran is their figure as much as ours: see cpu_us.",
            "JSON keys: model, items, hidden_size (of random weights), k, threads,",
            "mean_history, rate, seconds, spacing, cpu_us, p50_us, p90_us, p99_us, p999_us,",
            "max_us, achieved_rate, bytes_per_call, batches (requests a second by histories",
            "a batch)."
        })
final class BenchServe implements Callable<Integer> {
    private static final int[] BATCHES = {1, 8, 64, 256};
    private static final double SECONDS_A_BATCH_SIZE = 1.5;
    private static final double NANOS_A_MICRO = 1e3;

    private final Output output;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "Weights to serve (default: random ones, which cost the same).")
    private Path checkpoint;

    @Option(names = "--items", paramLabel = "I", defaultValue = "12101", description = "Items of a random model"
            + " (default: ${DEFAULT-VALUE}, those of Beauty).")
    private int items;

    @Option(names = "--hidden", paramLabel = "D", defaultValue = "64", description = "Hidden size of a random model"
            + " (default: ${DEFAULT-VALUE}).")
    private int hidden;

    @Option(names = "--rate", paramLabel = "R", defaultValue = "10000", description = "Requests a second"
            + " (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "10", description = "Length of the load"
            + " (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--warmup", paramLabel = "S", defaultValue = "5", description = "Seconds before, unmeasured, for the"
            + " compiler (default: ${DEFAULT-VALUE}).")
    private double warmup;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "Threads that answer"
            + " (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "-k", paramLabel = "K", defaultValue = "20", description = "Items an answer"
            + " (default: ${DEFAULT-VALUE}).")
    private int k;

    @Option(names = "--spacing", paramLabel = "HOW", defaultValue = "poisson", description = "Gaps between requests:"
            + " poisson (exponential, as independent users make them) or constant (default: ${DEFAULT-VALUE}).")
    private String spacing;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    BenchServe(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        OpenLoad.Spacing gaps = spacing();
        atLeast("--rate", rate, 1);
        atLeast("--seconds", seconds, 0.1);
        atLeast("--threads", threads, 1);
        atLeast("--items", items, 1);
        atLeast("-k", k, 1);
        if (rate * seconds > 1e8) {
            throw new BadInputException("--rate times --seconds is " + rate * seconds
                    + " requests, expected at most 1e8, whose latencies fit into memory; measure for a shorter time");
        }
        try (Recommender recommender = open()) {
            List<Query> queries = SampleHistories.queries(recommender.items(), longest(), k);
            output.say("%s, histories of %.1f items on average", model(), SampleHistories.meanLength(queries));
            warmUp(recommender, queries);
            double cpu = cpuMicros(recommender, queries);
            OpenLoad.Result load = OpenLoad.run(
                    threads,
                    rate,
                    (int) (rate * seconds),
                    gaps,
                    i -> recommender.recommend(queries.get(i % queries.size())));
            Map<String, Double> batches = batches(recommender, queries);
            report(recommender, queries, cpu, load, batches);
        }
        return 0;
    }

    private OpenLoad.Spacing spacing() {
        for (OpenLoad.Spacing known : OpenLoad.Spacing.values()) {
            if (known.name().equalsIgnoreCase(spacing)) {
                return known;
            }
        }
        throw new BadInputException("--spacing is \"" + spacing + "\", expected poisson or constant");
    }

    private static void atLeast(String option, double value, double least) {
        if (!(value >= least)) {
            throw new BadInputException(option + " is " + value + ", expected at least " + least);
        }
    }

    private Recommender open() throws IOException {
        if (checkpoint != null) {
            return Recommender.load(checkpoint);
        }
        EncoderConfig encoder;
        try {
            encoder = InDiRecConfig.of(Presets.settings(Presets.DEFAULT, Mode.OFFICIAL)
                            .with(Map.of("hidden_size", Integer.toString(hidden)), "--hidden"))
                    .encoder();
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage());
        }
        try (Backend backend = Backends.cpu(1);
                SequenceModel model = new SequenceModel(new Parameters(backend, DType.F32), encoder, items)) {
            model.initialize(1);
            return Recommender.of(model);
        }
    }

    private static int longest() {
        return InDiRecConfig.preset(Presets.DEFAULT).encoder().maxSeqLength();
    }

    private String model() {
        return checkpoint != null
                ? checkpoint.toString()
                : String.format(Locale.ROOT, "random weights, %,d items, hidden size %d", items, hidden);
    }

    /** All paths that are measured, on as many threads. */
    private void warmUp(Recommender recommender, List<Query> queries) throws InterruptedException {
        for (int size : BATCHES) {
            MicroBatches.rate(recommender, queries, size, threads, warmup / 2 / BATCHES.length);
        }
        OpenLoad.run(
                threads,
                rate,
                (int) (rate * warmup / 2),
                OpenLoad.Spacing.CONSTANT,
                i -> recommender.recommend(queries.get(i % queries.size())));
    }

    /** Processor time of a call, one after the other: other programs lengthen latencies, this hardly. */
    private static double cpuMicros(Recommender recommender, List<Query> queries) {
        ThreadMXBean counters = ManagementFactory.getThreadMXBean();
        long begin = counters.getCurrentThreadCpuTime();
        for (Query query : queries) {
            recommender.recommend(query);
        }
        return (counters.getCurrentThreadCpuTime() - begin) / NANOS_A_MICRO / queries.size();
    }

    private Map<String, Double> batches(Recommender recommender, List<Query> queries) throws InterruptedException {
        Map<String, Double> rates = new LinkedHashMap<>();
        for (int size : BATCHES) {
            rates.put(
                    Integer.toString(size),
                    MicroBatches.rate(recommender, queries, size, threads, SECONDS_A_BATCH_SIZE));
        }
        return rates;
    }

    private void report(
            Recommender recommender,
            List<Query> queries,
            double cpu,
            OpenLoad.Result load,
            Map<String, Double> batches)
            throws IOException {
        if (json) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("model", model());
            map.put("items", recommender.items());
            if (checkpoint == null) {
                map.put("hidden_size", hidden);
            }
            map.put("k", k);
            map.put("threads", threads);
            map.put("mean_history", SampleHistories.meanLength(queries));
            map.put("rate", rate);
            map.put("seconds", seconds);
            map.put("spacing", spacing);
            map.put("cpu_us", cpu);
            map.put("p50_us", load.quantile(0.5));
            map.put("p90_us", load.quantile(0.9));
            map.put("p99_us", load.quantile(0.99));
            map.put("p999_us", load.quantile(0.999));
            map.put("max_us", load.quantile(1));
            map.put("achieved_rate", load.rate());
            map.put("bytes_per_call", load.bytesPerCall());
            map.put("batches", batches);
            output.result(JSON.std.asString(map));
            return;
        }
        line("one request at a time: %.0f us of processor time", cpu);
        line("%,.0f requests a second for %s s, %s, on %d threads: %,.0f a second answered", rate, seconds, spacing,
                threads, load.rate());
        line("latency from the time due: p50 %,.0f us, p90 %,.0f, p99 %,.0f, p99.9 %,.0f, max %,.0f", load.quantile(0.5),
                load.quantile(0.9), load.quantile(0.99), load.quantile(0.999), load.quantile(1));
        line("allocated: %,.0f bytes a call", load.bytesPerCall());
        batches.forEach((size, perSecond) ->
                line("histories ranked together: %3s: %,8.0f requests a second on %d threads", size, perSecond, threads));
        if (load.rate() < 0.98 * rate) {
            output.say("the rate is more than this machine, as busy as it is now, can answer: the latencies show a queue"
                    + " that grows; set a lower --rate");
        }
    }

    private void line(String format, Object... values) {
        output.result(String.format(Locale.ROOT, format, values));
    }
}
