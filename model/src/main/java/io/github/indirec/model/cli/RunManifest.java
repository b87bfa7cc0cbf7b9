package io.github.indirec.model.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.io.FormatException;
import io.github.indirec.model.train.RunFolder;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code manifest.json}: where a run's results come from. The only file of a run that differs between equal runs. */
final class RunManifest {
    private static final String PATH = "path";
    private static final String SHA256 = "sha256";
    private static final String RESUMED = "resumed";

    private RunManifest() {}

    static Map<String, Object> begin(
            Backend backend, SequenceDataset data, Path dataPath, Settings settings, TrainableModel model) {
        Map<String, Object> map = Provenance.machine();
        map.put("backend", backend.description());
        map.put("model", model.family().label());
        map.put("parameters", model.parameters().size());
        map.put("seed", settings.get("seed"));
        Map<String, Object> source = Provenance.data(data);
        source.put(PATH, dataPath.toAbsolutePath().normalize().toString());
        map.put("data", source);
        map.put("settings", settings.toMap());
        map.put("started", now());
        map.put("outcome", "running");
        return map;
    }

    /** The manifest of a run that goes on: as it was, with the time noted. */
    static Map<String, Object> resume(
            Map<String, Object> before,
            Backend backend,
            SequenceDataset data,
            Path dataPath,
            Settings settings,
            TrainableModel model) {
        Map<String, Object> map = before.isEmpty() ? begin(backend, data, dataPath, settings, model) : before;
        List<Object> times = new ArrayList<>(map.get(RESUMED) instanceof List<?> list ? list : List.of());
        times.add(now());
        map.put(RESUMED, times);
        map.put("outcome", "running");
        return map;
    }

    /** The time, to the second. */
    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** The manifest of an earlier run; empty if it was stopped before it wrote one. */
    static Map<String, Object> read(RunFolder folder) throws IOException {
        Path file = folder.folder().resolve("manifest.json");
        if (!Files.exists(file)) {
            return new LinkedHashMap<>();
        }
        try {
            return new LinkedHashMap<>(JSON.std.mapFrom(Files.readString(file)));
        } catch (JacksonException e) {
            throw new FormatException(
                    file.toString(),
                    "",
                    "a JSON object",
                    "another text",
                    "delete it, and name the data with --data",
                    e);
        }
    }

    /** Where the data of that run were, or null. */
    static Path dataPath(Map<String, Object> manifest) {
        return manifest.get("data") instanceof Map<?, ?> data && data.get(PATH) instanceof String path
                ? Path.of(path)
                : null;
    }

    /** Refuses data other than those that the run was begun with. */
    static void requireSameData(RunFolder folder, Map<String, Object> manifest, SequenceDataset data) {
        if (manifest.get("data") instanceof Map<?, ?> before
                && before.get(SHA256) instanceof String sha256
                && !sha256.equals(data.sha256())) {
            throw CommandException.badInput(
                    data.file() + ": expected the data that " + folder.folder() + " was begun with (SHA-256 " + sha256
                            + "), found others (" + data.sha256() + "); name those with --data, or start a new run",
                    null);
        }
    }
}
