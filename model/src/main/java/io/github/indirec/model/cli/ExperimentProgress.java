package io.github.indirec.model.cli;

import io.github.indirec.model.experiment.RunProgress;
import io.github.indirec.model.experiment.PlannedRun;
import io.github.indirec.model.experiment.ResultsFile;
import io.github.indirec.model.experiment.RunListener;
import io.github.indirec.model.experiment.RunResult;
import java.util.Locale;

/** Shows an experiment: a line an event on stderr, and each result, once it is in the file, on stdout. */
final class ExperimentProgress implements RunListener {
    private static final double MINUTE = 60;
    private static final double HOUR = 3600;

    private final Terminal terminal;
    private final ResultsFile results;
    private final boolean json;

    ExperimentProgress(Terminal terminal, ResultsFile results, boolean json) {
        this.terminal = terminal;
        this.results = results;
        this.json = json;
    }

    @Override
    public void started(PlannedRun run, boolean resumed) {
        terminal.say("%s: %s in %s", run.name(), resumed ? "goes on" : "started", run.folder());
    }

    @Override
    public void epochDone(PlannedRun run, RunProgress log) {
        StringBuilder line = new StringBuilder(run.name());
        line.append(String.format(
                Locale.ROOT, ": epoch %d of %d, %s", log.epochs(), run.epochLimit(), time(log.lastSeconds())));
        log.validation().ifPresent(ndcg -> line.append(String.format(Locale.ROOT, ", valid NDCG@20 %.4f", ndcg)));
        log.untilLimit(run.epochLimit())
                .ifPresent(seconds -> line.append("; ").append(time(seconds)).append(" to its limit"));
        terminal.say("%s", line);
    }

    @Override
    public void finished(PlannedRun run, RunResult result) {
        String reason = result.cut() ? "cut at the limit of epochs" : "stopped early";
        terminal.say("%s: finished, %d epochs (%s), %s", run.name(), result.epochs(), reason, time(result.seconds()));
        if (json) {
            terminal.json(results.json(result));
        } else {
            terminal.result(
                    "%s: HR@10 %.4f, NDCG@10 %.4f, best epoch %d of %d",
                    run.name(),
                    result.metrics().hitRate10(),
                    result.metrics().ndcg10(),
                    result.bestEpoch() + 1,
                    result.epochs());
        }
    }

    @Override
    public void failed(PlannedRun run, String reason) {
        terminal.say("%s: failed, %s (run folder %s)", run.name(), reason, run.folder());
    }

    @Override
    public void stopped(PlannedRun run) {
        terminal.say("%s: stopped, the state is saved", run.name());
    }

    /** A time for people. */
    static String time(double seconds) {
        if (seconds < 2 * MINUTE) {
            return String.format(Locale.ROOT, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
        }
        return seconds < 2 * HOUR
                ? String.format(Locale.ROOT, "%.0f min", seconds / MINUTE)
                : String.format(Locale.ROOT, "%.1f h", seconds / HOUR);
    }
}
