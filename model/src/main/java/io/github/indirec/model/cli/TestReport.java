package io.github.indirec.model.cli;

import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.eval.Evaluator;
import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.experiment.UserRanks;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a trained model is worth: the metrics of the test split, which training never looked at.
 *
 * @param data name of the data
 * @param items number of candidates
 * @param bestEpoch epoch of the weights, from 0
 * @param ranks what the metrics are made of
 * @param repeatedTargets users whose target is among their seen items
 */
record TestReport(String data, int items, int bestEpoch, RankingMetrics metrics, UserRanks ranks, int repeatedTargets) {
    static TestReport of(SequenceModel model, SequenceDataset data, int bestEpoch) {
        LeaveOneOutSplit split = new LeaveOneOutSplit(data, LeaveOneOutSplit.Split.TEST);
        int[] ranks = Evaluator.ranks(model, split, Evaluator.clean(model));
        return new TestReport(
                data.name(),
                model.items(),
                bestEpoch,
                RankingMetrics.of(ranks),
                new UserRanks(data.sha256(), ranks),
                Evaluator.repeatedTargets(split));
    }

    /** As a JSON object. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("data", data);
        map.put("split", "test");
        map.put("best_epoch", bestEpoch);
        map.putAll(metrics.toMap());
        map.put("repeated_targets", repeatedTargets);
        map.put("protocol", MetricsTable.protocol(items));
        return map;
    }

    void print(Terminal terminal) {
        terminal.result("%s, test split, weights of the best validation (epoch %d)", data, bestEpoch + 1);
        MetricsTable.print(terminal, metrics);
        terminal.result("protocol: %s", MetricsTable.protocol(items));
        terminal.result("repeated targets: %,d users had the held-out item before", repeatedTargets);
    }
}
