package io.github.indirec.model.experiment;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.eval.RankingMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Runs that were never trained: what they leave behind is all that matters. */
final class SampleRuns {
    static final String HASH = "ab".repeat(32);
    private static final int SETTINGS_TRIED = 3;

    /** Trials with two settings of their own, {@code epochs} and {@code width}, and one at its default. */
    static final TrialResolver RESOLVER = trial -> {
        Map<String, String> settings = new LinkedHashMap<>(Map.of("epochs", "4", "width", "64", "depth", "2"));
        settings.putAll(trial.set());
        settings.put("seed", Long.toString(trial.seed()));
        return new TrialResolver.Resolved(settings, Set.of("depth"), "shop", HASH);
    };

    private SampleRuns() {}

    static PlannedRun planned(Path runs, String label, Map<String, String> set, long seed) throws IOException {
        Trial trial = new Trial("indirec", label, Path.of("shop"), "", "", set, SETTINGS_TRIED, seed);
        return PlannedRun.of(trial, RESOLVER.resolve(trial), runs);
    }

    /** Leaves what {@code train} leaves after its last epoch and the test. */
    static void finish(PlannedRun run, int... ranks) throws IOException {
        Path folder = begin(run, 4);
        new UserRanks(HASH, ranks).write(folder.resolve(UserRanks.IN_RUN_FOLDER));
        Map<String, Object> test = new LinkedHashMap<>(Map.of("best_epoch", 2, "protocol", "full ranking"));
        test.putAll(RankingMetrics.of(ranks).toMap());
        Files.writeString(folder.resolve("test.json"), JSON.std.asString(test));
        Files.writeString(
                folder.resolve("manifest.json"), "{\"outcome\": \"stopped early\", \"version\": \"1\", \"cores\": 2}");
    }

    /** Leaves what {@code train} leaves after some epochs of 1.5 seconds. */
    static Path begin(PlannedRun run, int epochs) throws IOException {
        Files.createDirectories(run.folder());
        Files.writeString(
                run.folder().resolve("config.json"), JSON.std.asString(run.resolved().settings()));
        StringBuilder lines = new StringBuilder();
        for (int epoch = 0; epoch < epochs; epoch++) {
            lines.append("{\"epoch\": ").append(epoch).append(", \"epoch_seconds\": 1.5, \"valid\": null}\n");
        }
        Files.writeString(run.folder().resolve("metrics.jsonl"), lines + "{\"epoch\": 9");
        return run.folder();
    }
}
