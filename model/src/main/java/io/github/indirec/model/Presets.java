package io.github.indirec.model;

import io.github.indirec.model.config.Settings;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.intent.ClusteringConfig;
import io.github.indirec.model.items.SemanticConfig;
import io.github.indirec.model.train.TrainingConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Settings of record: the defaults of the authors' code, the differences of the paper, and one row a data set (the
 * authors' training scripts).
 */
public final class Presets {
    /** The preset of data sets that have none of their own. */
    public static final String DEFAULT = "beauty";

    private static final Map<String, Map<String, String>> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("beauty", row("1", "0.2", 50, 32, "0.5"));
        BY_NAME.put("sports", row("1", "0.4", 200, 256, "0.5"));
        BY_NAME.put("toys", row("0.2", "0.2", 200, 1024, "0.5"));
        BY_NAME.put("video", row("1", "0.8", 100, 128, "0.4"));
        BY_NAME.put("ml-1m", row("1", "0.2", 50, 1024, "0.1"));
        // Ours: the authors publish no values for these data sets; Beauty's are taken.
        BY_NAME.put("yelp", BY_NAME.get(DEFAULT));
        BY_NAME.put("ml-100k", BY_NAME.get(DEFAULT));
        BY_NAME.put("demo", demo());
    }

    /** Presets whose values are not the authors'. */
    private static final List<String> OURS = List.of("yelp", "ml-100k", "demo");

    private Presets() {}

    public static Set<String> names() {
        return BY_NAME.keySet();
    }

    /** Whether the authors published these values. */
    public static boolean isAuthors(String name) {
        return !OURS.contains(name);
    }

    /** InDiRec's settings: defaults, then the mode's differences, then the preset's row, each value with its origin. */
    public static Settings settings(String preset, Mode mode) {
        return settings(preset, mode, Map.of());
    }

    /** LLMDiRec's settings: InDiRec's, and those of the item table. */
    static Settings semanticSettings(String preset, Mode mode) {
        Map<String, String> own = new LinkedHashMap<>(SemanticConfig.defaults());
        own.put(ModelFamily.KEY, ModelFamily.LLMDIREC.label());
        // Ours: the paper says nothing of the vectors' mean. No default, since results without the key must not pass for it.
        return settings(preset, mode, own).with(Map.of("center_vectors", "true"), "llmdirec (ours)");
    }

    private static Settings settings(String preset, Mode mode, Map<String, String> own) {
        Map<String, String> values = BY_NAME.get(preset);
        if (values == null) {
            throw new IllegalArgumentException("preset \"" + preset + "\" does not exist; there are " + names());
        }
        Map<String, String> defaults = official();
        defaults.putAll(own);
        Settings settings = Settings.defaults(defaults, "default");
        if (mode == Mode.PAPER) {
            settings = settings.with(paper(), "mode paper");
        }
        return settings.with(values, "preset " + preset + (isAuthors(preset) ? "" : " (ours)"));
    }

    private static Map<String, String> row(String diff, String cl, int steps, int intents, String dropout) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("diff_weight", diff);
        row.put("cl_weight", cl);
        row.put("timesteps", Integer.toString(steps));
        row.put("num_intents", Integer.toString(intents));
        row.put("guidance", "2");
        row.put("hidden_dropout", dropout);
        row.put("attention_dropout", dropout);
        row.put("max_seq_length", "50");
        return row;
    }

    /** Chosen on the validation split so that a minute on two cores suffices for the generated shop of 930 items. */
    private static Map<String, String> demo() {
        Map<String, String> demo = row("1", "0.05", 10, 24, "0.2");
        demo.put("hidden_size", "32");
        demo.put("max_seq_length", "30");
        demo.put("learning_rate", "0.005");
        demo.put("kmeans_restarts", "2");
        demo.put("epochs", "5");
        demo.put("validation_interval", "1");
        return demo;
    }

    private static Map<String, String> official() {
        Map<String, String> d = new LinkedHashMap<>();
        d.put(ModelFamily.KEY, ModelFamily.INDIREC.label());
        d.put("mode", "official");
        d.putAll(EncoderConfig.defaults());
        d.put("timesteps", "50");
        d.put("beta_schedule", "exp");
        d.put("beta_start", "1e-4");
        d.put("beta_end", "0.02");
        d.put("guidance", "2");
        d.put("null_probability", "0.1");
        d.put("denoiser", "mlp1");
        d.put("x0", "item");
        d.put("sampler", "loop");
        d.putAll(ClusteringConfig.defaults());
        d.put("mates", "batch-cluster");
        d.put("condition", "mate");
        d.put("rec_weight", "1");
        d.put("diff_weight", "1");
        d.put("cl_weight", "0.2");
        d.put("similarity", "dot");
        d.put("temperature", "1");
        d.put("negatives", "target");
        d.put("view", "raw");
        d.put("view_gradient", "none");
        d.putAll(TrainingConfig.defaults());
        return d;
    }

    private static Map<String, String> paper() {
        return Map.of(
                "mode", "paper",
                "mates", "own-cluster",
                "negatives", "intent",
                "view", "encoded",
                "drop_last", "false",
                "validation", "strict",
                "validation_interval", "1");
    }
}
