package io.github.indirec.model.train;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.autograd.optim.AdamW;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.Presets;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.io.AtomicFiles;
import io.github.indirec.model.io.FormatException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The folder of one training run: {@code config.json}, {@code manifest.json}, {@code metrics.jsonl} with a line an
 * epoch, {@code best.safetensors} (weights of the best validation) and {@code last.safetensors} (weights, optimiser,
 * intents and progress: what a resumed run needs); of a model with item vectors {@code item-vectors.safetensors}, too.
 * Every file but the metrics is replaced as a whole or not at all.
 */
public final class RunFolder implements TrainingStore {
    private final Path folder;
    private final Settings settings;

    private RunFolder(Path folder, Settings settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /**
     * Starts a run in a folder, made if need be.
     *
     * @param manifest provenance: versions, machine, data; free of form
     * @throws IOException if there is a run in it already
     */
    public static RunFolder create(Path folder, Settings settings, Map<String, ?> manifest) throws IOException {
        RunFolder run = new RunFolder(folder, settings);
        if (Files.exists(run.config()) || Files.exists(run.last())) {
            throw new IOException(folder + " holds a run already; resume it, or choose another folder");
        }
        Files.createDirectories(folder);
        AtomicFiles.write(run.config(), pretty(settings.toMap()));
        run.writeManifest(manifest);
        return run;
    }

    /**
     * A run that was begun before.
     *
     * @throws IllegalArgumentException if its settings are those of no model of this version
     */
    public static RunFolder open(Path folder) throws IOException {
        Path config = folder.resolve("config.json");
        if (!Files.isRegularFile(config)) {
            throw new FormatException(
                    folder.toString(), "", "a run folder with config.json", "none", "name the folder of an earlier run");
        }
        Map<String, String> values = readSettings(config);
        String model = values.getOrDefault(ModelFamily.KEY, ModelFamily.INDIREC.label());
        return new RunFolder(
                folder, ModelFamily.named(model).settings(Presets.DEFAULT).with(values, config.toString()));
    }

    /** Settings from a flat JSON object of texts, numbers and truth values. */
    public static Map<String, String> readSettings(Path file) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        try {
            Map<String, Object> map = JSON.std.mapFrom(Files.readString(file));
            map.forEach((key, value) -> values.put(key, String.valueOf(value)));
        } catch (JacksonException e) {
            String place = e.getLocation() == null
                    ? ""
                    : "line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
            String found = e.getMessage().lines().findFirst().orElse("another text");
            throw new FormatException(
                    file.toString(), place, "a flat JSON object of settings", found, "mend it there", e);
        } catch (CharacterCodingException e) {
            throw new FormatException(
                    file.toString(), "", "a flat JSON object of settings", "no text in UTF-8", "is this the right file?", e);
        }
        return values;
    }

    public Path folder() {
        return folder;
    }

    public Settings settings() {
        return settings;
    }

    public Path best() {
        return folder.resolve("best.safetensors");
    }

    public Path last() {
        return folder.resolve("last.safetensors");
    }

    /** A copy of the item vectors, of a model that has some. */
    public Path itemVectors() {
        return folder.resolve("item-vectors.safetensors");
    }

    public Path metrics() {
        return folder.resolve("metrics.jsonl");
    }

    private Path config() {
        return folder.resolve("config.json");
    }

    /** Replaces the manifest. */
    public void writeManifest(Map<String, ?> manifest) throws IOException {
        AtomicFiles.write(folder.resolve("manifest.json"), pretty(manifest));
    }

    @Override
    public void saveBest(TrainableModel model) throws IOException {
        Checkpoint.writeWeights(best(), model, settings);
    }

    @Override
    public void saveState(TrainableModel model, AdamW optimizer, TrainingTask task, TrainingState state)
            throws IOException {
        Checkpoint.writeState(last(), model, settings, optimizer, task, state);
    }

    /** Also drops metrics of epochs that the state does not cover: they are about to be done again. */
    @Override
    public TrainingState read(TrainableModel model, AdamW optimizer, TrainingTask task) throws IOException {
        if (!Files.isRegularFile(last())) {
            throw new FormatException(
                    folder.toString(), "", "last.safetensors to resume from", "none", "start the run anew in another folder");
        }
        TrainingState state = Checkpoint.readState(last(), model, optimizer, task);
        if (Files.exists(metrics())) {
            List<String> lines = Files.readAllLines(metrics());
            String kept = String.join("", lines.stream().limit(state.epoch).map(line -> line + "\n").toList());
            AtomicFiles.write(metrics(), kept.getBytes(StandardCharsets.UTF_8));
        }
        return state;
    }

    @Override
    public void append(EpochReport report) throws IOException {
        Files.writeString(
                metrics(),
                JSON.std.asString(report.toMap()) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static byte[] pretty(Map<String, ?> map) throws IOException {
        return (JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(map) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
