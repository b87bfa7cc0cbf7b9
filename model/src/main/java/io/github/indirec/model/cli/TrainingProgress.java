package io.github.indirec.model.cli;

import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.train.EpochReport;
import io.github.indirec.model.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows training: a bar a phase while a person watches, a line an epoch in any case. */
final class TrainingProgress implements TrainingListener, AutoCloseable {
    private static final int UPDATE_MILLIS = 200;
    private static final String TERM = "_loss";

    private final Terminal terminal;
    private final int epochs;
    private final boolean json;
    private ProgressBar bar;

    /** @param json whether results are wanted as JSON: then each epoch is one */
    TrainingProgress(Terminal terminal, int epochs, boolean json) {
        this.terminal = terminal;
        this.epochs = epochs;
        this.json = json;
    }

    @Override
    public void phaseStarted(int epoch, String phase, int units) {
        close();
        if (terminal.interactive()) {
            bar = new ProgressBarBuilder()
                    .setTaskName(String.format(Locale.ROOT, "epoch %d of %d, %-8s", epoch + 1, epochs, phase))
                    .setInitialMax(units)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .setConsumer(new Line(terminal))
                    .clearDisplayOnFinish()
                    .build();
        }
    }

    @Override
    public void unitDone(int epoch, String phase, int unit, double loss) {
        if (bar != null) {
            bar.stepTo(unit);
            if (!Double.isNaN(loss)) {
                bar.setExtraMessage(String.format(Locale.ROOT, "loss %.3f", loss));
            }
        }
    }

    @Override
    public void epochDone(EpochReport report) {
        close();
        if (json) {
            terminal.json(report.toMap());
        }
        String valid = report.validation()
                .map(metrics -> validation(metrics) + (report.improved() ? "  best so far" : ""))
                .orElse("");
        terminal.say(
                "epoch %d of %d  %.1f s  loss %.4f%s%s",
                report.epoch() + 1, epochs, report.seconds(), report.loss(), terms(report), valid);
    }

    /** The terms of the loss, where there are several: {@code  (cl 6.2, diff 0.1, rec 8.4)}. */
    private static String terms(EpochReport report) {
        List<String> terms = new ArrayList<>();
        report.means().forEach((name, mean) -> {
            if (name.endsWith(TERM)) {
                terms.add(String.format(Locale.ROOT, "%s %.4f", name.substring(0, name.length() - TERM.length()), mean));
            }
        });
        return terms.size() < 2 ? "" : " (" + String.join(", ", terms) + ")";
    }

    private static String validation(RankingMetrics metrics) {
        return String.format(Locale.ROOT, "  valid HR@20 %.4f NDCG@20 %.4f", metrics.hitRate20(), metrics.ndcg20());
    }

    /** One line that is written over and, at the end, wiped: the epoch's line takes its place. */
    private static final class Line extends ConsoleProgressBarConsumer {
        private final Terminal terminal;

        Line(Terminal terminal) {
            super(terminal.err(), terminal.width() - 1);
            this.terminal = terminal;
        }

        @Override
        public void close() {
            terminal.err().flush();
        }
    }

    /** Takes the bar away. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
