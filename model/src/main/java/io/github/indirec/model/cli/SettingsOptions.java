package io.github.indirec.model.cli;

import io.github.indirec.model.Mode;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.Presets;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.train.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Hyper-parameters from the command line: preset, then file, then {@code --set}; later ones override earlier ones. */
final class SettingsOptions {
    private static final String MODE = "mode";
    private static final String SET = "--set";

    /** What the authors call their files of a preset's data set. */
    private static final Map<String, String> FILE_NAMES =
            Map.of("toys_and_games", "toys", "sports_and_outdoors", "sports");

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The model: indirec, sasrec, sasrec-ce, duorec, icsrec (default: the one that --config names, else"
                    + " indirec).")
    private String model;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description =
                    "Settings of a data set: beauty, sports, toys, video, ml-1m (the authors'), yelp, ml-100k, demo"
                            + " (ours); default: the one named like the data, else beauty.")
    private String preset;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings that override the preset's: a flat JSON object, such as a run's config.json.")
    private Path config;

    @Option(
            names = SET,
            paramLabel = "KEY=VALUE",
            description =
                    "A setting that overrides all others; may be repeated. mode=paper takes the paper's word where"
                            + " the authors' code differs (mode=official). --print-config lists the keys.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Option(names = "--seed", paramLabel = "N", description = "Short for --set seed=N.")
    private Long seed;

    /** Whether anything was said. */
    boolean isEmpty() {
        return model == null && preset == null && config == null && overrides.isEmpty() && seed == null;
    }

    /** Whether a preset was named. */
    boolean namesPreset() {
        return preset != null;
    }

    /** The preset named like the data, if there is one. */
    static Optional<String> presetNamedLike(String data) {
        String name = data.toLowerCase(Locale.ROOT);
        String preset = FILE_NAMES.getOrDefault(name, name);
        return Presets.names().contains(preset) ? Optional.of(preset) : Optional.empty();
    }

    /**
     * All settings, each with its origin, checked.
     *
     * @param fallback preset to take where none is named
     */
    Settings resolve(String fallback) throws IOException {
        Map<String, String> fromFile = config == null ? Map.of() : readConfig();
        Map<String, String> fromCommandLine = new LinkedHashMap<>(overrides);
        if (seed != null) {
            fromCommandLine.put("seed", Long.toString(seed));
        }
        ModelFamily family = family(fromFile);
        String mode = fromCommandLine.getOrDefault(MODE, fromFile.getOrDefault(MODE, Mode.OFFICIAL.label()));
        Settings base = family.settings(preset(fallback), mode(mode, !fromCommandLine.containsKey(MODE)));
        Settings withFile = withFile(base, fromFile);
        Settings all;
        try {
            all = withFile.with(overrides, SET);
            if (seed != null) {
                all = all.with(Map.of("seed", Long.toString(seed)), "--seed");
            }
            family.check(all);
        } catch (IllegalArgumentException e) {
            throw fileIsWrong(family, withFile) ? badFile(e) : CommandException.usage(e.getMessage());
        }
        return all;
    }

    private Map<String, String> readConfig() throws IOException {
        if (Files.isDirectory(config)) {
            throw CommandException.badInput(
                    config + ": expected a JSON file, found a folder; name config.json in it", null);
        }
        return RunFolder.readSettings(config);
    }

    private ModelFamily family(Map<String, String> fromFile) {
        String inFile = fromFile.get(ModelFamily.KEY);
        if (overrides.containsKey(ModelFamily.KEY)) {
            throw CommandException.usage("--set model=" + overrides.get(ModelFamily.KEY)
                    + " would keep another model's settings; name the model with --model");
        }
        if (model != null && inFile != null && !model.equals(inFile)) {
            throw CommandException.usage("--model is \"" + model + "\", " + config + " holds settings of \"" + inFile
                    + "\"; leave out one of them");
        }
        try {
            return model != null || inFile == null
                    ? ModelFamily.named(model == null ? ModelFamily.INDIREC.label() : model)
                    : ModelFamily.named(inFile);
        } catch (IllegalArgumentException e) {
            throw model != null ? CommandException.usage("--model: " + e.getMessage()) : badFile(e);
        }
    }

    private String preset(String fallback) {
        String name = preset == null ? fallback : preset;
        if (!Presets.names().contains(name)) {
            throw CommandException.usage("--preset is \"" + name + "\"; did you mean \""
                    + Settings.nearest(name, Presets.names()) + "\"? There are " + String.join(", ", Presets.names()));
        }
        return name;
    }

    private Mode mode(String label, boolean inFile) {
        List<String> labels = new ArrayList<>();
        for (Mode mode : Mode.values()) {
            if (mode.label().equals(label)) {
                return mode;
            }
            labels.add(mode.label());
        }
        String message = MODE + " is \"" + label + "\", expected one of " + String.join(", ", labels);
        throw inFile ? CommandException.badInput(config + ": " + message, null) : CommandException.usage(message);
    }

    private Settings withFile(Settings base, Map<String, String> fromFile) {
        try {
            return base.with(fromFile, String.valueOf(config));
        } catch (IllegalArgumentException e) {
            throw CommandException.badInput(e.getMessage(), e);
        }
    }

    /** Whether the settings are wrong already without the command line's. */
    private boolean fileIsWrong(ModelFamily family, Settings withFile) {
        if (config == null) {
            return false;
        }
        try {
            family.check(withFile);
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    private CommandException badFile(IllegalArgumentException e) {
        return CommandException.badInput(config + ": " + e.getMessage(), e);
    }
}
