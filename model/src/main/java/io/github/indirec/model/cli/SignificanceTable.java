package io.github.indirec.model.cli;

import io.github.indirec.model.experiment.Comparisons;
import io.github.indirec.model.experiment.DataResults;
import io.github.indirec.model.experiment.PairedComparison;
import io.github.indirec.model.experiment.ResultGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the paired tests against one model say, as Markdown and as JSON. */
final class SignificanceTable {
    private SignificanceTable() {}

    /**
     * A line a test.
     *
     * @param byGroup whether the tests are over groups of users, which a column then names
     */
    static List<String> markdown(Comparisons comparisons, boolean byGroup) {
        List<String> lines = new ArrayList<>();
        lines.add("| against " + ComparisonTable.cell(comparisons.baseline().label())
                + (byGroup ? " | users" : "")
                + " | seeds | hits@10 won : lost | McNemar p | corrected | NDCG@10 | Wilcoxon p | corrected |");
        lines.add("|---|" + (byGroup ? "---|" : "") + "---|---|---|---|---|---|---|");
        boolean exact = false;
        boolean chiSquare = false;
        for (Comparisons.Corrected one : comparisons.tested()) {
            PairedComparison test = one.test();
            exact |= test.hits().exact();
            chiSquare |= !test.hits().exact();
            lines.add(format(
                    "| %s | %s%d | %,d : %,d | %s%s | %s | %+.4f | %s%s | %s |",
                    ComparisonTable.cell(test.model().label()),
                    byGroup ? test.users().name() + " | " : "",
                    test.seeds().size(),
                    test.hits().onlyFirst(),
                    test.hits().onlySecond(),
                    p(test.hits().pValue()),
                    test.hits().exact() ? " (exact)" : "",
                    p(one.hitsP()),
                    test.difference(),
                    p(test.ndcg().pValue()),
                    test.ndcg().exact() ? " (exact)" : "",
                    p(one.ndcgP())));
        }
        lines.add("");
        String mcNemar = (exact ? "the exact binomial" : "")
                + (exact && chiSquare ? " where so marked, else " : "")
                + (chiSquare ? "chi-square with continuity correction" : "");
        lines.add("Over users, with the seeds that both share: McNemar (" + mcNemar
                + ") on hits@10 of most seeds, Wilcoxon's signed ranks (zeros dropped; exact where"
                + " so marked, else normal) on NDCG@10 averaged over the seeds; Holm's correction over the "
                + 2 * comparisons.tested().size() + " tests.");
        return lines;
    }

    private static String p(double value) {
        if (value < Double.MIN_NORMAL) {
            return "< 1e-307";
        }
        return format(value < 1e-3 ? "%.1e" : "%.3f", value);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** A test as a JSON object. */
    static Map<String, Object> json(DataResults data, ResultGroup baseline, Comparisons.Corrected one) {
        PairedComparison test = one.test();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("data", data.data());
        map.put("label", test.model().label());
        map.put("baseline", baseline.label());
        map.put("group", test.users().name());
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
