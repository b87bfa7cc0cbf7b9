package io.github.indirec.model.experiment;

import io.github.indirec.model.eval.RankingMetrics;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a finished run leaves in the file of results: one JSON object.
 *
 * @param data name of the data set
 * @param settings every setting of the run
 * @param settingsTried how many settings of this model were tried on the validation split, these included
 * @param metrics of the test split, with the weights of the best validation
 * @param epochs epochs that were trained
 * @param bestEpoch epoch of the weights, from 0
 * @param cut whether training ended at its limit of epochs rather than by patience: more epochs might have been better
 * @param seconds wall time of all epochs, validations included, loading and testing not
 * @param ranks file of the users' ranks
 * @param origin version, commit, Java, machine, time of the end
 */
public record RunResult(
        String label,
        String model,
        String data,
        String dataSha256,
        long seed,
        Map<String, String> settings,
        int settingsTried,
        RankingMetrics metrics,
        int epochs,
        int bestEpoch,
        boolean cut,
        double seconds,
        Path ranks,
        Map<String, Object> origin) {
    private static final String SETTINGS_TRIED = "settings_tried";

    /** The same run, measured otherwise. */
    RunResult withMetrics(RankingMetrics others) {
        return new RunResult(
                label,
                model,
                data,
                dataSha256,
                seed,
                settings,
                settingsTried,
                others,
                epochs,
                bestEpoch,
                cut,
                seconds,
                ranks,
                origin);
    }

    /**
     * As a JSON object.
     *
     * @param folder where the file of results lies: the path of the ranks is told from there
     */
    public Map<String, Object> toMap(Path folder) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("data", data);
        map.put("label", label);
        map.put("model", model);
        map.put("seed", seed);
        map.putAll(metrics.toMap());
        map.put("epochs", epochs);
        map.put("best_epoch", bestEpoch);
        map.put("epoch_limit_reached", cut);
        map.put("seconds", seconds);
        map.put("data_sha256", dataSha256);
        map.put("ranks", folder.relativize(ranks).toString().replace('\\', '/'));
        map.put("settings", settings);
        map.put(SETTINGS_TRIED, settingsTried);
        map.put("origin", origin);
        return map;
    }

    /**
     * From a JSON object.
     *
     * @throws IllegalArgumentException naming the key that is missing or of the wrong kind
     */
    static RunResult of(Map<String, Object> map, Path folder) {
        Map<String, String> settings = new LinkedHashMap<>();
        object(map, "settings").forEach((key, value) -> settings.put(key.toString(), String.valueOf(value)));
        Map<String, Object> origin = new LinkedHashMap<>();
        object(map, "origin").forEach((key, value) -> origin.put(key.toString(), value));
        return new RunResult(
                value(map, "label", String.class),
                value(map, "model", String.class),
                value(map, "data", String.class),
                value(map, "data_sha256", String.class),
                value(map, "seed", Number.class).longValue(),
                settings,
                // Results of earlier builds lack it: nothing was tuned then.
                map.containsKey(SETTINGS_TRIED) ? positive(map, SETTINGS_TRIED) : 1,
                metrics(map),
                value(map, "epochs", Number.class).intValue(),
                value(map, "best_epoch", Number.class).intValue(),
                value(map, "epoch_limit_reached", Boolean.class),
                value(map, "seconds", Number.class).doubleValue(),
                folder.resolve(value(map, "ranks", String.class)),
                origin);
    }

    /** The metrics under the keys of {@link RankingMetrics#toMap}. */
    static RankingMetrics metrics(Map<String, Object> map) {
        return new RankingMetrics(
                value(map, "users", Number.class).intValue(),
                value(map, "hits@5", Number.class).intValue(),
                value(map, "hits@10", Number.class).intValue(),
                value(map, "hits@20", Number.class).intValue(),
                value(map, "NDCG@5", Number.class).doubleValue(),
                value(map, "NDCG@10", Number.class).doubleValue(),
                value(map, "NDCG@20", Number.class).doubleValue(),
                value(map, "MRR", Number.class).doubleValue());
    }

    private static int positive(Map<String, Object> map, String key) {
        int value = value(map, key, Integer.class);
        if (value < 1) {
            throw new IllegalArgumentException("\"" + key + "\" is " + value + ", expected a whole number from 1");
        }
        return value;
    }

    private static Map<?, ?> object(Map<String, Object> map, String key) {
        return value(map, key, Map.class);
    }

    static <T> T value(Map<String, Object> map, String key, Class<T> type) {
        Object value = map.get(key);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(
                    "\"" + key + "\" is " + value + ", expected a " + type.getSimpleName().toLowerCase(Locale.ROOT));
        }
        return type.cast(value);
    }
}
