package io.github.indirec.model.cli;

import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.data.Histories;
import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.LeaveOneOutSplit.Split;
import io.github.indirec.model.data.NoisyHistories;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.eval.Evaluator;
import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.eval.Silhouette;
import io.github.indirec.model.eval.UserGroup;
import io.github.indirec.model.intent.IntentSilhouette;
import io.github.indirec.model.intent.KMeans;
import io.github.indirec.model.serve.ModelFile;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.RankingKernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code indirec evaluate}: HR, NDCG and MRR of a weight file. */
@Command(
        name = "evaluate",
        description = "Ranks every user's held-out item among all items and reports HR, NDCG and MRR.",
        footer = {
            "",
            "Examples:",
            "  indirec evaluate --data data/beauty --checkpoint InDiRec-Beauty-1.pt",
            "  indirec evaluate --data data/beauty --checkpoint best.safetensors --json",
            "  indirec evaluate --data data/beauty --checkpoint best.safetensors \\",
            "    --groups popularity,history,intents",
            "JSON keys: data, checkpoint, split, group, users, hits@5, HR@5, NDCG@5, the",
            "same @10 and @20, MRR, repeated_targets, protocol; with --noise also noise,",
            "noise_seed, touched_users, insertions; with --new-items new_items, and an",
            "object each for the groups new_items (targets that training did not know,",
            "among all items) and among_new_items, with chance_HR@10, that of a ranking at",
            "random. With --groups an object a group follows: 3-4, 5, 6-8, 9+; tail, head,",
            "tail_in_training, head_in_training (first over all interactions, then over",
            "those of training alone); cold_below_9, hot_from_9, cold_below_7, hot_from_7;",
            "intents, with num_intents, occupied_intents, sub_sequences, silhouette."
        })
final class EvaluateCommand extends Subcommand {
    private static final long SILHOUETTE_SEED = 1;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR|FILE",
            description = "A folder with sequences.txt, or a single file in the authors' format.")
    private Path data;

    @Option(
            names = "--checkpoint",
            required = true,
            paramLabel = "FILE",
            description = "Weights: .safetensors, or the authors' .pt.")
    private Path checkpoint;

    @Option(
            names = "--split",
            paramLabel = "SPLIT",
            defaultValue = "test",
            description = "test: the last item is held out; valid: the last but one (default: ${DEFAULT-VALUE}).")
    private String split;

    @Option(
            names = "--groups",
            paramLabel = "BY,...",
            description = "Also: length, by length of the users' sequences (3-4, 5, 6-8, 9+); popularity, by the"
                    + " target's (tail: the rarest fifth of the items; head); history, by items before the test item"
                    + " (cold, hot); intents, how well they stand apart (silhouette).")
    private String groups;

    @Option(
            names = "--intents",
            paramLabel = "K",
            description = "Clusters of --groups intents (default: the weight file's, else those of the preset named"
                    + " like the data).")
    private Integer intents;

    @Option(
            names = "--new-items",
            paramLabel = "FILE",
            description = "Vectors of items that training did not know, .npy or .safetensors; they take the ids after"
                    + " the last. For weights of llmdirec.")
    private Path newItems;

    @Option(
            names = "--noise",
            paramLabel = "R",
            description = "Strew random unseen items into the test histories, floor(R x length) a user.")
    private Double noise;

    @Option(
            names = "--noise-seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seed of the noise (default: ${DEFAULT-VALUE}).")
    private long noiseSeed;

    @Option(
            names = "--ranks",
            paramLabel = "OUT",
            description = "Write every user's rank, by line of the data: OUT ends in .safetensors (I32 rank) or .tsv.")
    private Path ranksFile;

    @Option(
            names = "--heads",
            paramLabel = "N",
            description = "Attention heads, which no .pt tells (default: the weight file's own, else 2).")
    private Integer heads;

    @Mixin
    private DeviceOptions device;

    EvaluateCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        Split which = split();
        Set<Grouping> groupings = Grouping.parse(groups, EnumSet.allOf(Grouping.class));
        requireSense(which, groupings);
        RanksFile.requireKnownEnding(ranksFile);
        SequenceDataset dataset = SequenceDataset.read(data);
        KMeans.Settings intentSettings = groupings.contains(Grouping.INTENTS)
                ? IntentSettings.of(terminal, checkpoint, intents, dataset.name())
                : null;
        try (Backend backend = device.open(terminal);
                SequenceModel model = ModelFile.open(
                        backend, checkpoint, heads == null ? OptionalInt.empty() : OptionalInt.of(heads))) {
            if (newItems == null) {
                evaluate(dataset, which, model, model, groupings, intentSettings);
                return ExitCode.SUCCESS;
            }
            try (SequenceModel grown = NewItems.add(newItems, checkpoint, model::withItems)) {
                NewItems.say(terminal, model, grown.items());
                evaluate(dataset, which, grown, model, groupings, intentSettings);
            }
        }
        return ExitCode.SUCCESS;
    }

    private void requireSense(Split which, Set<Grouping> groupings) {
        if (noise != null && !(noise >= 0 && noise <= 1)) {
            throw CommandException.usage("--noise is " + noise + ", expected a share from 0 to 1");
        }
        if (noise != null && which != Split.TEST) {
            throw CommandException.usage("--noise is defined for --split test only");
        }
        if (intents != null && !groupings.contains(Grouping.INTENTS)) {
            throw CommandException.usage("--intents is the number of clusters of --groups intents; name both or none");
        }
        if (newItems != null && (groupings.contains(Grouping.POPULARITY) || groupings.contains(Grouping.INTENTS))) {
            throw CommandException.usage("--groups popularity and intents look at the data of training, --new-items at"
                    + " data that training did not know; evaluate one after the other");
        }
    }

    private Split split() {
        return switch (split) {
            case "test" -> Split.TEST;
            case "valid" -> Split.VALID;
            default -> throw CommandException.usage("--split is \"" + split + "\", expected test or valid");
        };
    }

    /** @param trained the model as it was before new items came */
    private void evaluate(
            SequenceDataset dataset,
            Split which,
            SequenceModel model,
            SequenceModel trained,
            Set<Grouping> groupings,
            KMeans.Settings intentSettings)
            throws IOException {
        int known = trained.items();
        // Data without new items show what these cost the others.
        DataFit.require(terminal, data, dataset, checkpoint, dataset.items() > known ? model : trained);
        Histories histories = noise == null
                ? new LeaveOneOutSplit(dataset, which)
                : new NoisyHistories(dataset, noise, RandomStreams.EVALUATION_NOISE.key(noiseSeed, 0));
        // All that can go wrong comes before the first result is printed.
        int[] ranks = ranks(model, histories, Evaluator.clean(model));
        Silhouette silhouette = intentSettings == null ? null : silhouette(model, dataset, intentSettings);
        if (ranksFile != null) {
            RanksFile.write(ranksFile, dataset, ranks);
        }
        EvaluationReport report = new EvaluationReport(terminal, json, head(dataset));
        printTitle(dataset, histories);
        report.all(
                RankingMetrics.of(ranks),
                Evaluator.repeatedTargets(histories),
                model.items(),
                more(histories, model.items() - known));
        if (newItems != null) {
            printNewItems(report, histories, model, known, ranks);
        }
        for (Grouping grouping : groupings) {
            if (grouping == Grouping.INTENTS) {
                report.silhouette(silhouette, intentSettings.clusters());
            } else {
                grouping.users(dataset, histories).forEach(group -> report.group(group, ranks));
            }
        }
    }

    private int[] ranks(SequenceModel model, Histories histories, RankingKernels.Candidates candidates) {
        try {
            return Evaluator.ranks(model, histories, candidates);
        } catch (ArithmeticException e) {
            throw CommandException.badInput(checkpoint + ": " + e.getMessage(), e);
        }
    }

    private void printNewItems(
            EvaluationReport report, Histories histories, SequenceModel model, int known, int[] ranks) {
        int[] rows = IntStream.range(0, histories.users())
                .filter(user -> histories.target(user) > known)
                .toArray();
        if (rows.length == 0) {
            terminal.say("no target is a new item: this is what they cost the known ones");
            return;
        }
        UserGroup all = new UserGroup("new_items", "targets that training did not know, among all items", rows);
        report.newItems(all, ranks, histories, 1, model.items());
        RankingKernels.Candidates amongNew =
                new RankingKernels.Candidates(known + 1, model.items() + 1, Float.NEGATIVE_INFINITY);
        UserGroup among = new UserGroup("among_new_items", "the same targets, among the new items alone", rows);
        report.newItems(among, ranks(model, histories, amongNew), histories, known + 1, model.items() - known);
    }

    private Silhouette silhouette(SequenceModel model, SequenceDataset dataset, KMeans.Settings settings) {
        try {
            return IntentSilhouette.of(model, dataset, settings, SILHOUETTE_SEED, done -> {});
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw CommandException.badInput("--groups intents: " + e.getMessage(), e);
        }
    }

    private void printTitle(SequenceDataset dataset, Histories histories) {
        if (json) {
            return;
        }
        terminal.result("%s, %s split, %s", dataset.name(), split, checkpoint);
        if (histories instanceof NoisyHistories noisy) {
            terminal.result(
                    "noise %s, seed %d: %,d items inserted into the histories of %,d users",
                    noise, noiseSeed, noisy.insertions(), noisy.touchedUsers());
        }
    }

    private Map<String, Object> head(SequenceDataset dataset) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("data", dataset.name());
        map.put("checkpoint", checkpoint.toString());
        map.put("split", split);
        return map;
    }

    private Map<String, Object> more(Histories histories, int added) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (histories instanceof NoisyHistories noisy) {
            map.put("noise", noise);
            map.put("noise_seed", noiseSeed);
            map.put("touched_users", noisy.touchedUsers());
            map.put("insertions", noisy.insertions());
        }
        if (newItems != null) {
            map.put("new_items", added);
        }
        return map;
    }
}
