package io.github.indirec.model.cli;

import io.github.indirec.model.experiment.Experiment;
import io.github.indirec.model.experiment.ExperimentFile;
import io.github.indirec.model.experiment.ExperimentRunner;
import io.github.indirec.model.experiment.Plan;
import io.github.indirec.model.experiment.ResultsFile;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code indirec experiment}: models x data sets x settings x seeds. */
@Command(
        name = "experiment",
        description = "Trains models x data sets x settings x seeds, each run in a process of its own.",
        footer = {
            "",
            "Examples:",
            "  indirec experiment beauty.json --dry-run",
            "  indirec experiment beauty.json --jobs 2",
            "",
            "The file; runs, models' label, preset, item_vectors, set and settings_tried,",
            "settings and the common set may be left out, and a model may be its name alone:",
            "  {",
            "    \"results\": \"bench/results/beauty.jsonl\",",
            "    \"runs\": \"runs/beauty\",",
            "    \"data\": [\"data/beauty\"],",
            "    \"models\": [",
            "      {\"model\": \"indirec\", \"label\": \"InDiRec\", \"preset\": \"beauty\",",
            "       \"set\": {\"mode\": \"paper\"}}],",
            "    \"settings\": [{}, {\"label\": \"w=1\", \"set\": {\"guidance\": 1}}],",
            "    \"set\": {\"epochs\": 50},",
            "    \"seeds\": [2022, 2023]",
            "  }",
            "Paths are relative to the working directory. For each data set all models and",
            "settings run with the first seed, then with the next; of the sets, that of",
            "settings overrides the model's, and the model's the common one. settings_tried:",
            "how many settings of a model were tried on the validation split, these",
            "included (1 if it says nothing); a result keeps it for the tables.",
            "",
            "A finished run appends a line to the results and leaves its users' ranks in a",
            "folder beside them (NAME.ranks; format in UserRanks.java). A run is exactly",
            "train --model M --data D [--preset P] --set ... --seed S --threads 1; its",
            "output is log.txt in its run folder. Runs that are in the results with the same",
            "settings, seed and data are left out; Ctrl-C, or a kill, stops all, and the same",
            "command goes on. One experiment a results file at a time. The exit code is that",
            "of the first run that failed; the others are done all the same.",
            "JSON keys of a result: data, label, model, seed, users, hits@5, HR@5, NDCG@5,",
            "the same @10 and @20, MRR, epochs, best_epoch (from 0), epoch_limit_reached,",
            "seconds, data_sha256, ranks, settings, settings_tried, origin (version, commit,",
            "java, cpu, ended, protocol). Of --dry-run: data, label, model, seed, state",
            "(finished, begun, new), estimated_seconds and estimated_from where known, run_folder."
        })
final class ExperimentCommand extends Subcommand {
    private static final int MAX_JOBS = 1024;

    @Parameters(paramLabel = "FILE.json", description = "What to run.")
    private Path file;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "1",
            description = "Runs at a time, a thread each; two of them are faster than one run with two threads"
                    + " (default: ${DEFAULT-VALUE}).")
    private int jobs;

    @Option(names = "--dry-run", description = "Show the plan and its estimated time; no training.")
    private boolean dryRun;

    ExperimentCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        if (jobs < 1 || jobs > MAX_JOBS) {
            throw CommandException.usage("--jobs is " + jobs + ", expected 1 to " + MAX_JOBS);
        }
        Experiment experiment = ExperimentFile.read(file);
        if (dryRun) {
            Plan plan = Plan.of(experiment, new PrintedConfig(), ResultsFile.read(experiment.results()));
            if (json) {
                plan.entries().forEach(entry -> terminal.json(ExperimentPlanTable.json(entry)));
            } else {
                ExperimentPlanTable.lines(plan, jobs).forEach(line -> terminal.result("%s", line));
            }
            return ExitCode.SUCCESS;
        }
        try (ResultsFile results = ResultsFile.open(experiment.results())) {
            if (results.repaired()) {
                terminal.say("%s ended in the middle of a line, as after a crash; mended", experiment.results());
            }
            Plan plan = Plan.of(experiment, new PrintedConfig(), results.results());
            ExperimentPlanTable.lines(plan, jobs).forEach(line -> terminal.say("%s", line));
            return run(plan, results);
        }
    }

    private int run(Plan plan, ResultsFile results) throws Exception {
        ExperimentRunner runner = new ExperimentRunner(
                new RunProcesses(jobs), results, new ExperimentProgress(terminal, results, json));
        ExperimentRunner.Outcome outcome;
        try (StopOnInterrupt stop = new StopOnInterrupt(terminal)) {
            outcome = runner.run(plan, jobs);
            terminal.say("%d finished, %d failed", outcome.finished(), outcome.failures().size());
            if (outcome.stopped()) {
                terminal.say("stopped; the same command goes on");
                return ExitCode.INTERRUPTED;
            }
        }
        List<Integer> failures = outcome.failures();
        return failures.isEmpty() ? ExitCode.SUCCESS : exitCode(failures.get(0));
    }

    /** A run that was killed, say for its memory, has no exit code of ours. */
    private static int exitCode(int ofRun) {
        return ofRun > ExitCode.SUCCESS && ofRun <= ExitCode.DIVERGED ? ofRun : ExitCode.INTERNAL_ERROR;
    }
}
