package io.github.indirec.model.cli;

import io.github.indirec.model.InDiRec;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.InDiRecTask;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.demo.PlantedIntents;
import io.github.indirec.model.eval.MarkovRanker;
import io.github.indirec.model.eval.PopularityRanker;
import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.serve.Query;
import io.github.indirec.model.serve.Recommendation;
import io.github.indirec.model.serve.Recommender;
import io.github.indirec.model.train.Trainer;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code indirec demo}: the whole library in a minute, on data whose intents are known. */
@Command(
        name = "demo",
        description =
                "Generates a shop whose customers follow known intents, trains InDiRec on it and shows what it found.",
        footer = {
            "",
            "Example: indirec demo",
            "JSON keys of an epoch: as of train. At the end: data, split, best_epoch, users,",
            "hits@5, HR@5, NDCG@5, the same @10 and @20, MRR, repeated_targets, protocol,",
            "popularity, markov (metrics each), nmi, purity, sub_sequences, examples (user,",
            "history, next, intent, recommended), run_folder, seconds."
        })
final class DemoCommand extends Subcommand {
    private static final String PRESET = "demo";
    private static final int EXAMPLES = 3;
    private static final int SHOWN_RECOMMENDATIONS = 5;

    @Option(
            names = "--out",
            paramLabel = "RUNDIR",
            description = "The run folder (default: runs/demo-indirec-<date>-<seed>).")
    private Path out;

    @Option(names = "--users", paramLabel = "N", description = "Users to generate (default: ${DEFAULT-VALUE}).")
    private int users = PlantedIntents.DEFAULT_USERS;

    @Mixin
    private SettingsOptions settingsOptions;

    @Mixin
    private DeviceOptions device;

    DemoCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        long begin = System.nanoTime();
        Settings settings = settingsOptions.resolve(PRESET);
        if (ModelFamily.of(settings) != ModelFamily.INDIREC) {
            throw CommandException.usage("demo shows InDiRec's intents; for another model run it once and then"
                    + " indirec train --model NAME --preset demo --data RUNDIR/shop");
        }
        InDiRecConfig config = InDiRecConfig.of(settings);
        Path folder = out == null ? TrainingRun.freeFolder(PRESET, settings) : out;
        if (Files.exists(folder.resolve("config.json"))) {
            throw CommandException.badInput(folder + ": holds a run already; choose another folder with --out", null);
        }
        PlantedIntents shop = generate(config.training().seed());
        shop.write(folder.resolve("shop"));
        SequenceDataset data = SequenceDataset.read(folder.resolve("shop"));
        terminal.say(
                "a shop of %,d items and %,d customers, who follow %d planted intents; data in %s",
                shop.items(), shop.users(), shop.intents(), folder.resolve("shop"));
        try (Backend backend = device.open(terminal);
                TrainingRun run = TrainingRun.start(backend, data, folder.resolve("shop"), settings, null, folder)) {
            terminal.say("%s", backend.description());
            if (!train(run, config.training().epochs())) {
                return ExitCode.INTERRUPTED;
            }
            report(run, shop, data, begin);
        }
        return ExitCode.SUCCESS;
    }

    private PlantedIntents generate(long seed) {
        try {
            return PlantedIntents.generate(seed, users);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--users: " + e.getMessage());
        }
    }

    private boolean train(TrainingRun run, int epochs) throws IOException {
        try (StopOnInterrupt stop = new StopOnInterrupt(terminal);
                TrainingProgress progress = new TrainingProgress(terminal, epochs, json)) {
            if (run.train(progress) == Trainer.Outcome.INTERRUPTED) {
                progress.close();
                terminal.say(
                        "stopped, the state is saved; go on with: indirec train --resume %s",
                        run.folder().folder());
                return false;
            }
            return true;
        }
    }

    private void report(TrainingRun run, PlantedIntents shop, SequenceDataset data, long begin) throws IOException {
        TestReport test = run.test();
        LeaveOneOutSplit split = new LeaveOneOutSplit(data, LeaveOneOutSplit.Split.TEST);
        RankingMetrics popularity = RankingMetrics.of(PopularityRanker.fit(data).ranks(split));
        RankingMetrics markov = RankingMetrics.of(MarkovRanker.fit(data).ranks(split));
        DemoIntents intents = new DemoIntents(shop, (InDiRec) run.model(), (InDiRecTask) run.trainer().task());
        List<DemoExample> examples = examples(run, shop, split, intents);
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (json) {
            Map<String, Object> object = test.toMap();
            object.put("popularity", popularity.toMap());
            object.put("markov", markov.toMap());
            object.put("nmi", intents.agreement().nmi());
            object.put("purity", intents.agreement().purity());
            object.put("sub_sequences", intents.members());
            object.put("examples", examples.stream().map(e -> e.toMap(shop)).toList());
            object.put("run_folder", run.folder().folder().toString());
            object.put("seconds", seconds);
            terminal.json(object);
            return;
        }
        terminal.result(
                "%-12s  %7s  %7s  %7s  %7s  %7s  %7s",
                "test split", "HR@5", "NDCG@5", "HR@10", "NDCG@10", "HR@20", "NDCG@20");
        row("InDiRec", test.metrics());
        row("Markov", markov);
        row("popularity", popularity);
        terminal.result("protocol: %s", test.toMap().get("protocol"));
        terminal.result("");
        terminal.result(
                "found intents against planted ones, over %,d sub-sequences: NMI %.3f, purity %.3f",
                intents.members(),
                intents.agreement().nmi(),
                intents.agreement().purity());
        examples.forEach(example -> example.print(terminal, shop));
        terminal.result("");
        terminal.result("run folder: %s", run.folder().folder());
        terminal.result("%.0f seconds in all", seconds);
    }

    private void row(String name, RankingMetrics m) {
        terminal.result(
                "%-12s  %7.4f  %7.4f  %7.4f  %7.4f  %7.4f  %7.4f",
                name, m.hitRate5(), m.ndcg5(), m.hitRate10(), m.ndcg10(), m.hitRate20(), m.ndcg20());
    }

    private List<DemoExample> examples(
            TrainingRun run, PlantedIntents shop, LeaveOneOutSplit split, DemoIntents intents) {
        List<DemoExample> examples = new ArrayList<>();
        try (Recommender recommender = Recommender.of(run.model().sequenceModel())) {
            for (int i = 0; i < EXAMPLES; i++) {
                int user = i * split.users() / EXAMPLES;
                int[] history = split.history(user);
                List<Recommendation> best = recommender.recommend(
                        Query.after(history).top(SHOWN_RECOMMENDATIONS).withoutSeen());
                String intent = shop.intentName(intents.intentOf(history));
                examples.add(new DemoExample(split.dataset().userId(user), history, split.target(user), intent, best));
            }
        }
        return examples;
    }
}
