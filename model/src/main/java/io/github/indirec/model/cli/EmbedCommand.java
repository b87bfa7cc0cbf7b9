package io.github.indirec.model.cli;

import io.github.indirec.model.data.ItemCatalog;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.io.Checksums;
import io.github.indirec.model.text.ItemPrompt;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.model.text.TextEncoder;
import io.github.indirec.model.text.TextEncoderProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code indirec embed}: the items' texts as vectors. */
@Command(
        name = "embed",
        description = "Turns the text of every item into a vector, or imports vectors made elsewhere.",
        footer = {
            "",
            "Examples:",
            "  indirec embed --data data/beauty --out beauty.safetensors",
            "  indirec embed --data data/beauty --from bge-m3.npy --out beauty.safetensors",
            "  indirec embed --data new-items.tsv --prompt beauty --out new.safetensors",
            "",
            "The first Ctrl-C stops with the finished rows saved beside FILE (exit code",
            "130); the same command goes on, and ends in the same bytes as one that was",
            "never stopped.",
            "JSON keys: file, items, width, encoder, prompt, keywords, data, data_sha256,",
            "texts_sha256; of an import: file, items, width, source, data, data_sha256."
        })
final class EmbedCommand extends Subcommand {
    private static final String ENDING = ".safetensors";
    private static final String CATALOG_ENDING = ".tsv";
    private static final int MAX_THREADS = 1024;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR|FILE.tsv",
            description = "A folder with sequences.txt and items.tsv (an import needs no items.tsv); or an items.tsv"
                    + " alone, of items that arrive after training, numbered from 1 on.")
    private Path data;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "The .safetensors file to write; replaced if it exists.")
    private Path out;

    @Option(
            names = "--prompt",
            paramLabel = "NAME",
            description = "The sentences made of an item's attributes: beauty, sports, toys, shop (any other), yelp,"
                    + " movielens (default: the one for data of that name).")
    private String prompt;

    @Option(
            names = "--keywords",
            description = "Let an item's keywords stand for its features or description where these are not known.")
    private boolean keywords;

    @Option(
            names = "--encoder",
            paramLabel = "NAME",
            description = "Which encoder, where there are several (default: the only one).")
    private String encoder;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "CPU threads; changes the speed, never the result (default: one a core).")
    private Integer threads;

    @Option(
            names = "--from",
            paramLabel = "VECTORS",
            description = "Import these vectors instead, .npy or .safetensors, one row an item in the order of ids.")
    private Path from;

    @Option(
            names = "--shuffle",
            paramLabel = "SEED",
            description = "With --from: deal the vectors out to the items at random, the control of every claim about what"
                    + " text gives.")
    private Long shuffle;

    EmbedCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        if (!out.toString().endsWith(ENDING)) {
            throw CommandException.usage("--out is " + out + ", expected a name ending in " + ENDING);
        }
        if (!Files.isDirectory(out.toAbsolutePath().getParent()) || Files.isDirectory(out)) {
            throw CommandException.badInput(
                    out + ": expected a file in a folder that exists; create the folder first", null);
        }
        if (shuffle != null && from == null) {
            throw CommandException.usage("--shuffle deals out vectors that there are: name their file with --from");
        }
        Map<String, String> about = new TreeMap<>();
        boolean alone = data.toString().endsWith(CATALOG_ENDING) && Files.isRegularFile(data);
        ItemCatalog catalog = alone ? catalogAlone(about) : catalogOfDataset(about);
        return from == null ? encode(catalog, about) : convert(catalog, about);
    }

    private ItemCatalog catalogAlone(Map<String, String> about) throws IOException {
        String file = String.valueOf(data.getFileName());
        about.put("data", file.substring(0, file.length() - CATALOG_ENDING.length()));
        about.put("data_sha256", Checksums.sha256(Files.readAllBytes(data)));
        return ItemCatalog.read(data);
    }

    private ItemCatalog catalogOfDataset(Map<String, String> about) throws IOException {
        SequenceDataset dataset = SequenceDataset.read(data);
        about.put("data", dataset.name());
        about.put("data_sha256", dataset.sha256());
        return dataset.catalog();
    }

    private int convert(ItemCatalog catalog, Map<String, String> about) throws IOException {
        if (prompt != null || keywords || encoder != null || threads != null) {
            throw CommandException.usage("--from takes vectors as they are; leave out --prompt, --keywords, --encoder"
                    + " and --threads, which say how to make them");
        }
        about.put("source", String.valueOf(from.getFileName()));
        ItemVectors vectors = ItemVectors.read(from, catalog.items());
        if (shuffle != null) {
            about.put("shuffled", Long.toString(shuffle));
            vectors = vectors.shuffled(shuffle);
        }
        vectors.write(out, about);
        report(vectors, about, "from " + from);
        return ExitCode.SUCCESS;
    }

    private int encode(ItemCatalog catalog, Map<String, String> about) throws IOException {
        ItemPrompt chosen = prompt(about.get("data"));
        requireColumns(catalog, chosen);
        int count = threads == null ? Provenance.cores() : threads;
        if (count < 1 || count > MAX_THREADS) {
            throw CommandException.usage("--threads is " + count + ", expected 1 to " + MAX_THREADS);
        }
        List<String> texts = chosen.texts(catalog, keywords);
        about.put("prompt", chosen.key());
        about.put("keywords", String.valueOf(keywords));
        try (StopOnInterrupt stop = new StopOnInterrupt(terminal);
                TextEncoder model = provider().open(count)) {
            EmbeddingRun run = new EmbeddingRun(terminal, out, model, texts, about);
            if (!run.finish()) {
                terminal.say("stopped, the finished rows are in %s; the same command goes on", run.partialFile());
                return ExitCode.INTERRUPTED;
            }
            report(run.vectors(), run.about(), model.name() + ", prompt " + chosen.key()
                    + (keywords ? " with keywords" : ""));
        }
        return ExitCode.SUCCESS;
    }

    private ItemPrompt prompt(String name) {
        String known = Arrays.stream(ItemPrompt.values()).map(ItemPrompt::key).collect(Collectors.joining(", "));
        if (prompt != null) {
            return ItemPrompt.of(prompt)
                    .orElseThrow(() ->
                            CommandException.usage("--prompt is " + prompt + ", expected one of " + known));
        }
        ItemPrompt like = ItemPrompt.forData(name)
                .orElseThrow(() -> CommandException.usage("--prompt is missing, and none is named like "
                        + name + "; it is one of " + known + ", of which shop suits any products"));
        terminal.say("prompt %s (named like the data)", like.key());
        return like;
    }

    private void requireColumns(ItemCatalog catalog, ItemPrompt chosen) {
        List<String> columns = catalog.columns();
        if (columns.isEmpty()) {
            throw CommandException.badInput(
                    data + ": expected a folder with items.tsv, found no text of the items; write that file, or import"
                            + " vectors with --from",
                    null);
        }
        if (keywords && !chosen.takesKeywords()) {
            throw CommandException.usage("--keywords stand for features or descriptions, and the prompt "
                    + chosen.key() + " has neither; leave them out");
        }
        if (keywords && !columns.contains("keywords")) {
            throw CommandException.badInput(
                    data + ": --keywords needs a column keywords, found " + columns + "; leave the option out", null);
        }
    }

    private TextEncoderProvider provider() {
        Map<String, TextEncoderProvider> providers = new TreeMap<>();
        ServiceLoader.load(TextEncoderProvider.class).forEach(found -> providers.put(found.name(), found));
        if (providers.isEmpty()) {
            throw CommandException.usage("there is no text encoder on the class path; start with ./indirec, or add the"
                    + " artifact io.github.indirec:indirec-text, or import vectors with --from");
        }
        if (encoder == null && providers.size() > 1 || encoder != null && !providers.containsKey(encoder)) {
            throw CommandException.usage("--encoder is " + (encoder == null ? "missing" : encoder)
                    + ", expected one of " + String.join(", ", providers.keySet()));
        }
        return encoder == null ? providers.values().iterator().next() : providers.get(encoder);
    }

    private void report(ItemVectors vectors, Map<String, String> about, String origin) {
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("file", out.toString());
            object.put("items", vectors.items());
            object.put("width", vectors.width());
            object.putAll(about);
            terminal.json(object);
        } else {
            terminal.result("%s: %,d vectors of %,d numbers, %s", out, vectors.items(), vectors.width(), origin);
        }
    }
}
