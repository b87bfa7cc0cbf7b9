package io.github.indirec.model.cli;

import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.eval.UserGroup;
import io.github.indirec.model.experiment.DataResults;
import io.github.indirec.model.experiment.ResultGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What models give to groups of users, as Markdown: a row a model, a column a group. */
final class GroupTable {
    private GroupTable() {}

    static List<String> markdown(DataResults data, List<UserGroup> groups) throws IOException {
        StringBuilder head = new StringBuilder("| HR@10 / NDCG@10 |");
        List<DataResults> columns = new ArrayList<>();
        for (UserGroup users : groups) {
            head.append(String.format(Locale.ROOT, " %s (%,d) |", users.name(), users.rows().length));
            columns.add(data.within(users));
        }
        List<String> lines = new ArrayList<>();
        lines.add(head.toString());
        lines.add("|---|" + "---|".repeat(groups.size()));
        for (int model = 0; model < data.groups().size(); model++) {
            StringBuilder row = new StringBuilder("| " + ComparisonTable.cell(data.groups().get(model).label()) + " |");
            for (DataResults column : columns) {
                ResultGroup group = column.groups().get(model);
                String hits = ComparisonTable.value(column, group, RankingMetrics::hitRate10);
                String ndcg = ComparisonTable.value(column, group, RankingMetrics::ndcg10);
                row.append(' ').append(hits).append(" / ").append(ndcg).append(" |");
            }
            lines.add(row.toString());
        }
        lines.add("");
        groups.forEach(users -> lines.add("- " + users.name() + ": " + users.description()));
        return lines;
    }
}
