package io.github.indirec.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.InDiRec;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.train.Trainer;
import io.github.indirec.model.train.TrainingStore;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.cpu.TilePeak;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code indirec bench train}: seconds an epoch, their share of what the machine can do, and where speed comes from. */
@Command(
        name = "train",
        description = {
            "Trains a few epochs, keeping nothing: seconds by phase, GFLOP/s of the training",
            "phase beside the peak measured before and after, bytes allocated a step.",
            ""
        },
        footer = {
            "",
            "The operations are those of the matrix products of the ragged batches as they",
            "came, so padding counts as nothing and norms, noise and AdamW neither. The peak is",
            "the register tile of the matrix product alone, all threads at once: where the two",
            "peaks differ, other programs ran. The first epoch holds the compiler's warm-up.",
            "JSON keys: data, segments, preset, threads, batches, peak_gflops_before,",
            "peak_gflops_after, epochs (each: encode_s, cluster_s, train_s, validate_s, gflop,",
            "gflops, share_of_peak, bytes_per_step), factors (seconds a batch by way),",
            "authors_epoch_s (for Beauty alone)."
        })
final class BenchTrain implements Callable<Integer> {
    private static final double PEAK_SECONDS = 0.3;
    private static final int MAX_THREADS = 1024;

    /** Beauty's training sub-sequences, and what an epoch over them took in the authors' code. */
    private static final int BEAUTY_SEGMENTS = 131_413;

    private static final double AUTHORS_EPOCH_SECONDS = 383;

    private static final String[] PHASES = {"encode", "cluster", "train", "validate"};

    private final Output output;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR|FILE",
            description = "A folder with sequences.txt, or a single file in the authors' format.")
    private Path data;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "Settings of a data set, in mode official (default: the one named like the data, else beauty).")
    private String preset;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting; may be repeated.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Option(names = "--epochs", paramLabel = "N", defaultValue = "2", description = "Epochs; 0 for --factors alone"
            + " (default: ${DEFAULT-VALUE}).")
    private int epochs;

    @Option(names = "--threads", paramLabel = "N", description = "CPU threads (default: one a core).")
    private Integer threads;

    @Option(
            names = "--factors",
            description = "Also times a step as the reference runs it, padded; ragged; and ragged with the last layer and"
                    + " the look-up of mates only where they are read.")
    private boolean factors;

    @Option(names = "--batches", paramLabel = "N", defaultValue = "40", description = "Batches that --factors times"
            + " (default: ${DEFAULT-VALUE}).")
    private int batches;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    BenchTrain(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        TilePeak.unavailable().ifPresent(reason -> {
            throw new BadInputException("the machine's peak cannot be measured: " + reason);
        });
        int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (count < 1 || count > MAX_THREADS || epochs < 0 || batches < 1) {
            throw new BadInputException("--threads is " + count + ", --epochs " + epochs + ", --batches " + batches
                    + "; expected 1 to " + MAX_THREADS + ", at least 0, at least 1");
        }
        SequenceDataset dataset = SequenceDataset.read(data);
        InDiRecConfig config = config(dataset);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("data", dataset.name());
        result.put("preset", preset(dataset));
        result.put("threads", count);
        double before = TilePeak.gigaflops(count, PEAK_SECONDS);
        try (Backend backend = Backends.cpu(count)) {
            if (epochs > 0) {
                train(backend, dataset, config, before, count, result);
            }
            PrefixSegments segments = new PrefixSegments(dataset, config.encoder().maxSeqLength());
            result.put("segments", segments.count());
            if (factors) {
                factors(backend, dataset, segments, config, result);
            }
            if (segments.count() == BEAUTY_SEGMENTS) {
                result.put("authors_epoch_s", AUTHORS_EPOCH_SECONDS);
                line("the authors' code took %.0f s an epoch", AUTHORS_EPOCH_SECONDS);
            }
        }
        if (json) {
            output.result(JSON.std.asString(result));
        }
        return 0;
    }

    private String preset(SequenceDataset dataset) {
        String name = dataset.name().toLowerCase(Locale.ROOT);
        return preset != null ? preset : Presets.names().contains(name) ? name : Presets.DEFAULT;
    }

    private InDiRecConfig config(SequenceDataset dataset) {
        try {
            Settings settings = Presets.settings(preset(dataset), Mode.OFFICIAL).with(overrides, "--set");
            // At least one: a run of the factors alone has no epoch, yet a setting for it.
            return InDiRecConfig.of(settings.with(Map.of("epochs", Integer.toString(Math.max(1, epochs))), "--epochs"));
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage());
        }
    }

    private void train(
            Backend backend,
            SequenceDataset dataset,
            InDiRecConfig config,
            double before,
            int count,
            Map<String, Object> result)
            throws IOException, InterruptedException {
        CountingBackend counting = new CountingBackend(backend);
        try (InDiRec model = InDiRec.create(counting, config, dataset.items());
                Trainer trainer = new Trainer(model, dataset, TrainingStore.NONE)) {
            EpochMeter meter = new EpochMeter(output, counting, trainer.batches());
            trainer.run(meter);
            double after = TilePeak.gigaflops(count, PEAK_SECONDS);
            result.put("batches", trainer.batches());
            result.put("peak_gflops_before", before);
            result.put("peak_gflops_after", after);
            // The lower one is what a busy machine had left.
            double peak = Math.min(before, after);
            line("peak of %d threads: %.0f GFLOP/s before, %.0f after; shares are of the lower", count, before, after);
            result.put(
                    "epochs",
                    meter.epochs().stream().map(epoch -> toMap(epoch, peak)).toList());
            for (EpochMeter.Epoch epoch : meter.epochs()) {
                line(
                        "epoch %d, %,d batches: encode %.1f s, cluster %.1f s, train %.1f s, validate %.1f s; training"
                                + " %.0f GFLOP, %.1f GFLOP/s, %.0f %% of the peak; %,.0f bytes a step",
                        epoch.report().epoch(), trainer.batches(), epoch.seconds("encode"), epoch.seconds("cluster"),
                        epoch.seconds("train"), epoch.seconds("validate"), epoch.trainFlops() / 1e9,
                        epoch.gigaflops(), 100 * epoch.gigaflops() / peak, epoch.bytesPerStep());
            }
        }
    }

    private static Map<String, Object> toMap(EpochMeter.Epoch epoch, double peak) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (String phase : PHASES) {
            map.put(phase + "_s", epoch.seconds(phase));
        }
        map.put("gflop", epoch.trainFlops() / 1e9);
        map.put("gflops", epoch.gigaflops());
        map.put("share_of_peak", epoch.gigaflops() / peak);
        map.put("bytes_per_step", epoch.bytesPerStep());
        return map;
    }

    private void factors(
            Backend backend,
            SequenceDataset dataset,
            PrefixSegments segments,
            InDiRecConfig config,
            Map<String, Object> result) {
        try (InDiRec model = InDiRec.create(backend, config, dataset.items());
                StepFactors steps = new StepFactors(model, segments)) {
            Map<StepFactors.Way, Double> seconds = steps.measure(batches);
            Map<String, Object> map = new LinkedHashMap<>();
            double padded = seconds.get(StepFactors.Way.PADDED);
            seconds.forEach((way, time) -> {
                map.put(way.name().toLowerCase(Locale.ROOT), time);
                line("%-42s %.4f s a batch, %.1f times as fast as padded", way.label() + ":", time, padded / time);
            });
            result.put("factors", map);
        }
    }

    private void line(String format, Object... values) {
        if (!json) {
            output.result(String.format(Locale.ROOT, format, values));
        }
    }
}
