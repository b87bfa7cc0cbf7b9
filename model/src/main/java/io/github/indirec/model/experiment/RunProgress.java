package io.github.indirec.model.experiment;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a run's {@code metrics.jsonl} tells so far; a line that is being written does not count yet.
 *
 * @param epochs epochs done
 * @param seconds wall time of all of them
 * @param lastSeconds wall time of the last
 * @param validation the last NDCG@20 of the validation split, if any
 */
public record RunProgress(int epochs, double seconds, double lastSeconds, OptionalDouble validation) {
    static final RunProgress EMPTY = new RunProgress(0, 0, 0, OptionalDouble.empty());

    /** Reads the log of a run folder; empty where there is none. */
    static RunProgress read(Path runFolder) throws IOException {
        Path file = runFolder.resolve("metrics.jsonl");
        if (!Files.exists(file)) {
            return EMPTY;
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        RunProgress log = EMPTY;
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            log = log.and(JSON.std.mapFrom(line));
        }
        return log;
    }

    private RunProgress and(Map<String, Object> epoch) {
        double time = epoch.get("epoch_seconds") instanceof Number n ? n.doubleValue() : 0;
        OptionalDouble valid = epoch.get("valid") instanceof Map<?, ?> map && map.get("NDCG@20") instanceof Number n
                ? OptionalDouble.of(n.doubleValue())
                : validation;
        return new RunProgress(epochs + 1, seconds + time, time, valid);
    }

    /** Seconds until the limit is reached, at the mean pace so far; unknown before the first epoch's end. */
    public OptionalDouble untilLimit(int limit) {
        return epochs == 0 ? OptionalDouble.empty() : OptionalDouble.of(seconds / epochs * Math.max(0, limit - epochs));
    }
}
