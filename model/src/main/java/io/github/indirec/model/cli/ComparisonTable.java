package io.github.indirec.model.cli;

import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.experiment.DataResults;
import io.github.indirec.model.experiment.ResultGroup;
import io.github.indirec.model.experiment.RunResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Models side by side as Markdown, which a README can take, and as JSON. */
final class ComparisonTable {
    private static final Map<String, ToDoubleFunction<RankingMetrics>> METRICS = new LinkedHashMap<>();

    static {
        METRICS.put("HR@5", RankingMetrics::hitRate5);
        METRICS.put("HR@10", RankingMetrics::hitRate10);
        METRICS.put("HR@20", RankingMetrics::hitRate20);
        METRICS.put("NDCG@5", RankingMetrics::ndcg5);
        METRICS.put("NDCG@10", RankingMetrics::ndcg10);
        METRICS.put("NDCG@20", RankingMetrics::ndcg20);
    }

    private ComparisonTable() {}

    /** Metrics of all groups, the best of a column in bold. */
    static List<String> markdown(DataResults data) {
        List<String> lines = new ArrayList<>();
        lines.add(format("%s, %,d users", data.data(), data.users()));
        lines.add("");
        lines.add("| | settings tried | seeds | epochs | " + String.join(" | ", METRICS.keySet()) + " |");
        lines.add("|---|---|---|---|" + "---|".repeat(METRICS.size()));
        for (ResultGroup group : data.groups()) {
            StringBuilder row = new StringBuilder(format(
                    "| %s | %d | %d | %s |",
                    cell(group.label()), group.settingsTried(), group.runs().size(), epochs(group)));
            METRICS.values().forEach(metric -> row.append(' ').append(value(data, group, metric)).append(" |"));
            lines.add(row.toString());
        }
        lines.add("");
        lines.add("Mean ± sample standard deviation over the seeds; settings tried on the validation split, those of"
                + " the row included; cut: ended at the limit of epochs, not by patience.");
        Object protocol = data.groups().get(0).runs().get(0).origin().get("protocol");
        if (protocol != null) {
            lines.add("Protocol: " + protocol + ".");
        }
        return lines;
    }

    /** Mean and deviation of a metric, in bold where it is the best of these results. */
    static String value(DataResults data, ResultGroup group, ToDoubleFunction<RankingMetrics> metric) {
        ToDoubleFunction<RunResult> ofRun = run -> metric.applyAsDouble(run.metrics());
        double mean = group.mean(ofRun);
        double best = data.groups().stream().mapToDouble(g -> g.mean(ofRun)).max().orElse(mean);
        double deviation = group.deviation(ofRun);
        String number = Double.isNaN(deviation) ? format("%.4f", mean) : format("%.4f ± %.4f", mean, deviation);
        return mean == best && data.groups().size() > 1 ? "**" + number + "**" : number;
    }

    private static String epochs(ResultGroup group) {
        int least = group.runs().stream().mapToInt(RunResult::epochs).min().orElse(0);
        int most = group.runs().stream().mapToInt(RunResult::epochs).max().orElse(0);
        String range = least == most ? Integer.toString(least) : least + " to " + most;
        return range + (group.cut() == 0 ? "" : format(", %d cut", group.cut()));
    }

    static String cell(String label) {
        return label.replace("|", "\\|");
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /**
     * A group of runs as a JSON object.
     *
     * @param users name of the group of users that the metrics are over
     */
    static Map<String, Object> json(DataResults data, ResultGroup group, String users) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("data", data.data());
        map.put("data_sha256", data.dataSha256());
        map.put("group", users);
        map.put("users", group.runs().get(0).metrics().users());
        map.put("label", group.label());
        map.put("settings_tried", group.settingsTried());
        map.put("seeds", group.seeds());
        map.put("epochs", group.runs().stream().map(RunResult::epochs).toList());
        map.put("cut", group.cut());
        METRICS.forEach((name, metric) -> {
            ToDoubleFunction<RunResult> ofRun = run -> metric.applyAsDouble(run.metrics());
            double deviation = group.deviation(ofRun);
            map.put(name, group.mean(ofRun));
            if (!Double.isNaN(deviation)) {
                map.put(name + "_deviation", deviation);
            }
        });
        return map;
    }
}
