package io.github.indirec.model.cli;

import io.github.indirec.model.config.Settings;
import io.github.indirec.model.experiment.Comparisons;
import io.github.indirec.model.experiment.DataResults;
import io.github.indirec.model.experiment.ResultGroup;
import io.github.indirec.model.experiment.ResultsFile;
import io.github.indirec.model.experiment.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code indirec compare}: whether models differ by more than chance. */
@Command(
        name = "compare",
        description = "Prints the results of experiments as Markdown tables, with significance tests.",
        footer = {
            "",
            "Examples:",
            "  indirec compare bench/results/beauty.jsonl",
            "  indirec compare bench/results/*.jsonl --baseline SASRec --json",
            "",
            "A table a data set, a row a label: mean and sample standard deviation over the",
            "seeds. Runs of one label with different settings become rows of their own; of",
            "two with the same settings, seed and data the last counts. Every other label is",
            "tested against the baseline over the seeds that both share. Users are the",
            "sample: McNemar on hits@10, a user counting as hit where most seeds hit (the",
            "first of them decides a draw): exact binomial below 25 users that differ, else",
            "chi-square with continuity correction; and Wilcoxon's signed ranks on each",
            "user's NDCG@10, averaged over the seeds: zeros dropped, mid-ranks; exact up to",
            "50 users that differ, else normal with correction for ties and continuity.",
            "Holm's correction over all tests of a data set. The tests say nothing of other",
            "seeds: for that look at the deviations.",
            "JSON keys of a row: data, data_sha256, users, label, seeds, epochs, cut (runs",
            "that ended at the limit of epochs), HR@5, HR@5_deviation (of two seeds or more),",
            "and so on for HR and NDCG @5, @10, @20. Of a comparison: data, label, baseline, seeds, hits@10_won,",
            "hits@10_lost, mcnemar (exact, chi-square), mcnemar_p, mcnemar_p_holm,",
            "NDCG@10_difference, users_that_differ, wilcoxon (exact, normal), wilcoxon_p,",
            "wilcoxon_p_holm."
        })
final class CompareCommand extends Subcommand {
    @Parameters(
            paramLabel = "RESULTS",
            arity = "1..*",
            description = "Files that experiments appended their results to.")
    private List<Path> files;

    @Option(
            names = "--baseline",
            paramLabel = "LABEL",
            description = "Whom the others are tested against (default: the first of each data set).")
    private String baseline;

    CompareCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        List<RunResult> results = new ArrayList<>();
        for (Path file : files) {
            if (!Files.exists(file)) {
                throw new NoSuchFileException(file.toString());
            }
            results.addAll(ResultsFile.read(file));
        }
        if (results.isEmpty()) {
            throw CommandException.badInput(files.get(0) + ": holds no result; run an experiment first", null);
        }
        List<DataResults> all = DataResults.of(results);
        requireKnownBaseline(all);
        sayMixedVersions(results);
        boolean first = true;
        for (DataResults data : all) {
            if (!json && !first) {
                terminal.result("");
            }
            first = false;
            print(data);
        }
        return ExitCode.SUCCESS;
    }

    private void print(DataResults data) throws IOException {
        ResultGroup against = data.groups().stream()
                .filter(group -> group.label().equals(baseline))
                .findFirst()
                .orElse(data.groups().get(0));
        if (baseline != null && !against.label().equals(baseline)) {
            terminal.say("%s has no %s; its others are tested against %s", data.data(), baseline, against.label());
        }
        Comparisons comparisons = Comparisons.of(data, against);
        comparisons.untested().forEach(reason -> terminal.say("no test: %s", reason));
        if (json) {
            data.groups().forEach(group -> terminal.json(ComparisonTable.json(data, group)));
            comparisons.tested().forEach(one -> terminal.json(ComparisonTable.json(data, against, one)));
        } else {
            ComparisonTable.markdown(data, comparisons).forEach(line -> terminal.result("%s", line));
        }
    }

    private void requireKnownBaseline(List<DataResults> all) {
        Set<String> labels = all.stream()
                .flatMap(data -> data.groups().stream())
                .map(ResultGroup::label)
                .collect(Collectors.toCollection(TreeSet::new));
        if (baseline != null && !labels.contains(baseline)) {
            throw CommandException.usage("--baseline is \"" + baseline + "\"; did you mean \""
                    + Settings.nearest(baseline, labels) + "\"? There are " + String.join(", ", labels));
        }
    }

    /** A model may have changed between two commits. */
    private void sayMixedVersions(List<RunResult> results) {
        Set<String> versions = new TreeSet<>();
        for (RunResult result : results) {
            Object version = result.origin().get("version");
            versions.add(version + " " + result.origin().getOrDefault("commit", ""));
        }
        if (versions.size() > 1) {
            terminal.say("the results are of %d builds: %s", versions.size(), String.join("; ", versions));
        }
    }
}
