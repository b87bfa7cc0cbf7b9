package io.github.indirec.bench;

import io.github.indirec.bench.selftest.SelfTestCommand;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The command {@code indirec bench}: the kernels, or what a subcommand names. */
public final class Main {
    private static final int INTERNAL_ERROR = 1;
    private static final int USAGE = 2;
    private static final int BAD_INPUT = 3;

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(utf8(FileDescriptor.out), utf8(FileDescriptor.err), args));
    }

    /** The tables have µ and –, whatever the locale of a server may be. */
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor)), true, StandardCharsets.UTF_8);
    }

    /** Runs a command in this process and returns its exit code. */
    public static int run(PrintStream out, PrintStream err, String... args) {
        Output output = new Output(out, err);
        CommandLine command = new CommandLine(new KernelsCommand(output));
        subcommands(output).forEach(command::addSubcommand);
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        command.setParameterExceptionHandler((e, line) -> misused(output, e));
        command.setExecutionExceptionHandler(
                (e, line, parsed) -> fail(output, line.getCommandSpec().qualifiedName(), e));
        return command.execute(args);
    }

    /** What else can be measured, by name: a benchmark that needs more than a kernel is added here. */
    private static Map<String, Callable<Integer>> subcommands(Output output) {
        Map<String, Callable<Integer>> commands = new LinkedHashMap<>();
        commands.put("train", new BenchTrain(output));
        commands.put("serve", new BenchServe(output));
        commands.put("catalogue", new BenchCatalogue(output));
        commands.put("ladder", new BenchLadder(output));
        commands.put("counters", new BenchCounters(output));
        commands.put("selftest", new SelfTestCommand(output.out(), output.err()));
        return commands;
    }

    private static int misused(Output output, ParameterException e) {
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        output.say("%s: %s (see %s --help)", name, oneLine(e), name);
        return USAGE;
    }

    private static int fail(Output output, String name, Exception e) {
        output.say("%s: %s", name, oneLine(e));
        if (e instanceof BadInputException || e instanceof IOException || e instanceof UncheckedIOException) {
            return BAD_INPUT;
        }
        e.printStackTrace(output.err());
        return INTERNAL_ERROR;
    }

    private static String oneLine(Exception e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return message.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
