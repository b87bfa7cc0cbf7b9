package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.serve.Recommender;
import io.github.indirec.model.text.ItemVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code indirec train --model llmdirec}: item vectors go in, a weight file that needs nothing else comes out. */
class LlmDiRecCommandTest {
    private static final int WIDTH = 24;

    @TempDir
    Path temporary;

    private Path shop;
    private Path vectors;

    @BeforeEach
    void write() throws IOException {
        shop = TinyShop.write(temporary.resolve("shop"));
        vectors = temporary.resolve("vectors.safetensors");
        of(TinyShop.ITEMS).write(vectors, Map.of());
    }

    private static ItemVectors of(int items) {
        Random random = new Random(1);
        float[] values = new float[items * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return ItemVectors.of(values, WIDTH);
    }

    private Object[] options(Path out, Object... more) {
        Object[] options = TinyShop.trainOptions(shop, out, more);
        Object[] all = new Object[options.length + 2];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = "--model";
        all[options.length + 1] = "llmdirec";
        return all;
    }

    @Test
    void theWeightFileOfARunServesAndTakesNewItemsWithoutAnyOtherFile() throws IOException {
        Path out = temporary.resolve("run");
        CommandRun.of(options(out, "--item-vectors", vectors)).succeeds();
        List<String> metrics = Files.readAllLines(out.resolve("metrics.jsonl"));
        assertTrue(JSON.std.mapFrom(metrics.get(0)).containsKey("align_loss"), metrics.get(0));
        Path alone = Files.copy(out.resolve("best.safetensors"), temporary.resolve("alone.safetensors"));
        CommandRun.of("evaluate", "--checkpoint", alone, "--data", shop).succeeds();
        try (Recommender recommender = Recommender.load(alone);
                Recommender grown = recommender.withItems(of(2))) {
            assertEquals(TinyShop.ITEMS, recommender.items());
            assertEquals(TinyShop.ITEMS + 2, grown.recommend(new int[] {1, 2, 3}, 1000).size());
        }
    }

    @Test
    void aResumedRunEndsInTheSameBytesThoughTheVectorsHaveGone() throws IOException {
        Path whole = temporary.resolve("whole");
        CommandRun.of(options(whole, "--item-vectors", vectors)).succeeds();
        Path halved = temporary.resolve("halved");
        CommandRun.of(options(halved, "--item-vectors", vectors, "--set", "epochs=2")).succeeds();
        Files.delete(vectors);
        // The first half of a run of four epochs, made by a run of two.
        Files.copy(
                whole.resolve("config.json"), halved.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
        CommandRun.of("train", "--resume", halved).succeeds();
        assertArrayEquals(
                Files.readAllBytes(whole.resolve("last.safetensors")),
                Files.readAllBytes(halved.resolve("last.safetensors")));
    }

    @Test
    void missingUnwantedAndForeignVectorsAreRefusedBeforeAnythingIsWritten() throws IOException {
        Path out = temporary.resolve("run");
        CommandRun.of(options(out)).failsWith(ExitCode.USAGE, "--item-vectors is missing", "llmdirec");
        CommandRun.of(TinyShop.trainOptions(shop, out, "--item-vectors", vectors))
                .failsWith(ExitCode.USAGE, "by id alone", "--model llmdirec");
        of(TinyShop.ITEMS - 1).write(vectors, Map.of());
        CommandRun.of(options(out, "--item-vectors", vectors)).failsWith(ExitCode.BAD_INPUT, "40 items", "39");
        assertTrue(Files.notExists(out));
    }

    @Test
    void aDryRunCountsTheParametersThatAreTrained() {
        Map<String, Object> fused = CommandRun.of(options(
                        temporary.resolve("run"), "--item-vectors", vectors, "--dry-run", "--json"))
                .succeeds()
                .object();
        Map<String, Object> plain = CommandRun.of(
                        TinyShop.trainOptions(shop, temporary.resolve("run"), "--dry-run", "--json"))
                .succeeds()
                .object();
        int adapter = (WIDTH + 1) * (WIDTH / 2) + (WIDTH / 2 + 1) * 16;
        int gate = (2 * 16 + 1) * 16;
        assertEquals(
                ((Number) plain.get("parameters")).intValue() + adapter + gate,
                ((Number) fused.get("parameters")).intValue());
    }
}
