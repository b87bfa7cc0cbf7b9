package io.github.indirec.model.cli;

/** What the process tells its caller. */
final class ExitCode {
    static final int SUCCESS = 0;
    static final int INTERNAL_ERROR = 1;
    static final int USAGE = 2;
    static final int BAD_INPUT = 3;
    static final int NO_DEVICE = 4;
    static final int DIVERGED = 5;
    /** 128 + SIGINT, as shells have it. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
