package io.github.indirec.model.cli;

import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.experiment.Comparisons;
import io.github.indirec.model.experiment.DataResults;
import io.github.indirec.model.experiment.PairedComparison;
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

    /** Metrics of all groups, the best of a column in bold; then the tests. */
    static List<String> markdown(DataResults data, Comparisons comparisons) {
        List<String> lines = new ArrayList<>();
        lines.add(format("%s, %,d users", data.data(), data.users()));
        lines.add("");
        lines.add("| | seeds | epochs | " + String.join(" | ", METRICS.keySet()) + " |");
        lines.add("|---|---|---|" + "---|".repeat(METRICS.size()));
        for (ResultGroup group : data.groups()) {
            StringBuilder row = new StringBuilder(
                    format("| %s | %d | %s |", cell(group.label()), group.runs().size(), epochs(group)));
            METRICS.values().forEach(metric -> row.append(' ').append(value(data, group, metric)).append(" |"));
            lines.add(row.toString());
        }
        lines.add("");
        lines.add("Mean ± sample standard deviation over the seeds; cut: ended at the limit of epochs, not by"
                + " patience.");
        Object protocol = data.groups().get(0).runs().get(0).origin().get("protocol");
        if (protocol != null) {
            lines.add("Protocol: " + protocol + ".");
        }
        if (!comparisons.tested().isEmpty()) {
            lines.add("");
            tests(comparisons, lines);
        }
        return lines;
    }

    private static void tests(Comparisons comparisons, List<String> lines) {
        lines.add("| against " + cell(comparisons.baseline().label())
                + " | seeds | hits@10 won : lost | McNemar p | corrected | NDCG@10 | Wilcoxon p | corrected |");
        lines.add("|---|---|---|---|---|---|---|---|");
        boolean exact = false;
        boolean chiSquare = false;
        for (Comparisons.Corrected one : comparisons.tested()) {
            PairedComparison test = one.test();
            exact |= test.hits().exact();
            chiSquare |= !test.hits().exact();
            lines.add(format(
                    "| %s | %d | %,d : %,d | %s%s | %s | %+.4f | %s | %s |",
                    cell(test.model().label()),
                    test.seeds().size(),
                    test.hits().onlyFirst(),
                    test.hits().onlySecond(),
                    p(test.hits().pValue()),
                    test.hits().exact() ? " (exact)" : "",
                    p(one.hitsP()),
                    test.difference(),
                    p(test.ndcg().pValue()),
                    p(one.ndcgP())));
        }
        lines.add("");
        String mcNemar = (exact ? "the exact binomial" : "")
                + (exact && chiSquare ? " where so marked, else " : "")
                + (chiSquare ? "chi-square with continuity correction" : "");
        lines.add("Over users, with the seeds that both share: McNemar (" + mcNemar
                + ") on hits@10 of most seeds, Wilcoxon's signed ranks on NDCG@10 averaged over the seeds (zeros"
                + " dropped); Holm's correction over the " + 2 * comparisons.tested().size() + " tests.");
    }

    private static String value(DataResults data, ResultGroup group, ToDoubleFunction<RankingMetrics> metric) {
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

    private static String p(double value) {
        if (value < Double.MIN_NORMAL) {
            return "< 1e-307";
        }
        return format(value < 1e-3 ? "%.1e" : "%.3f", value);
    }

    private static String cell(String label) {
        return label.replace("|", "\\|");
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** A group of runs as a JSON object. */
    static Map<String, Object> json(DataResults data, ResultGroup group) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("data", data.data());
        map.put("data_sha256", data.dataSha256());
        map.put("users", data.users());
        map.put("label", group.label());
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

    /** A comparison as a JSON object. */
    static Map<String, Object> json(DataResults data, ResultGroup baseline, Comparisons.Corrected one) {
        PairedComparison test = one.test();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("data", data.data());
        map.put("label", test.model().label());
        map.put("baseline", baseline.label());
        map.put("seeds", test.seeds());
        map.put("hits@10_won", test.hits().onlyFirst());
        map.put("hits@10_lost", test.hits().onlySecond());
        map.put("mcnemar", test.hits().exact() ? "exact" : "chi-square");
        map.put("mcnemar_p", test.hits().pValue());
        map.put("mcnemar_p_holm", one.hitsP());
        map.put("NDCG@10_difference", test.difference());
        map.put("users_that_differ", test.ndcg().nonZero());
        map.put("wilcoxon", test.ndcg().exact() ? "exact" : "normal");
        map.put("wilcoxon_p", test.ndcg().pValue());
        map.put("wilcoxon_p_holm", one.ndcgP());
        return map;
    }
}
