package io.github.indirec.model.experiment;

import java.io.IOException;

/** Starts the process of one run. */
@FunctionalInterface
public interface RunLauncher {
    /** What a run writes to stdout and stderr goes to this file of its folder. */
    String LOG = "log.txt";

    /**
     * Starts a run in its folder, which exists, or goes on with the one that the folder holds. The process saves the
     * run's state and ends when it is asked to ({@link Process#destroy}), and by itself when its parent is gone.
     */
    Process start(PlannedRun run) throws IOException;
}
