package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.support.SharedFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every model on every real data set that can serve it, from the command line, with the data set's own preset but for
 * sizes: a few users, the shortest and the longest sequences among them.
 */
@Tag("training")
class EveryDataSetTest {
    private static final int FIRST = 20;
    private static final int SHORTEST = 10;
    private static final int LONGEST = 2;
    private static final int WIDTH = 12;

    /**
     * Of each model those that it has. Rows are 32 wide: at the presets' dropout of one half, of 8 numbers all are
     * dropped once in 256 rows, and LayerNorm's gradient at a row of zeros, 1e6 (1 / sqrt(eps)) a layer, overflows.
     */
    private static final Map<String, String> SIZES = Map.of(
            "epochs", "1",
            "hidden_size", "32",
            "max_seq_length", "20",
            "timesteps", "5",
            "num_intents", "4",
            "kmeans_restarts", "1",
            "batch_size", "16",
            "validation_interval", "1");

    @TempDir
    Path temporary;

    @TestFactory
    Stream<DynamicTest> trainsEvaluatesAndRecommends() throws IOException {
        List<Path> folders;
        try (Stream<Path> entries = Files.list(SharedFolders.data())) {
            folders = entries.filter(Files::isDirectory).sorted().toList();
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (Path folder : folders) {
            Path sample = sample(folder);
            for (ModelFamily model : ModelFamily.values()) {
                if (Files.exists(sample.resolve("items.tsv")) || !model.needsVectors()) {
                    String name = folder.getFileName() + ", " + model.label();
                    tests.add(DynamicTest.dynamicTest(name, () -> check(model, sample)));
                }
            }
        }
        assertFalse(tests.isEmpty(), "no data set in " + SharedFolders.data());
        return tests.stream();
    }

    private void check(ModelFamily model, Path data) throws IOException {
        SequenceDataset dataset = SequenceDataset.read(data);
        Path run = temporary.resolve("runs").resolve(data.getFileName() + "-" + model.label());
        List<Object> train = new ArrayList<>(
                List.of("train", "--model", model.label(), "--data", data, "--out", run, "--threads", 1));
        Map<String, String> known = model.settings("beauty").toMap();
        SIZES.forEach((key, value) -> {
            if (known.containsKey(key)) {
                train.addAll(List.of("--set", key + "=" + value));
            }
        });
        if (model.needsVectors()) {
            Path vectors = temporary.resolve(data.getFileName() + ".safetensors");
            vectors(dataset.items()).write(vectors, Map.of());
            train.addAll(List.of("--item-vectors", vectors));
        }
        CommandRun.of(train.toArray()).succeeds();
        Path weights = run.resolve("best.safetensors");
        List<Map<String, Object>> metrics = CommandRun.of(
                        "evaluate", "--data", data, "--checkpoint", weights, "--groups", "popularity,history", "--json")
                .succeeds()
                .json();
        assertEquals(dataset.users(), metrics.get(0).get("users"));
        assertTrue(metrics.size() > 2, "groups are reported");
        List<Map<String, Object>> items = CommandRun.of(
                        "recommend", "--data", data, "--checkpoint", weights, "--user", 1, "-k", 5, "--json")
                .succeeds()
                .json();
        assertEquals(5, items.size());
    }

    /**
     * The first users, the shortest and the longest, and one with the last item, so that items.tsv still fits; as lines
     * of the file, with its own line ends.
     */
    private Path sample(Path folder) throws IOException {
        String text = Files.readString(folder.resolve("sequences.txt"));
        String end = text.contains("\r\n") ? "\r\n" : "\n";
        List<String> lines = text.lines().toList();
        List<String> byLength = lines.stream()
                .sorted(Comparator.comparingInt(line -> line.split(" ").length))
                .toList();
        String last = " " + SequenceDataset.read(folder).items();
        String withLast = lines.stream()
                .filter(line -> (line + " ").contains(last + " "))
                .findFirst()
                .orElseThrow();
        Stream<String> chosen = Stream.of(
                        List.of(withLast),
                        lines.subList(0, FIRST),
                        byLength.subList(0, SHORTEST),
                        byLength.subList(byLength.size() - LONGEST, byLength.size()))
                .flatMap(List::stream)
                .distinct();
        Path sample = Files.createDirectories(temporary.resolve(folder.getFileName()));
        StringBuilder out = new StringBuilder();
        chosen.forEach(line -> out.append(line).append(end));
        Files.writeString(sample.resolve("sequences.txt"), out);
        if (Files.exists(folder.resolve("items.tsv"))) {
            Files.copy(folder.resolve("items.tsv"), sample.resolve("items.tsv"));
        }
        return sample;
    }

    private static ItemVectors vectors(int items) {
        Random random = new Random(1);
        float[] values = new float[items * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return ItemVectors.of(values, WIDTH);
    }
}
