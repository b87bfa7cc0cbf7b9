package io.github.indirec.model.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code indirec}. */
@Command(
        name = "indirec",
        description = "Sequential recommendation with InDiRec: trains, evaluates, recommends.",
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Results go to stdout, messages and progress to stderr.",
            "Exit codes: 0 success, 1 internal error, 2 wrong usage, 3 bad input, 4 device",
            "absent, 5 training diverged, 130 interrupted with the state saved."
        })
public final class Main {
    private static final int HELP_WIDTH = 100;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    private boolean version;

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(Terminal.ofProcess(), args));
    }

    /** Runs a command in this process, without progress bars, and returns its exit code. */
    public static int run(PrintStream out, PrintStream err, String... args) {
        return run(new Terminal(out, err, false, HELP_WIDTH), args);
    }

    static int run(Terminal terminal, String... args) {
        CommandLine command = commandLine(terminal);
        try {
            int code = command.execute(args);
            terminal.out().flush();
            return terminal.out().checkError() ? ExitCode.INTERNAL_ERROR : code;
        } catch (OutOfMemoryError | StackOverflowError e) {
            // picocli handles exceptions only.
            return fail(terminal, "indirec", e, List.of(args).contains("--verbose"));
        }
    }

    private static CommandLine commandLine(Terminal terminal) {
        CommandLine command = new CommandLine(new Main());
        command.addSubcommand("demo", new DemoCommand(terminal));
        command.addSubcommand("train", new TrainCommand(terminal));
        command.addSubcommand("evaluate", new EvaluateCommand(terminal));
        command.addSubcommand("recommend", new RecommendCommand(terminal));
        command.addSubcommand(
                "analyse",
                new CommandLine(new AnalyseCommand(terminal))
                        .addSubcommand("diffusion", new AnalyseDiffusionCommand(terminal)));
        command.addSubcommand("experiment", new ExperimentCommand(terminal));
        command.addSubcommand("compare", new CompareCommand(terminal));
        command.addSubcommand("convert", new ConvertCommand(terminal));
        command.addSubcommand("embed", new EmbedCommand(terminal));
        command.addSubcommand("holdout", new HoldoutCommand(terminal));
        command.addSubcommand("doctor", new DoctorCommand(terminal));
        command.addSubcommand("generate-completion", new AutoComplete.GenerateCompletion());
        command.setOut(new PrintWriter(terminal.out(), true));
        command.setErr(new PrintWriter(terminal.err(), true));
        // AUTO honours NO_COLOR.
        command.setColorScheme(Help.defaultColorScheme(terminal.interactive() ? Help.Ansi.AUTO : Help.Ansi.OFF));
        command.setUsageHelpWidth(Math.min(HELP_WIDTH, Math.max(terminal.width(), 55)));
        command.setExpandAtFiles(false);
        command.setParameterExceptionHandler((e, args) -> misused(terminal, e));
        command.setExecutionExceptionHandler(
                (e, line, parsed) -> fail(terminal, line.getCommandSpec().qualifiedName(), e, isVerbose(parsed)));
        command.setExecutionStrategy(Main::execute);
        return command;
    }

    /** A bare {@code indirec} shows its help, as a mistake. */
    private static int execute(ParseResult parsed) {
        if (!parsed.hasSubcommand() && !parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
            CommandLine command = parsed.commandSpec().commandLine();
            command.usage(command.getErr());
            return ExitCode.USAGE;
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static boolean isVerbose(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        return last.commandSpec().userObject() instanceof Subcommand subcommand && subcommand.verbose;
    }

    private static int misused(Terminal terminal, ParameterException e) {
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        StringBuilder message = new StringBuilder(e.getMessage().replaceAll("\\.?\\s*\\R.*", ""));
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                message.append("; did you mean ").append(suggestions.get(0)).append('?');
            }
        }
        terminal.err().println(name + ": " + oneLine(message.toString()) + " (see " + name + " --help)");
        return ExitCode.USAGE;
    }

    private static int fail(Terminal terminal, String name, Throwable failure, boolean verbose) {
        Failure known = Failure.of(failure);
        terminal.err().println(name + ": " + oneLine(known.message()));
        if (verbose) {
            failure.printStackTrace(terminal.err());
        }
        return known.exitCode();
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    /** Asks the jar for its version. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"indirec " + Provenance.version() + ", Java " + Runtime.version()};
        }
    }
}
