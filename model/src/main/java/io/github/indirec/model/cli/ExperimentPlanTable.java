package io.github.indirec.model.cli;

import io.github.indirec.model.experiment.Plan;
import io.github.indirec.model.experiment.Plan.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plan for people and for programs. */
final class ExperimentPlanTable {
    private ExperimentPlanTable() {}

    /** A line a run, and what it comes to. */
    static List<String> lines(Plan plan, int jobs) {
        List<String> lines = new ArrayList<>();
        int width = plan.entries().stream().mapToInt(e -> e.run().name().length()).max().orElse(1);
        for (Plan.Entry entry : plan.entries()) {
            String what = state(entry);
            if (entry.state() != State.FINISHED) {
                what += ", " + entry.estimate()
                        .map(e -> ExperimentProgress.time(e.seconds()) + " (" + e.basis() + ")")
                        .orElse("time unknown: nothing like it was run yet");
            }
            lines.add(String.format(Locale.ROOT, "%-" + width + "s  %s", entry.run().name(), what));
        }
        lines.add(sum(plan, jobs));
        return lines;
    }

    private static String sum(Plan plan, int jobs) {
        int open = plan.open().size();
        int unknown = plan.unknown();
        String head = plan.entries().size() + " runs, " + (plan.entries().size() - open) + " finished before, " + open
                + " to do";
        if (open == 0) {
            return head;
        }
        if (unknown == open) {
            return head + ", time unknown";
        }
        String time = ", about " + ExperimentProgress.time(plan.seconds(jobs)) + " with " + jobs
                + (jobs == 1 ? " job" : " jobs");
        return head + time + (unknown == 0 ? "" : ", and " + unknown + " of unknown time");
    }

    static Map<String, Object> json(Plan.Entry entry) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("data", entry.run().resolved().dataName());
        map.put("label", entry.run().trial().label());
        map.put("model", entry.run().trial().model());
        map.put("seed", entry.run().trial().seed());
        map.put("state", state(entry));
        entry.estimate().ifPresent(estimate -> {
            map.put("estimated_seconds", estimate.seconds());
            map.put("estimated_from", estimate.basis());
        });
        map.put("run_folder", entry.run().folder().toString());
        return map;
    }

    private static String state(Plan.Entry entry) {
        return entry.state().name().toLowerCase(Locale.ROOT);
    }
}
