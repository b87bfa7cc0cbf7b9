package io.github.indirec.model.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What all subcommands share. */
abstract class Subcommand implements Callable<Integer> {
    final Terminal terminal;

    @Option(names = "--json", description = "Print results as JSON, one object a line.")
    boolean json;

    @Option(names = "--verbose", description = "Show the stack trace of an error.")
    boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    Subcommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public abstract Integer call() throws Exception;
}
