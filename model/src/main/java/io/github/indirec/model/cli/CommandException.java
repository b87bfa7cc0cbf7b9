package io.github.indirec.model.cli;

/** Ends a command with one line for the user and an exit code. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** The command line itself is wrong. */
    static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message, null);
    }

    /** A file or a value is not what it should be. */
    static CommandException badInput(String message, Throwable cause) {
        return new CommandException(ExitCode.BAD_INPUT, message, cause);
    }

    /** Training cannot go on. */
    static CommandException diverged(String message, Throwable cause) {
        return new CommandException(ExitCode.DIVERGED, message, cause);
    }

    int exitCode() {
        return exitCode;
    }
}
