package io.github.indirec.model.train;

/** Logs for tests that call a task without a trainer. */
public final class SilentLogs {
    private SilentLogs() {}

    /** The log of an epoch that nobody listens to. */
    public static EpochLog of(int epoch) {
        return new EpochLog(epoch, TrainingListener.NONE, new EpochMeans());
    }
}
