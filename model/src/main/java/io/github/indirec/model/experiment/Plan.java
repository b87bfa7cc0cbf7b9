package io.github.indirec.model.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** All runs of an experiment, in order: which are done, which are begun, and how long the rest will take. */
public record Plan(List<Entry> entries) {
    /** Where a run stands. */
    public enum State {
        /** In the file of results. */
        FINISHED,
        /** Its folder holds a run to go on with. */
        BEGUN,
        NEW
    }

    /**
     * @param estimate of the time still to go, where something is known of it
     */
    public record Entry(PlannedRun run, State state, Optional<TimeEstimate> estimate) {}

    public static Plan of(Experiment experiment, TrialResolver resolver, List<RunResult> finished) throws IOException {
        List<PlannedRun> runs = new ArrayList<>();
        for (Trial trial : experiment.trials()) {
            runs.add(PlannedRun.of(trial, resolver.resolve(trial), experiment.runs()));
        }
        List<Entry> entries = new ArrayList<>();
        for (PlannedRun run : runs) {
            if (finished.stream().anyMatch(run::hasResult)) {
                entries.add(new Entry(run, State.FINISHED, Optional.empty()));
            } else {
                State state = run.isBegun() ? State.BEGUN : State.NEW;
                entries.add(new Entry(run, state, TimeEstimate.of(run, finished, runs)));
            }
        }
        return new Plan(entries);
    }

    /** The runs still to be done. */
    public List<Entry> open() {
        return entries.stream().filter(entry -> entry.state() != State.FINISHED).toList();
    }

    /** How many of the runs to be done nothing is known of. */
    public int unknown() {
        return (int) open().stream().filter(entry -> entry.estimate().isEmpty()).count();
    }

    /** Seconds until all runs with an estimate are done, each job taking the next run in order. */
    public double seconds(int jobs) {
        PriorityQueue<Double> free = new PriorityQueue<>();
        for (int job = 0; job < jobs; job++) {
            free.add(0.0);
        }
        double end = 0;
        for (Entry entry : open()) {
            double until = free.remove() + entry.estimate().map(TimeEstimate::seconds).orElse(0.0);
            free.add(until);
            end = Math.max(end, until);
        }
        return end;
    }
}
