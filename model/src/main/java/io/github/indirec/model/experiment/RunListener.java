package io.github.indirec.model.experiment;

/** Hears how the runs of an experiment go on. Called on the runner's thread. */
public interface RunListener {
    /** @param resumed whether it goes on with a run that was begun before */
    void started(PlannedRun run, boolean resumed);

    /** A further epoch is done. */
    void epochDone(PlannedRun run, RunProgress log);

    /** The result is in the file. */
    void finished(PlannedRun run, RunResult result);

    /** The run ended without a result; the others go on. */
    void failed(PlannedRun run, String reason);

    /** The run was stopped with its state saved. */
    void stopped(PlannedRun run);
}
