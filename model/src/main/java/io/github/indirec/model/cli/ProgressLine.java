package io.github.indirec.model.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** One line of progress that is written over and, at the end, wiped: a line of result takes its place. */
final class ProgressLine extends ConsoleProgressBarConsumer {
    private static final int UPDATE_MILLIS = 200;

    private final Terminal terminal;

    private ProgressLine(Terminal terminal) {
        super(terminal.err(), terminal.width() - 1);
        this.terminal = terminal;
    }

    /** A bar for the person who watches an interactive terminal. */
    static ProgressBar bar(Terminal terminal, String task, long units) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(units)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setConsumer(new ProgressLine(terminal))
                .clearDisplayOnFinish()
                .build();
    }

    @Override
    public void close() {
        terminal.err().flush();
    }
}
