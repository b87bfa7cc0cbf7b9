package io.github.indirec.model.cli;

import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.intent.ClusteringConfig;
import io.github.indirec.model.intent.KMeans;
import io.github.indirec.model.io.Checkpoints;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.model.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How the intents of a weight file are fitted: by the settings in the file; where it holds none, as the authors' and
 * those of models without intents, by InDiRec's preset for the data.
 */
final class IntentSettings {
    private static final String INTENTS = "num_intents";

    private IntentSettings() {}

    /**
     * Settings of k-means.
     *
     * @param intents K where it is given, else null
     * @param data name of the data set
     */
    static KMeans.Settings of(Terminal terminal, Path checkpoint, Integer intents, String data) throws IOException {
        TensorFile file = Checkpoints.readWeights(checkpoint);
        Optional<String> preset = SettingsOptions.presetNamedLike(data);
        Settings settings;
        if (file.metadata().containsKey("config." + INTENTS)) {
            settings = Checkpoint.settings(file, Presets.DEFAULT);
        } else if (intents == null && preset.isEmpty()) {
            throw CommandException.usage("--intents is missing: " + checkpoint + " does not say how many intents there"
                    + " are, and no preset is named like " + data);
        } else {
            settings = Presets.settings(preset.orElse(Presets.DEFAULT), Mode.OFFICIAL);
            if (intents == null) {
                terminal.say("%s intents (preset %s)", settings.get(INTENTS), preset.orElseThrow());
            }
        }
        try {
            Settings all = intents == null
                    ? settings
                    : settings.with(Map.of(INTENTS, Integer.toString(intents)), "--intents");
            return all.toRecord(ClusteringConfig.class).kmeans();
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--intents: " + e.getMessage());
        }
    }
}
