package io.github.indirec.model.cli;

import io.github.indirec.model.eval.RankingMetrics;
import java.util.LinkedHashMap;
import java.util.Map;

/** Metrics for people: one table, the protocol beside it. */
final class MetricsTable {
    private MetricsTable() {}

    /** How every figure of the command line is measured. */
    static String protocol(int items) {
        return String.format(
                "leave-one-out; full ranking over all %,d items, all users; items seen before are left out, the target"
                        + " never is; rank = 1 + items with a strictly greater score",
                items);
    }

    static void print(Terminal terminal, RankingMetrics metrics) {
        terminal.result("%6s  %8s  %9s  %9s", "k", "hits", "HR", "NDCG");
        row(terminal, 5, metrics.hits5(), metrics.hitRate5(), metrics.ndcg5());
        row(terminal, 10, metrics.hits10(), metrics.hitRate10(), metrics.ndcg10());
        row(terminal, 20, metrics.hits20(), metrics.hitRate20(), metrics.ndcg20());
        terminal.result("MRR %.6f, %,d users", metrics.mrr(), metrics.users());
    }

    private static void row(Terminal terminal, int k, int hits, double rate, double ndcg) {
        terminal.result("%6d  %,8d  %9.6f  %9.6f", k, hits, rate, ndcg);
    }

    /** The metrics behind some first entries, as a JSON object. */
    static Map<String, Object> json(Map<String, ?> first, RankingMetrics metrics) {
        Map<String, Object> object = new LinkedHashMap<>(first);
        object.putAll(metrics.toMap());
        return object;
    }
}
