package io.github.indirec.model.baselines;

import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.Presets;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.train.TrainingConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Settings of the baselines: what they have in common, then what a model has of its own, then what it takes on a data
 * set.
 *
 * <p>Deviation: all are validated by one rule, NDCG@20 over the items that a user has not seen, where RecBole's models have
 * MRR@10 over all items and a patience that must be exceeded; and all take this project's seed.
 */
final class BaselinePresets {
    private BaselinePresets() {}

    /**
     * The settings of a model on a data set.
     *
     * @param own keys that only this model has, and common ones that it sets otherwise
     * @param rows by preset, what differs there; a preset without a row takes the model's own values
     */
    static Settings of(ModelFamily family, String preset, Map<String, String> own, Map<String, Map<String, String>> rows) {
        if (!Presets.names().contains(preset)) {
            throw new IllegalArgumentException("preset \"" + preset + "\" does not exist; there are " + Presets.names());
        }
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put(ModelFamily.KEY, family.label());
        defaults.putAll(EncoderConfig.defaults());
        defaults.putAll(TrainingConfig.defaults());
        defaults.putAll(common());
        defaults.putAll(own);
        Settings settings = Settings.defaults(defaults, "default");
        String origin = "preset " + preset + (Presets.isAuthors(preset) ? "" : " (ours)");
        settings = preset.equals("demo") ? settings.with(demo(), origin) : settings;
        return settings.with(rows.getOrDefault(preset, Map.of()), origin);
    }

    /** Plain Adam, every example, the strict validation of every epoch; a patience of 40 is ICLRec's and its heirs'. */
    private static Map<String, String> common() {
        return Map.of(
                "clip_norm", "Infinity",
                "drop_last", "false",
                "validation", "strict",
                "validation_interval", "1",
                "epochs", "300",
                "patience", "40");
    }

    /** Sizes of the generated shop's InDiRec. */
    private static Map<String, String> demo() {
        return Map.of(
                "hidden_size", "32",
                "max_seq_length", "30",
                "hidden_dropout", "0.2",
                "attention_dropout", "0.2",
                "learning_rate", "0.005",
                "epochs", "5");
    }
}
