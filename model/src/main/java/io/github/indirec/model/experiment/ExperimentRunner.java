package io.github.indirec.model.experiment;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;

/**
 * Does the runs of a plan, some at a time, each a process of its own: two single-threaded processes are faster than one
 * with two threads, and what one run does cannot harm another. Can be stopped at any moment, even killed: runs go on
 * from their last checkpoint the next time. One use, one thread.
 */
public final class ExperimentRunner {
    private static final int POLL_MILLIS = 200;

    /** What ends a process that saved its state: 128 plus the number of the signal, SIGINT or SIGTERM. */
    private static final List<Integer> STOPPED = List.of(130, 143);

    private final RunLauncher launcher;
    private final ResultsFile results;
    private final RunListener listener;
    private final List<Active> active = new ArrayList<>();
    private final List<Integer> failures = new ArrayList<>();
    private int finished;
    private boolean stopped;

    /** A run whose process is alive, or was when last looked at. */
    private static final class Active {
        final PlannedRun run;
        final Process process;
        RunProgress log;

        Active(PlannedRun run, Process process, RunProgress log) {
            this.run = run;
            this.process = process;
            this.log = log;
        }
    }

    /**
     * How it ended.
     *
     * @param failures exit code of each run that failed, in order; 0 where the run itself ended well
     * @param stopped whether the thread was interrupted, or a run's process was asked to stop
     */
    public record Outcome(int finished, List<Integer> failures, boolean stopped) {}

    public ExperimentRunner(RunLauncher launcher, ResultsFile results, RunListener listener) {
        this.launcher = launcher;
        this.results = results;
        this.listener = listener;
    }

    /** Does all open runs, {@code jobs} at a time. Interrupting the thread stops them all, with their states saved. */
    public Outcome run(Plan plan, int jobs) throws IOException {
        Queue<PlannedRun> waiting = new ArrayDeque<>();
        plan.open().forEach(entry -> waiting.add(entry.run()));
        try {
            while (!waiting.isEmpty() || !active.isEmpty()) {
                while (active.size() < jobs && !waiting.isEmpty()) {
                    begin(waiting.remove());
                }
                Thread.sleep(POLL_MILLIS);
                look();
            }
        } catch (InterruptedException | ClosedByInterruptException e) {
            // A file that was being read when the interrupt came ends so; what is left of it must not end others.
            Thread.interrupted();
            stopped = true;
        } finally {
            stopAll();
        }
        return new Outcome(finished, List.copyOf(failures), stopped);
    }

    private void begin(PlannedRun run) throws ClosedByInterruptException {
        try {
            run.requireOwnFolder();
            if (FinishedRun.isIn(run.folder())) {
                // The process that was to collect it was killed.
                collect(run);
                return;
            }
            boolean resumed = run.isBegun();
            Files.createDirectories(run.folder());
            RunProgress log = RunProgress.read(run.folder());
            active.add(new Active(run, launcher.start(run), log));
            listener.started(run, resumed);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            fail(run, 0, e.getMessage());
        }
    }

    private void look() throws IOException {
        for (Iterator<Active> it = active.iterator(); it.hasNext(); ) {
            Active one = it.next();
            // In this order: what was written before the end must not be missed.
            boolean alive = one.process.isAlive();
            RunProgress log = RunProgress.read(one.run.folder());
            if (log.epochs() > one.log.epochs()) {
                listener.epochDone(one.run, log);
            }
            one.log = log;
            if (!alive) {
                it.remove();
                end(one);
            }
        }
    }

    private void end(Active one) throws ClosedByInterruptException {
        int code = one.process.exitValue();
        if (code == 0) {
            try {
                collect(one.run);
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                fail(one.run, 0, e.getMessage());
            }
        } else if (STOPPED.contains(code)) {
            stopped = true;
            listener.stopped(one.run);
        } else {
            fail(one.run, code, "exit code " + code + ": " + lastLine(one.run.folder().resolve(RunLauncher.LOG)));
        }
    }

    private void collect(PlannedRun run) throws IOException {
        RunResult result = FinishedRun.collect(run, results);
        finished++;
        listener.finished(run, result);
    }

    private void fail(PlannedRun run, int code, String reason) {
        failures.add(code);
        listener.failed(run, reason);
    }

    private static String lastLine(Path log) {
        try {
            String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.isBlank()).reduce((a, b) -> b).orElse("it said nothing");
        } catch (IOException e) {
            return "its log cannot be read";
        }
    }

    /** Asks all processes to stop, and waits for them: they save their states. */
    private void stopAll() {
        active.forEach(one -> one.process.destroy());
        boolean interrupted = false;
        while (!active.isEmpty()) {
            Active one = active.get(0);
            try {
                one.process.waitFor();
                active.remove(0);
                end(one);
            } catch (InterruptedException | ClosedByInterruptException e) {
                Thread.interrupted();
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
