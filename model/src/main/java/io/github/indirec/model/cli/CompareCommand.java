package io.github.indirec.model.cli;

import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.LeaveOneOutSplit.Split;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.eval.UserGroup;
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
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
            "  indirec compare bench/results/beauty.jsonl --data data/beauty \\",
            "    --groups popularity,history",
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
            "Holm's correction over the tests of a table. The tests say nothing of other",
            "seeds: for that look at the deviations. With --groups a table a kind of groups",
            "follows, and one of the same tests over each group; groups may overlap.",
            "JSON keys of a row: data, data_sha256, group (all, or as in evaluate), users,",
            "label, settings_tried, seeds, epochs, cut (runs that ended at the limit of",
            "epochs), HR@5, HR@5_deviation (of two seeds or more), and so on for HR and NDCG",
            "@5, @10, @20. Of a comparison: data, label, baseline, group, seeds, hits@10_won,",
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

    @Option(
            names = "--groups",
            paramLabel = "BY,...",
            description = "Also over groups of users, as in evaluate: length, popularity, history. Needs --data.")
    private String groups;

    @Option(
            names = "--data",
            paramLabel = "DIR|FILE",
            description = "The data of the results, for --groups; may be repeated.")
    private List<Path> data = List.of();

    CompareCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        Set<Grouping> groupings = groupings();
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
        Map<String, SequenceDataset> datasets = datasets(all);
        sayMixedVersions(results);
        boolean first = true;
        for (DataResults one : all) {
            if (!first) {
                gap();
            }
            first = false;
            ResultGroup against = baseline(one);
            printAll(one, against);
            SequenceDataset dataset = datasets.get(one.dataSha256());
            if (dataset != null) {
                LeaveOneOutSplit split = new LeaveOneOutSplit(dataset, Split.TEST);
                for (Grouping grouping : groupings) {
                    gap();
                    printGroups(one, against, grouping.users(dataset, split));
                }
            }
        }
        return ExitCode.SUCCESS;
    }

    private Set<Grouping> groupings() {
        // Intents are a model's, not the users'; ranks say nothing of them.
        Set<Grouping> groupings = Grouping.parse(groups, EnumSet.complementOf(EnumSet.of(Grouping.INTENTS)));
        if (groupings.isEmpty() != data.isEmpty()) {
            throw CommandException.usage(
                    groupings.isEmpty()
                            ? "--data is for --groups alone; add --groups popularity,history or leave it out"
                            : "--groups needs the data that tell who is in a group; add --data DIR");
        }
        return groupings;
    }

    /** The data sets by checksum. */
    private Map<String, SequenceDataset> datasets(List<DataResults> all) throws IOException {
        Map<String, SequenceDataset> datasets = new HashMap<>();
        for (Path path : data) {
            SequenceDataset dataset = SequenceDataset.read(path);
            if (all.stream().noneMatch(one -> one.dataSha256().equals(dataset.sha256()))) {
                throw CommandException.badInput(
                        path + ": expected the data of " + all.stream()
                                        .map(one -> one.data() + " (SHA-256 " + one.dataSha256() + ")")
                                        .collect(Collectors.joining(" or "))
                                + ", found " + dataset.sha256() + "; name the data of the results",
                        null);
            }
            datasets.put(dataset.sha256(), dataset);
        }
        if (!data.isEmpty()) {
            all.stream().filter(one -> !datasets.containsKey(one.dataSha256())).forEach(one -> terminal.say(
                    "no groups of %s: its data are not among --data", one.data()));
        }
        return datasets;
    }

    private ResultGroup baseline(DataResults one) {
        ResultGroup against = one.groups().stream()
                .filter(group -> group.label().equals(baseline))
                .findFirst()
                .orElse(one.groups().get(0));
        if (baseline != null && !against.label().equals(baseline)) {
            terminal.say("%s has no %s; its others are tested against %s", one.data(), baseline, against.label());
        }
        return against;
    }

    private void printAll(DataResults one, ResultGroup against) throws IOException {
        Comparisons comparisons = Comparisons.of(one, against);
        comparisons.untested().forEach(reason -> terminal.say("no test: %s", reason));
        if (json) {
            one.groups().forEach(group -> terminal.json(ComparisonTable.json(one, group, UserGroup.EVERYONE)));
            printJson(one, comparisons);
        } else {
            print(ComparisonTable.markdown(one));
            printMarkdown(comparisons, false);
        }
    }

    private void printGroups(DataResults one, ResultGroup against, List<UserGroup> users) throws IOException {
        Comparisons comparisons = Comparisons.of(one, against, users);
        if (json) {
            for (UserGroup some : users) {
                DataResults within = one.within(some);
                within.groups().forEach(group -> terminal.json(ComparisonTable.json(within, group, some.name())));
            }
            printJson(one, comparisons);
        } else {
            print(GroupTable.markdown(one, users));
            printMarkdown(comparisons, true);
        }
    }

    private void printJson(DataResults one, Comparisons comparisons) {
        comparisons.tested().forEach(
                test -> terminal.json(SignificanceTable.json(one, comparisons.baseline(), test)));
    }

    private void printMarkdown(Comparisons comparisons, boolean byGroup) {
        if (!comparisons.tested().isEmpty()) {
            gap();
            print(SignificanceTable.markdown(comparisons, byGroup));
        }
    }

    private void print(List<String> lines) {
        lines.forEach(line -> terminal.result("%s", line));
    }

    private void gap() {
        if (!json) {
            terminal.result("");
        }
    }

    private void requireKnownBaseline(List<DataResults> all) {
        Set<String> labels = all.stream()
                .flatMap(one -> one.groups().stream())
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
