package io.github.indirec.model.cli;

import io.github.indirec.model.data.ItemCatalog;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.serve.ModelFile;
import io.github.indirec.model.serve.Query;
import io.github.indirec.model.serve.Recommendation;
import io.github.indirec.model.serve.Recommender;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code indirec recommend}: the best next items for a user or any history. */
@Command(
        name = "recommend",
        description = "Recommends what comes next after a user's items, or after any history.",
        footer = {
            "",
            "Examples:",
            "  indirec recommend --checkpoint best.safetensors --data data/beauty --user 42",
            "  indirec recommend --checkpoint best.safetensors --history \"1 2 3\" --json",
            "  indirec recommend --checkpoint best.safetensors --history \"1 2 3\" \\",
            "    --new-items new.safetensors --new-catalog new-items.tsv",
            "JSON keys: rank, item, score, title (where known). One object an item."
        })
final class RecommendCommand extends Subcommand {
    private static final ItemCatalog NOTHING = ItemCatalog.untitled(0);

    @Option(
            names = "--checkpoint",
            required = true,
            paramLabel = "FILE",
            description = "Weights: .safetensors, or the authors' .pt.")
    private Path checkpoint;

    @Option(
            names = "--data",
            paramLabel = "DIR|FILE",
            description = "The data that the model was trained on: for --user, and for titles.")
    private Path data;

    @ArgGroup(multiplicity = "1")
    private Who who;

    /** Whose next items. */
    private static final class Who {
        @Option(
                names = "--user",
                required = true,
                paramLabel = "U",
                description = "A user id of the data; the history is the whole line.")
        private Integer user;

        @Option(
                names = "--history",
                required = true,
                paramLabel = "\"1 2 3\"",
                description = "Item ids in time order, the last one newest; blanks or commas between.")
        private String history;
    }

    @Option(
            names = "-k",
            paramLabel = "K",
            defaultValue = "10",
            description = "How many items (default: ${DEFAULT-VALUE}).")
    private int k;

    @Option(names = "--exclude-seen", description = "Leave out the items of the history.")
    private boolean excludeSeen;

    @Option(names = "--allow", paramLabel = "FILE", description = "Only these items: one id a line.")
    private Path allow;

    @Option(names = "--deny", paramLabel = "FILE", description = "None of these items: one id a line.")
    private Path deny;

    @Option(
            names = "--new-items",
            paramLabel = "FILE",
            description = "Vectors of items that training did not know, .npy or .safetensors; they take the ids after"
                    + " the last. For weights of llmdirec.")
    private Path newItems;

    @Option(
            names = "--new-catalog",
            paramLabel = "FILE",
            description = "The new items' items.tsv, in which they are numbered from 1 on: for their titles.")
    private Path newCatalog;

    @Option(
            names = "--heads",
            paramLabel = "N",
            description = "Attention heads, which no .pt tells (default: the weight file's own, else 2).")
    private Integer heads;

    @Mixin
    private DeviceOptions device;

    RecommendCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        if (k < 1) {
            throw CommandException.usage("-k is " + k + ", expected at least 1");
        }
        if (who.user != null && data == null) {
            throw CommandException.usage("--user needs --data, which holds the user's history");
        }
        if (newCatalog != null && newItems == null) {
            throw CommandException.usage("--new-catalog needs --new-items, the vectors of the items in it");
        }
        int[] history = who.history == null ? null : parse(who.history);
        SequenceDataset dataset = data == null ? null : SequenceDataset.read(data);
        try (Backend backend = device.open(terminal);
                SequenceModel model = ModelFile.open(
                        backend, checkpoint, heads == null ? OptionalInt.empty() : OptionalInt.of(heads));
                Recommender recommender = Recommender.of(model, backend.device())) {
            if (dataset != null) {
                DataFit.require(terminal, data, dataset, checkpoint, model);
            }
            int[] shown = history == null ? historyOf(dataset) : history;
            ItemCatalog catalog = dataset == null ? NOTHING : dataset.catalog();
            if (newItems == null) {
                print(recommend(recommender, shown), catalog, model.items(), NOTHING);
                return ExitCode.SUCCESS;
            }
            try (Recommender grown = NewItems.add(newItems, checkpoint, recommender::withItems)) {
                int added = grown.items() - model.items();
                ItemCatalog addedCatalog = newCatalog == null ? NOTHING : ItemCatalog.read(newCatalog, added);
                NewItems.say(terminal, model, grown.items());
                print(recommend(grown, shown), catalog, model.items(), addedCatalog);
            }
        }
        return ExitCode.SUCCESS;
    }

    private static int[] parse(String history) {
        String[] words = history.strip().split("[\\s,]+");
        int[] items = new int[words.length];
        for (int i = 0; i < words.length; i++) {
            try {
                items[i] = Integer.parseInt(words[i]);
            } catch (NumberFormatException e) {
                throw CommandException.usage("--history holds \"" + words[i] + "\", expected item ids as in \"1 2 3\"");
            }
        }
        return items;
    }

    private int[] historyOf(SequenceDataset dataset) {
        OptionalInt row = dataset.rowOf(who.user);
        if (row.isEmpty()) {
            throw CommandException.badInput(
                    dataset.file() + ": there is no user " + who.user + " in it; the first is user " + dataset.userId(0)
                            + ", the last " + dataset.userId(dataset.users() - 1),
                    null);
        }
        return dataset.sequence(row.getAsInt());
    }

    private Query query(int[] history, int items) throws IOException {
        Query query = Query.after(history).top(k);
        if (excludeSeen) {
            query = query.withoutSeen();
        }
        if (allow != null) {
            query = query.only(ItemList.read(allow, items));
        }
        if (deny != null) {
            query = query.without(ItemList.read(deny, items));
        }
        return query;
    }

    private List<Recommendation> recommend(Recommender recommender, int[] history) throws IOException {
        Query query = query(history, recommender.items());
        try {
            return recommender.recommend(query);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw CommandException.badInput(checkpoint + ": " + e.getMessage(), e);
        }
    }

    /** @param known number of items that training knew; {@code added} is the catalogue of those behind them */
    private void print(List<Recommendation> recommendations, ItemCatalog catalog, int known, ItemCatalog added) {
        int rank = 0;
        for (Recommendation recommendation : recommendations) {
            rank++;
            int item = recommendation.item();
            ItemCatalog own = item > known ? added : catalog;
            int id = item > known ? item - known : item;
            // A catalogue without columns knows no titles, and a part of the data not all items.
            boolean titled = !own.columns().isEmpty() && id <= own.items();
            String title = titled ? own.title(id) : "";
            if (json) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("rank", rank);
                object.put("item", item);
                object.put("score", recommendation.score());
                if (titled) {
                    object.put("title", title);
                }
                terminal.json(object);
            } else {
                terminal.result("%3d  %7d  %9.4f  %s", rank, item, recommendation.score(), title);
            }
        }
        if (recommendations.size() < k) {
            terminal.say("%d items are all that may be recommended", recommendations.size());
        }
    }
}
