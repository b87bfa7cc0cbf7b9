package io.github.indirec.model.experiment;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.io.FormatException;
import io.github.indirec.model.train.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes the result out of the folder of a run that has ended. */
final class FinishedRun {
    private static final String STOPPED_EARLY = "stopped early";
    private static final List<String> ORIGIN = List.of("version", "commit", "java", "cpu", "ended");

    private FinishedRun() {}

    /** Whether the folder holds a run that has come to its end and was tested. */
    static boolean isIn(Path folder) throws IOException {
        return Files.exists(folder.resolve("test.json"))
                && Files.exists(folder.resolve(UserRanks.IN_RUN_FOLDER))
                && List.of("finished", STOPPED_EARLY).contains(manifest(folder).get("outcome"));
    }

    /** Copies the ranks beside the results, then appends the result. */
    static RunResult collect(PlannedRun run, ResultsFile results) throws IOException {
        Path folder = run.folder();
        UserRanks ranks = UserRanks.read(folder.resolve(UserRanks.IN_RUN_FOLDER));
        Map<String, Object> test = json(folder.resolve("test.json"));
        RankingMetrics metrics;
        int bestEpoch;
        try {
            metrics = RunResult.metrics(test);
            bestEpoch = RunResult.value(test, "best_epoch", Number.class).intValue();
        } catch (IllegalArgumentException e) {
            throw new FormatException(
                    folder.resolve("test.json").toString(),
                    "",
                    "the metrics of a test",
                    e.getMessage(),
                    "do the run again",
                    e);
        }
        if (!RankingMetrics.of(ranks.ranks()).equals(metrics)
                || !ranks.dataSha256().equals(run.resolved().dataSha256())) {
            throw new FormatException(
                    folder.resolve(UserRanks.IN_RUN_FOLDER).toString(),
                    "",
                    "the ranks behind test.json, on data " + run.resolved().dataSha256(),
                    "others",
                    "move the folder away and do the run again");
        }
        Map<String, Object> manifest = manifest(folder);
        Map<String, Object> origin = new LinkedHashMap<>();
        for (String key : ORIGIN) {
            if (manifest.containsKey(key)) {
                origin.put(key, manifest.get(key));
            }
        }
        if (test.containsKey("protocol")) {
            origin.put("protocol", test.get("protocol"));
        }
        RunProgress log = RunProgress.read(folder);
        Path ranksFile = results.ranksFile(folder.getFileName().toString());
        RunResult result = new RunResult(
                run.trial().label(),
                run.trial().model(),
                run.resolved().dataName(),
                ranks.dataSha256(),
                run.trial().seed(),
                RunFolder.readSettings(folder.resolve("config.json")),
                run.trial().settingsTried(),
                metrics,
                log.epochs(),
                bestEpoch,
                !STOPPED_EARLY.equals(manifest.get("outcome")),
                log.seconds(),
                ranksFile,
                origin);
        Files.createDirectories(ranksFile.getParent());
        ranks.write(ranksFile);
        results.append(result);
        return result;
    }

    private static Map<String, Object> manifest(Path folder) throws IOException {
        Path file = folder.resolve("manifest.json");
        return Files.exists(file) ? json(file) : Map.of();
    }

    private static Map<String, Object> json(Path file) throws IOException {
        return JSON.std.mapFrom(Files.readString(file));
    }
}
