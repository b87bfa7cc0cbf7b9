package io.github.indirec.model.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code indirec analyse}: what a trained model does inside. */
@Command(name = "analyse", description = "Shows what a trained model does inside.", synopsisSubcommandLabel = "SUBJECT")
final class AnalyseCommand extends Subcommand {
    @Spec
    private CommandSpec spec;

    AnalyseCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "expected a subject: diffusion");
    }
}
