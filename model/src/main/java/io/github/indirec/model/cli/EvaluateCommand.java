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
import io.github.indirec.model.serve.ModelFile;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
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
            "JSON keys: data, checkpoint, split, group, users, hits@5, HR@5, NDCG@5, the",
            "same @10 and @20, MRR, repeated_targets, protocol; with --noise also noise,",
            "noise_seed, touched_users, insertions. With --groups one object a group follows."
        })
final class EvaluateCommand extends Subcommand {
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
            paramLabel = "BY",
            description = "length: also by length of the users' sequences: 5, 6-8, 9+.")
    private String groups;

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
        if (groups != null && !groups.equals("length")) {
            throw CommandException.usage("--groups is \"" + groups + "\", expected length");
        }
        if (noise != null && !(noise >= 0 && noise <= 1)) {
            throw CommandException.usage("--noise is " + noise + ", expected a share from 0 to 1");
        }
        if (noise != null && which != Split.TEST) {
            throw CommandException.usage("--noise is defined for --split test only");
        }
        RanksFile.requireKnownEnding(ranksFile);
        SequenceDataset dataset = SequenceDataset.read(data);
        try (Backend backend = device.open();
                SequenceModel model = ModelFile.open(
                        backend, checkpoint, heads == null ? OptionalInt.empty() : OptionalInt.of(heads))) {
            DataFit.require(terminal, data, dataset, checkpoint, model);
            evaluate(dataset, which, model);
        }
        return ExitCode.SUCCESS;
    }

    private Split split() {
        return switch (split) {
            case "test" -> Split.TEST;
            case "valid" -> Split.VALID;
            default -> throw CommandException.usage("--split is \"" + split + "\", expected test or valid");
        };
    }

    private void evaluate(SequenceDataset dataset, Split which, SequenceModel model) throws IOException {
        Histories histories = noise == null
                ? new LeaveOneOutSplit(dataset, which)
                : new NoisyHistories(dataset, noise, RandomStreams.EVALUATION_NOISE.key(noiseSeed, 0));
        int[] ranks;
        try {
            ranks = Evaluator.ranks(model, histories, Evaluator.clean(model));
        } catch (ArithmeticException e) {
            throw CommandException.badInput(checkpoint + ": " + e.getMessage(), e);
        }
        if (ranksFile != null) {
            RanksFile.write(ranksFile, dataset, ranks);
        }
        int repeated = Evaluator.repeatedTargets(histories);
        print(dataset, histories, RankingMetrics.of(ranks), repeated, model.items());
        if (groups != null) {
            for (LengthGroup group : LengthGroup.values()) {
                printGroup(group, dataset, ranks);
            }
        }
    }

    private void print(SequenceDataset dataset, Histories histories, RankingMetrics metrics, int repeated, int items) {
        if (json) {
            Map<String, Object> object = MetricsTable.json(head(dataset, "all"), metrics);
            object.put("repeated_targets", repeated);
            object.put("protocol", MetricsTable.protocol(items));
            if (histories instanceof NoisyHistories noisy) {
                object.put("noise", noise);
                object.put("noise_seed", noiseSeed);
                object.put("touched_users", noisy.touchedUsers());
                object.put("insertions", noisy.insertions());
            }
            terminal.json(object);
            return;
        }
        terminal.result("%s, %s split, %s", dataset.name(), split, checkpoint);
        if (histories instanceof NoisyHistories noisy) {
            terminal.result(
                    "noise %s, seed %d: %,d items inserted into the histories of %,d users",
                    noise, noiseSeed, noisy.insertions(), noisy.touchedUsers());
        }
        MetricsTable.print(terminal, metrics);
        terminal.result("protocol: %s", MetricsTable.protocol(items));
        terminal.result("repeated targets: %,d users had the held-out item before", repeated);
    }

    private void printGroup(LengthGroup group, SequenceDataset dataset, int[] ranks) {
        int[] rows = IntStream.range(0, dataset.users())
                .filter(user -> group.contains(dataset.length(user)))
                .toArray();
        if (rows.length == 0) {
            return;
        }
        RankingMetrics metrics =
                RankingMetrics.of(Arrays.stream(rows).map(user -> ranks[user]).toArray());
        if (json) {
            terminal.json(MetricsTable.json(head(dataset, group.label()), metrics));
        } else {
            terminal.result("");
            terminal.result("users with %s items", group.label());
            MetricsTable.print(terminal, metrics);
        }
    }

    private Map<String, Object> head(SequenceDataset dataset, String group) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("data", dataset.name());
        map.put("checkpoint", checkpoint.toString());
        map.put("split", split);
        map.put("group", group);
        return map;
    }
}
