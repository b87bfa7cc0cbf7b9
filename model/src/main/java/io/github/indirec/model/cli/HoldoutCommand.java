package io.github.indirec.model.cli;

import io.github.indirec.model.data.HeldOutItems;
import io.github.indirec.model.data.ItemCatalog;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.io.AtomicFiles;
import io.github.indirec.model.text.ItemVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code indirec holdout}: data in which some items are new. */
@Command(
        name = "holdout",
        description = "Takes some items out of the data, to see how well a model ranks them by their vectors alone.",
        footer = {
            "",
            "Example:",
            "  indirec embed --data data/beauty --out beauty.safetensors",
            "  indirec holdout --data data/beauty --item-vectors beauty.safetensors --out cold",
            "  indirec train --model llmdirec --data cold/beauty \\",
            "    --item-vectors cold/known.safetensors --out runs/cold",
            "  indirec evaluate --checkpoint runs/cold/best.safetensors \\",
            "    --data cold/cases.txt --new-items cold/new.safetensors",
            "DIR then holds a folder named like the data (the data without the new items,",
            "numbered anew), known.safetensors and new.safetensors (vectors of the known",
            "and of the new items), cases.txt (a user a line: known items, and last the new",
            "one that followed), new-items.tsv (what is known about the new items) and",
            "new-ids.txt (their ids in the whole data).",
            "JSON keys: data, known_items, new_items, training_users, training_interactions,",
            "cases, seed."
        })
final class HoldoutCommand extends Subcommand {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR|FILE",
            description = "A folder with sequences.txt, or a single file in the authors' format.")
    private Path data;

    @Option(
            names = "--item-vectors",
            required = true,
            paramLabel = "FILE",
            description = "Vectors of all items, a row an item (.safetensors or .npy).")
    private Path itemVectors;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder to make.")
    private Path out;

    @Option(
            names = "--share",
            paramLabel = "R",
            defaultValue = "0.1",
            description = "Share of the items to hold out (default: ${DEFAULT-VALUE}).")
    private double share;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Which items: equal seeds, equal items (default: ${DEFAULT-VALUE}).")
    private long seed;

    HoldoutCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        if (!(share > 0 && share < 1)) {
            throw CommandException.usage("--share is " + share + ", expected above 0 and below 1");
        }
        if (Files.exists(out)) {
            throw CommandException.badInput(out + ": is there already; name a folder that is not", null);
        }
        SequenceDataset dataset = SequenceDataset.read(data);
        ItemVectors vectors = ItemVectors.read(itemVectors, dataset.items());
        HeldOutItems parts = parts(dataset);
        write(dataset, vectors, parts);
        report(parts);
        return ExitCode.SUCCESS;
    }

    private HeldOutItems parts(SequenceDataset dataset) {
        try {
            return new HeldOutItems(dataset, share, seed);
        } catch (IllegalArgumentException e) {
            throw CommandException.badInput(dataset.file() + ": " + e.getMessage(), e);
        }
    }

    private void write(SequenceDataset dataset, ItemVectors vectors, HeldOutItems parts) throws IOException {
        Path folder = out.resolve(dataset.name());
        Files.createDirectories(folder);
        SequenceDataset training = parts.training();
        vectors.select(parts.knownItems())
                .write(out.resolve("known.safetensors"), Map.of("data_sha256", training.sha256()));
        vectors.select(parts.newItems()).write(out.resolve("new.safetensors"), Map.of());
        String ids = Arrays.stream(parts.newItems())
                .mapToObj(item -> item + "\n")
                .collect(Collectors.joining());
        AtomicFiles.write(out.resolve("new-ids.txt"), ids);
        ItemCatalog catalog = dataset.catalog();
        if (!catalog.columns().isEmpty()) {
            training.catalog().write(folder.resolve("items.tsv"));
            catalog.select(parts.newItems()).write(out.resolve("new-items.tsv"));
        }
        training.write(folder.resolve("sequences.txt"));
        parts.cases().write(out.resolve("cases.txt"));
    }

    private void report(HeldOutItems parts) {
        SequenceDataset training = parts.training();
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("data", out.resolve(training.name()).toString());
            object.put("known_items", training.items());
            object.put("new_items", parts.newItems().length);
            object.put("training_users", training.users());
            object.put("training_interactions", training.interactions());
            object.put("cases", parts.cases().users());
            object.put("seed", seed);
            terminal.json(object);
            return;
        }
        terminal.result(
                "%s: %,d items, %,d users, %,d interactions to train on",
                out.resolve(training.name()), training.items(), training.users(), training.interactions());
        terminal.result(
                "%s: %,d users whose next item is one of %,d new ones",
                out.resolve("cases.txt"), parts.cases().users(), parts.newItems().length);
    }
}
