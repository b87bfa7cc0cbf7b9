package io.github.indirec.model.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With processes of the shell that leave what training leaves; the real ones are in ExperimentProcessTest. */
class ExperimentRunnerTest implements RunListener {
    @TempDir
    Path temporary;

    private final List<String> events = new ArrayList<>();

    @Override
    public void started(PlannedRun run, boolean resumed) {
        events.add(run.trial().label() + (resumed ? " goes on" : " started"));
    }

    @Override
    public void epochDone(PlannedRun run, RunProgress progress) {
        events.add(run.trial().label() + " " + progress.epochs());
    }

    @Override
    public void finished(PlannedRun run, RunResult result) {
        events.add(run.trial().label() + " finished");
    }

    @Override
    public void failed(PlannedRun run, String reason) {
        events.add(run.trial().label() + " failed: " + reason);
    }

    @Override
    public void stopped(PlannedRun run) {
        events.add(run.trial().label() + " stopped");
    }

    private static Process shell(PlannedRun run, String script) throws IOException {
        Path log = run.folder().resolve(RunLauncher.LOG);
        return new ProcessBuilder("sh", "-c", script)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private ExperimentRunner.Outcome run(RunLauncher launcher, int jobs, String... labels) throws IOException {
        List<Trial> trials = new ArrayList<>();
        for (String label : labels) {
            trials.add(new Trial("indirec", label, Path.of("shop"), "", "", Map.of("width", label.length() + "0"), 1, 1));
        }
        Path file = temporary.resolve("r.jsonl");
        try (ResultsFile results = ResultsFile.open(file)) {
            Experiment experiment = new Experiment(file, temporary.resolve("runs"), trials);
            Plan plan = Plan.of(experiment, SampleRuns.RESOLVER, results.results());
            return new ExperimentRunner(launcher, results, this).run(plan, jobs);
        }
    }

    @Test
    void aRunThatFailsIsReportedAndTheOthersAreDone() throws IOException {
        RunLauncher launcher = run -> {
            if (run.trial().label().equals("bad")) {
                return shell(run, "echo begin; echo training diverged; exit 5");
            }
            SampleRuns.finish(run, 1, 2, 3);
            return shell(run, "exit 0");
        };
        ExperimentRunner.Outcome outcome = run(launcher, 1, "bad", "fine");
        assertEquals(new ExperimentRunner.Outcome(1, List.of(5), false), outcome);
        assertEquals(
                List.of(
                        "bad started",
                        "bad failed: exit code 5: training diverged",
                        "fine started",
                        "fine 4",
                        "fine finished"),
                events);
    }

    @Test
    void whatIsFinishedIsNotRunAgainNorWhatOnlyWaitsToBeCollected() throws IOException {
        RunLauncher finishing = run -> {
            SampleRuns.finish(run, 1, 2, 3);
            return shell(run, "exit 0");
        };
        run(finishing, 2, "A", "BB");
        String before = Files.readString(temporary.resolve("r.jsonl"));
        RunLauncher none = run -> {
            throw new AssertionError("started " + run.name());
        };
        assertEquals(0, run(none, 2, "A", "BB").finished());
        assertEquals(before, Files.readString(temporary.resolve("r.jsonl")));

        // As if it had been killed between the run's end and the line.
        Files.writeString(temporary.resolve("r.jsonl"), before.lines().findFirst().orElseThrow() + "\n");
        assertEquals(1, run(none, 2, "A", "BB").finished());
        assertEquals(2, ResultsFile.read(temporary.resolve("r.jsonl")).size());
    }

    @Test
    void anInterruptStopsAllProcessesAndStartsNoOther() throws IOException {
        List<Process> processes = new ArrayList<>();
        Thread runner = Thread.currentThread();
        RunLauncher launcher = run -> {
            Process process = shell(run, "exec sleep 60");
            processes.add(process);
            if (processes.size() == 2) {
                runner.interrupt();
            }
            return process;
        };
        ExperimentRunner.Outcome outcome = run(launcher, 2, "A", "BB", "CCC");
        assertTrue(outcome.stopped());
        assertEquals(2, processes.size());
        processes.forEach(process -> assertFalse(process.isAlive()));
        assertEquals(List.of("A started", "BB started", "A stopped", "BB stopped"), events);
        assertFalse(Thread.interrupted());
    }

    @Test
    void aFolderWithOtherSettingsIsLeftAlone() throws IOException {
        PlannedRun planned = SampleRuns.planned(temporary.resolve("runs"), "A", Map.of("width", "10"), 1);
        Files.createDirectories(planned.folder());
        Files.writeString(
                planned.folder().resolve("config.json"), "{\"epochs\": \"5\", \"width\": \"10\", \"seed\": \"1\"}");
        ExperimentRunner.Outcome outcome = run(run -> shell(run, "exit 0"), 1, "A");
        assertEquals(1, outcome.failures().size());
        assertTrue(events.get(0).contains("other settings"), events.toString());
    }
}
