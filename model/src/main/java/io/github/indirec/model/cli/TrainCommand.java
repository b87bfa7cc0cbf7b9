package io.github.indirec.model.cli;

import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.Presets;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.items.SemanticConfig;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.model.train.RunFolder;
import io.github.indirec.model.train.Trainer;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code indirec train}: a model from data, in a run folder. */
@Command(
        name = "train",
        description = "Trains a model; leaves weights, metrics and provenance in a run folder.",
        footer = {
            "",
            "Examples:",
            "  indirec train --data data/beauty",
            "  indirec train --data data/beauty --set mode=paper --seed 1 --out runs/paper-1",
            "  indirec train --resume runs/paper-1",
            "",
            "The first Ctrl-C stops at the end of a batch with the state saved (exit",
            "code 130); --resume goes on, and ends in the same bytes as a run that was",
            "never stopped.",
            "JSON keys of an epoch, as in metrics.jsonl: epoch (from 0), epoch_seconds,",
            "phase_seconds, loss, its terms (rec_loss, diff_loss, cl_loss, ...), grad_norm,",
            "of models with intents uniformity, effective_rank, cluster_entropy, after a fit",
            "kmeans_objective, of indirec views_in_own_intent; valid, improved. At the end:",
            "data, split, best_epoch (from 0), users, hits@5, HR@5, NDCG@5, the same @10 and",
            "@20, MRR, repeated_targets, protocol, run_folder.",
            "Of --print-config: key, value, origin. Of --dry-run: data, file, sha256, users,",
            "items, max_item, interactions, mean_length, shortest, longest, sparsity,",
            "users_with_repeats, test_targets_seen, segments, batches_per_epoch, parameters,",
            "memory_bytes."
        })
final class TrainCommand extends Subcommand {
    /** Digits of a checksum that tell vectors apart. */
    private static final int SUM_DIGITS = 16;

    @Option(
            names = "--data",
            paramLabel = "DIR|FILE",
            description = "A folder with sequences.txt, or a single file in the authors' format.")
    private Path data;

    @Option(
            names = "--item-vectors",
            paramLabel = "FILE",
            description = "Vectors of the items' texts, a row an item (.safetensors or .npy); for llmdirec, which needs"
                    + " them. The run folder keeps a copy.")
    private Path itemVectors;

    @Mixin
    private SettingsOptions settingsOptions;

    @Option(
            names = "--out",
            paramLabel = "RUNDIR",
            description = "The run folder (default: runs/<data>-<model>-<date>-<seed>).")
    private Path out;

    @Option(
            names = "--resume",
            paramLabel = "RUNDIR",
            description = "Go on with the run in this folder, with its settings and data.")
    private Path resume;

    @Option(
            names = "--dry-run",
            description = "Show the data, the number of parameters and a memory estimate; no training.")
    private boolean dryRun;

    @Option(names = "--print-config", description = "Show every setting and where it comes from; no training.")
    private boolean printConfig;

    @Mixin
    private DeviceOptions device;

    TrainCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        return resume == null ? train() : goOn();
    }

    private int train() throws IOException {
        if (data == null && !printConfig) {
            throw CommandException.usage("--data or --resume is missing: what shall the model learn from?");
        }
        SequenceDataset dataset = data == null ? null : SequenceDataset.read(data);
        Settings settings = settingsOptions.resolve(preset(dataset));
        if (printConfig && (dataset == null || itemVectors == null)) {
            print(settings);
            return ExitCode.SUCCESS;
        }
        ItemVectors vectors = vectors(settings, dataset, itemVectors);
        if (vectors != null) {
            settings = settings.with(Map.of(SemanticConfig.VECTORS, shortSum(vectors)), String.valueOf(itemVectors));
        }
        if (printConfig) {
            print(settings);
            return ExitCode.SUCCESS;
        }
        if (dryRun) {
            dryRun(dataset, settings, vectors);
            return ExitCode.SUCCESS;
        }
        try (Backend backend = device.open(terminal);
                TrainingRun run = TrainingRun.start(
                        backend,
                        dataset,
                        data,
                        settings,
                        vectors,
                        out == null ? TrainingRun.freeFolder(dataset.name(), settings) : out)) {
            return finish(run, backend);
        }
    }

    /** Which preset holds where none is named; said aloud, since so much depends on it. */
    private String preset(SequenceDataset dataset) {
        if (dataset == null || settingsOptions.namesPreset()) {
            return Presets.DEFAULT;
        }
        String preset = SettingsOptions.presetNamedLike(dataset.name()).orElse(Presets.DEFAULT);
        String reason = SettingsOptions.presetNamedLike(dataset.name()).isPresent()
                ? "named like the data" + (Presets.isAuthors(preset) ? "" : "; ours, not the authors'")
                : "no preset is named like " + dataset.name();
        terminal.say("preset %s (%s)", preset, reason);
        return preset;
    }

    private int goOn() throws IOException {
        if (!settingsOptions.isEmpty() || out != null) {
            throw CommandException.usage("--resume goes on with the run's own settings in its own folder; leave out"
                    + " --model, --preset, --config, --set, --seed and --out, or start a new run");
        }
        RunFolder folder = open(resume);
        if (printConfig) {
            print(folder.settings());
            return ExitCode.SUCCESS;
        }
        Map<String, Object> manifest = RunManifest.read(folder);
        Path path = data == null ? RunManifest.dataPath(manifest) : data;
        if (path == null) {
            throw CommandException.usage(resume + " does not say where its data are; name them with --data");
        }
        SequenceDataset dataset = SequenceDataset.read(path);
        RunManifest.requireSameData(folder, manifest, dataset);
        Path kept = Files.exists(folder.itemVectors()) ? folder.itemVectors() : null;
        ItemVectors vectors = vectors(folder.settings(), dataset, itemVectors == null ? kept : itemVectors);
        if (vectors != null && !shortSum(vectors).equals(folder.settings().get(SemanticConfig.VECTORS))) {
            throw CommandException.badInput(
                    itemVectors + ": these are not the vectors that " + resume
                            + " was begun with; leave out --item-vectors, the folder keeps a copy",
                    null);
        }
        if (dryRun) {
            dryRun(dataset, folder.settings(), vectors);
            return ExitCode.SUCCESS;
        }
        try (Backend backend = device.open(terminal);
                TrainingRun run = TrainingRun.resume(backend, dataset, path, folder, vectors, manifest)) {
            return finish(run, backend);
        }
    }

    private static String shortSum(ItemVectors vectors) {
        return vectors.sha256().substring(0, SUM_DIGITS);
    }

    /** The vectors of a model that needs some; null for another, which is given none. */
    private static ItemVectors vectors(Settings settings, SequenceDataset dataset, Path file) throws IOException {
        ModelFamily family = ModelFamily.of(settings);
        if (family.needsVectors() && file == null) {
            throw CommandException.usage("--item-vectors is missing: " + family.label()
                    + " knows items by vectors of their texts as well");
        }
        if (!family.needsVectors() && file != null) {
            throw CommandException.usage("--item-vectors: " + family.label()
                    + " knows items by id alone; leave the option out, or name --model llmdirec");
        }
        return file == null ? null : ItemVectors.read(file, dataset.items());
    }

    private static RunFolder open(Path path) throws IOException {
        try {
            RunFolder folder = RunFolder.open(path);
            ModelFamily.of(folder.settings()).check(folder.settings());
            return folder;
        } catch (IllegalArgumentException e) {
            throw CommandException.badInput(e.getMessage(), e);
        }
    }

    private int finish(TrainingRun run, Backend backend) throws IOException {
        int epochs = run.model().training().epochs();
        terminal.say("%s", backend.description());
        terminal.say(
                "run folder %s, %,d parameters",
                run.folder().folder(), run.model().parameters().size());
        try (StopOnInterrupt stop = new StopOnInterrupt(terminal);
                TrainingProgress progress = new TrainingProgress(terminal, epochs, json)) {
            Trainer.Outcome outcome = run.train(progress);
            if (outcome == Trainer.Outcome.INTERRUPTED) {
                progress.close();
                terminal.say(
                        "stopped, the state is saved; go on with: indirec train --resume %s",
                        run.folder().folder());
                return ExitCode.INTERRUPTED;
            }
            if (outcome == Trainer.Outcome.STOPPED_EARLY) {
                terminal.say("stopped early: no validation was better for as long as patience allows");
            }
        }
        TestReport report = run.test();
        if (json) {
            Map<String, Object> object = report.toMap();
            object.put("run_folder", run.folder().folder().toString());
            terminal.json(object);
        } else {
            report.print(terminal);
            terminal.result("run folder: %s", run.folder().folder());
        }
        return ExitCode.SUCCESS;
    }

    private void print(Settings settings) {
        settings.all().forEach((key, setting) -> {
            if (json) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("key", key);
                object.put("value", setting.value());
                object.put("origin", setting.origin());
                terminal.json(object);
            } else {
                terminal.result("%-24s = %-14s # %s", key, setting.value(), setting.origin());
            }
        });
    }

    private void dryRun(SequenceDataset dataset, Settings settings, ItemVectors vectors) {
        DryRun found = DryRun.of(dataset, settings, vectors);
        if (json) {
            terminal.json(found.toMap(dataset));
        } else {
            found.print(terminal, dataset);
        }
    }
}
