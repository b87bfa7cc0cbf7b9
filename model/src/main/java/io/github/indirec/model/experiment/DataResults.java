package io.github.indirec.model.experiment;

import io.github.indirec.model.eval.UserGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All results on one data set, a group a label. Runs of one label with different settings are different groups, named
 * by what differs: means over different settings would be of nothing.
 *
 * @param data name of the data set
 * @param users number of users
 * @param groups in the order of their first results
 */
public record DataResults(String data, String dataSha256, int users, List<ResultGroup> groups) {
    private static final String SEED = "seed";

    /**
     * Sorts results by data set and label. Of several of the same data, label, settings and seed the last counts.
     */
    public static List<DataResults> of(List<RunResult> results) {
        Map<String, List<RunResult>> byData = new LinkedHashMap<>();
        results.forEach(
                result -> byData.computeIfAbsent(result.dataSha256(), sha -> new ArrayList<>()).add(result));
        return byData.values().stream().map(DataResults::ofOne).toList();
    }

    /**
     * The same results, their metrics over some users alone.
     *
     * @throws IOException if ranks cannot be read, or are of other data
     */
    public DataResults within(UserGroup some) throws IOException {
        List<ResultGroup> measured = new ArrayList<>();
        for (ResultGroup group : groups) {
            measured.add(group.within(some, users));
        }
        return new DataResults(data, dataSha256, users, measured);
    }

    private static DataResults ofOne(List<RunResult> results) {
        Map<String, Map<Map<String, String>, Map<Long, RunResult>>> byLabel = new LinkedHashMap<>();
        for (RunResult result : results) {
            byLabel.computeIfAbsent(result.label(), label -> new LinkedHashMap<>())
                    .computeIfAbsent(settings(result), settings -> new LinkedHashMap<>())
                    .put(result.seed(), result);
        }
        List<ResultGroup> groups = new ArrayList<>();
        byLabel.forEach((label, bySettings) -> bySettings.forEach((settings, bySeed) -> groups.add(new ResultGroup(
                bySettings.size() == 1 ? label : label + differences(settings, bySettings.keySet()),
                List.copyOf(bySeed.values())))));
        RunResult first = results.get(0);
        return new DataResults(first.data(), first.dataSha256(), first.metrics().users(), groups);
    }

    private static Map<String, String> settings(RunResult result) {
        Map<String, String> settings = new LinkedHashMap<>(result.settings());
        settings.remove(SEED);
        settings.put("model", result.model());
        return settings;
    }

    private static String differences(Map<String, String> settings, Set<Map<String, String>> all) {
        Set<String> keys = new TreeSet<>();
        all.forEach(other -> keys.addAll(other.keySet()));
        keys.removeIf(key -> all.stream()
                        .map(other -> other.getOrDefault(key, ""))
                        .collect(Collectors.toCollection(LinkedHashSet::new))
                        .size()
                == 1);
        return keys.stream()
                .map(key -> key + "=" + settings.getOrDefault(key, "none"))
                .collect(Collectors.joining(", ", " (", ")"));
    }
}
