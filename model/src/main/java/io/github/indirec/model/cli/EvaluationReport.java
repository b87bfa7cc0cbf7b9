package io.github.indirec.model.cli;

import io.github.indirec.model.data.Histories;
import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.eval.Silhouette;
import io.github.indirec.model.eval.UserGroup;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prints what {@code evaluate} finds, for people or as JSON. */
final class EvaluationReport {
    private final Terminal terminal;
    private final boolean json;
    private final Map<String, Object> head;

    /** @param head the entries that every JSON object begins with */
    EvaluationReport(Terminal terminal, boolean json, Map<String, Object> head) {
        this.terminal = terminal;
        this.json = json;
        this.head = head;
    }

    /**
     * The metrics over all users.
     *
     * @param more further entries of the JSON object
     */
    void all(RankingMetrics metrics, int repeated, int items, Map<String, Object> more) {
        if (json) {
            Map<String, Object> object = MetricsTable.json(head(UserGroup.EVERYONE), metrics);
            object.put("repeated_targets", repeated);
            object.put("protocol", MetricsTable.protocol(items));
            object.putAll(more);
            terminal.json(object);
            return;
        }
        MetricsTable.print(terminal, metrics);
        terminal.result("protocol: %s", MetricsTable.protocol(items));
        terminal.result("repeated targets: %,d users had the held-out item before", repeated);
    }

    /** A group of users. */
    void group(UserGroup group, int[] ranks) {
        print(group, group.metrics(ranks), Map.of());
    }

    /**
     * Users whose target is an item that training did not know, with what a ranking at random would reach.
     *
     * @param candidates how many items compete, those that a user has seen included
     * @param first the smallest of their ids
     */
    void newItems(UserGroup group, int[] ranks, Histories histories, int first, int candidates) {
        double sum = 0;
        for (int user : group.rows()) {
            int target = histories.target(user);
            long seen = Arrays.stream(histories.seen(user))
                    .filter(item -> item >= first && item != target)
                    .distinct()
                    .count();
            sum += Math.min(1, 10.0 / (candidates - seen));
        }
        double chance = sum / group.rows().length;
        print(group, group.metrics(ranks), Map.of("chance_HR@10", chance));
        if (!json) {
            terminal.result("a ranking at random: HR@10 %.6f", chance);
        }
    }

    private void print(UserGroup group, RankingMetrics metrics, Map<String, Object> more) {
        if (json) {
            Map<String, Object> object = MetricsTable.json(head(group.name()), metrics);
            object.putAll(more);
            terminal.json(object);
        } else {
            terminal.result("");
            terminal.result("%s: %s", group.name(), group.description());
            MetricsTable.print(terminal, metrics);
        }
    }

    /** How well the intents stand apart. */
    void silhouette(Silhouette silhouette, int intents) {
        if (json) {
            Map<String, Object> object = head("intents");
            object.put("num_intents", intents);
            object.put("occupied_intents", silhouette.clusters());
            object.put("sub_sequences", silhouette.points());
            object.put("silhouette", silhouette.mean());
            terminal.json(object);
        } else {
            terminal.result("");
            terminal.result(
                    "intents: silhouette %.4f of %,d training sub-sequences in %,d of %,d clusters (Euclidean)",
                    silhouette.mean(), silhouette.points(), silhouette.clusters(), intents);
        }
    }

    private Map<String, Object> head(String group) {
        Map<String, Object> object = new LinkedHashMap<>(head);
        object.put("group", group);
        return object;
    }
}
