package io.github.indirec.model.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {
    @TempDir
    Path temporary;

    private PlannedRun run(String label, Map<String, String> set, long seed) throws IOException {
        return SampleRuns.planned(temporary.resolve("runs"), label, set, seed);
    }

    private RunResult result(PlannedRun run) throws IOException {
        SampleRuns.finish(run, 1, 2, 3);
        try (ResultsFile results = ResultsFile.open(temporary.resolve("r.jsonl"))) {
            return FinishedRun.collect(run, results);
        }
    }

    private Plan plan(List<RunResult> finished, PlannedRun... runs) throws IOException {
        List<Trial> trials = new ArrayList<>();
        for (PlannedRun run : runs) {
            trials.add(run.trial());
        }
        Experiment experiment = new Experiment(temporary.resolve("r.jsonl"), temporary.resolve("runs"), trials);
        return Plan.of(experiment, SampleRuns.RESOLVER, finished);
    }

    @Test
    void aRunIsFinishedByAResultOfTheSameModelSettingsSeedAndData() throws IOException {
        RunResult done = result(run("A", Map.of("width", "8"), 1));
        Plan plan = plan(
                List.of(done),
                run("A", Map.of("width", "8"), 1),
                run("renamed", Map.of("width", "8.0"), 1),
                run("A", Map.of("width", "8"), 2),
                run("A", Map.of("width", "9"), 1));
        assertEquals(
                List.of(Plan.State.FINISHED, Plan.State.FINISHED, Plan.State.NEW, Plan.State.NEW),
                plan.entries().stream().map(Plan.Entry::state).toList());
    }

    @Test
    void aSettingThatWasAddedLaterMayLackInAnOldResultIfItIsAtItsDefault() throws IOException {
        PlannedRun run = run("A", Map.of(), 1);
        Map<String, String> old = new HashMap<>(run.resolved().settings());
        old.remove("depth");
        assertTrue(run.sameSettings(old, false));
        old.remove("width");
        assertFalse(run.sameSettings(old, false));
        Map<String, String> other = new HashMap<>(run.resolved().settings());
        other.put("gone", "1");
        assertFalse(run.sameSettings(other, false));
    }

    @Test
    void aFolderBelongsToOneSetOfSettings() throws IOException {
        assertEquals(run("A", Map.of("width", "8"), 1).folder(), run("A", Map.of("width", "8"), 1).folder());
        assertNotEquals(run("A", Map.of("width", "8"), 1).folder(), run("A", Map.of("width", "9"), 1).folder());
        assertNotEquals(run("A", Map.of(), 1).folder(), run("A", Map.of(), 2).folder());
    }

    @Test
    void timeIsEstimatedFromMeasurementsOrNotAtAll() throws IOException {
        PlannedRun first = run("A", Map.of(), 1);
        assertEquals(Optional.empty(), TimeEstimate.of(first, List.of(), List.of(first)));

        // One of 4 epochs done, 1.5 s each; the half line does not count.
        SampleRuns.begin(first, 1);
        assertEquals(3 * 1.5, seconds(first, List.of(), first));
        PlannedRun second = run("A", Map.of("epochs", "10"), 2);
        assertEquals(10 * 1.5, seconds(second, List.of(), first, second));

        List<RunResult> finished = List.of(result(run("A", Map.of(), 3)), result(run("A", Map.of(), 4)));
        assertEquals(4 * 1.5, seconds(run("A", Map.of(), 2), finished));
        assertEquals(10 * 1.5, seconds(second, finished));
        PlannedRun unlike = SampleRuns.planned(temporary.resolve("runs"), "A", Map.of(), 2);
        Trial sasrec = new Trial("sasrec", "A", unlike.trial().data(), "", "", Map.of(), 1, 2);
        PlannedRun other = PlannedRun.of(sasrec, unlike.resolved(), temporary.resolve("runs"));
        assertEquals(Optional.empty(), TimeEstimate.of(other, finished, List.of(first)));
    }

    private static double seconds(PlannedRun run, List<RunResult> finished, PlannedRun... others) throws IOException {
        return TimeEstimate.of(run, finished, List.of(others)).orElseThrow().seconds();
    }

    @Test
    void jobsShareTheTime() throws IOException {
        RunResult done = result(run("A", Map.of(), 9));
        Plan plan = plan(List.of(done), run("A", Map.of(), 1), run("A", Map.of(), 2), run("A", Map.of(), 3));
        assertEquals(3 * 6, plan.seconds(1));
        assertEquals(2 * 6, plan.seconds(2));
        assertEquals(6, plan.seconds(8));
        assertEquals(0, plan.unknown());
    }
}
