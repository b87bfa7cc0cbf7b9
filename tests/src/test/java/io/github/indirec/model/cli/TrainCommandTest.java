package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
    @TempDir
    Path temporary;

    private Path shop() throws IOException {
        return TinyShop.write(temporary.resolve("shop"));
    }

    @Test
    void trainingLeavesWeightsMetricsAndProvenanceAndPrintsTheTestMetrics() throws IOException {
        Path out = temporary.resolve("run");
        CommandRun run = CommandRun.of(TinyShop.trainOptions(shop(), out)).succeeds();
        assertTrue(run.out().contains("HR") && run.out().contains("full ranking over all 40 items"), run.out());
        assertTrue(run.out().contains("run folder: " + out), run.out());
        assertTrue(run.err().contains("epoch 4 of 4"), run.err());
        for (String file : List.of("config.json", "best.safetensors", "last.safetensors")) {
            assertTrue(Files.size(out.resolve(file)) > 0, file);
        }
        List<String> metrics = Files.readAllLines(out.resolve("metrics.jsonl"));
        assertEquals(4, metrics.size());
        for (String key : List.of(
                "epoch",
                "epoch_seconds",
                "phase_seconds",
                "loss",
                "rec_loss",
                "diff_loss",
                "cl_loss",
                "grad_norm",
                "valid",
                "uniformity",
                "effective_rank",
                "views_in_own_intent",
                "cluster_entropy")) {
            assertTrue(JSON.std.mapFrom(metrics.get(0)).containsKey(key), key + " in " + metrics.get(0));
        }
        Map<String, Object> manifest = manifest(out);
        for (String key :
                List.of("version", "java", "os", "cpu", "backend", "seed", "parameters", "started", "ended")) {
            assertNotNull(manifest.get(key), key);
        }
        assertEquals("finished", manifest.get("outcome"));
        assertEquals(TinyShop.USERS, ((Map<?, ?>) manifest.get("data")).get("users"));
        assertNotNull(((Map<?, ?>) manifest.get("data")).get("sha256"));
        assertEquals(
                TinyShop.USERS,
                JSON.std.mapFrom(Files.readString(out.resolve("test.json"))).get("users"));
    }

    @Test
    void jsonIsOneObjectAnEpochAndOneForTheTest() throws IOException {
        Path out = temporary.resolve("run");
        List<Map<String, Object>> lines = CommandRun.of(TinyShop.trainOptions(shop(), out, "--json"))
                .succeeds()
                .json();
        assertEquals(5, lines.size());
        assertEquals(0, lines.get(0).get("epoch"));
        assertEquals("test", lines.get(4).get("split"));
        assertEquals(out.toString(), lines.get(4).get("run_folder"));
        for (String key : List.of("users", "hits@5", "HR@10", "NDCG@20", "MRR", "repeated_targets", "best_epoch")) {
            assertTrue(lines.get(4).containsKey(key), key);
        }
    }

    @Test
    void theWeightsDoNotDependOnTheThreads() throws IOException {
        Path data = shop();
        CommandRun.of(TinyShop.trainOptions(data, temporary.resolve("one"), "--threads", 1))
                .succeeds();
        CommandRun.of(TinyShop.trainOptions(data, temporary.resolve("three"), "--threads", 3))
                .succeeds();
        assertSameFile("last.safetensors", temporary.resolve("one"), temporary.resolve("three"));
    }

    @Test
    void anInterruptedRunGoesOnAndEndsInTheBytesOfOneThatWasNot() throws IOException {
        Path data = shop();
        Path whole = temporary.resolve("whole");
        Path stopped = temporary.resolve("stopped");
        CommandRun.of(TinyShop.trainOptions(data, whole)).succeeds();

        CommandRun first = CommandRun.watched(
                line -> {
                    if (line.startsWith("epoch 2 of 4")) {
                        Thread.currentThread().interrupt();
                    }
                },
                TinyShop.trainOptions(data, stopped));
        assertEquals(ExitCode.INTERRUPTED, first.exitCode(), first.err());
        assertTrue(first.err().contains("train --resume " + stopped), first.err());
        assertEquals("", first.out());
        assertEquals("interrupted", manifest(stopped).get("outcome"));
        assertEquals(2, Files.readAllLines(stopped.resolve("metrics.jsonl")).size());

        CommandRun second =
                CommandRun.of("train", "--resume", stopped, "--threads", 1).succeeds();
        assertTrue(second.err().contains("epoch 3 of 4"), second.err());
        assertFalse(second.err().contains("epoch 2 of 4"), second.err());
        assertEquals("finished", manifest(stopped).get("outcome"));
        assertSameFile("last.safetensors", whole, stopped);
        assertSameFile("best.safetensors", whole, stopped);
        assertEquals(4, Files.readAllLines(stopped.resolve("metrics.jsonl")).size());
    }

    @Test
    void aRunStoppedBeforeItsFirstCheckpointBeginsAgain() throws IOException {
        Path data = shop();
        CommandRun.of(TinyShop.trainOptions(data, temporary.resolve("whole"))).succeeds();
        Path early = temporary.resolve("early");
        CommandRun.of(TinyShop.trainOptions(data, early)).succeeds();
        Files.delete(early.resolve("last.safetensors"));
        Files.delete(early.resolve("manifest.json"));
        CommandRun.of("train", "--resume", early).failsWith(ExitCode.USAGE, "--data");
        CommandRun.of("train", "--resume", early, "--data", data).succeeds();
        assertSameFile("last.safetensors", temporary.resolve("whole"), early);
        assertEquals(4, Files.readAllLines(early.resolve("metrics.jsonl")).size());
    }

    @Test
    void resumingWithOtherDataOrSettingsIsRefused() throws IOException {
        Path data = shop();
        Path out = temporary.resolve("run");
        CommandRun.of(TinyShop.trainOptions(data, out)).succeeds();
        CommandRun.of("train", "--resume", out, "--set", "epochs=9").failsWith(ExitCode.USAGE, "--resume", "--set");
        Files.writeString(data.resolve("sequences.txt"), "61 1 2 3 40\n", StandardOpenOption.APPEND);
        CommandRun.of("train", "--resume", out).failsWith(ExitCode.BAD_INPUT, "sequences.txt", "SHA-256");
        CommandRun.of("train", "--resume", temporary.resolve("nothing")).failsWith(ExitCode.BAD_INPUT, "config.json");
    }

    @Test
    void divergenceHasItsOwnExitCodeAndNamesTheTerm() throws IOException {
        Path out = temporary.resolve("run");
        CommandRun run = CommandRun.of(TinyShop.trainOptions(shop(), out, "--set", "learning_rate=1e30"));
        assertEquals(ExitCode.DIVERGED, run.exitCode(), run.err());
        assertTrue(run.err().contains("training diverged: rec_loss is NaN"), run.err());
        assertTrue(run.err().contains("learning_rate"), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
        assertEquals("diverged", manifest(out).get("outcome"));
    }

    @Test
    void aRunIsNeverOverwritten() throws IOException {
        Path out = temporary.resolve("run");
        Path data = shop();
        CommandRun.of(TinyShop.trainOptions(data, out)).succeeds();
        byte[] before = Files.readAllBytes(out.resolve("last.safetensors"));
        CommandRun.of(TinyShop.trainOptions(data, out)).failsWith(ExitCode.BAD_INPUT, out.toString(), "already");
        assertArrayEquals(before, Files.readAllBytes(out.resolve("last.safetensors")));
    }

    @Test
    void tooFewSubSequencesAreSaidBeforeAnythingIsWritten() throws IOException {
        Path data = temporary.resolve("few.txt");
        Files.writeString(data, "1 1 2 3 4\n2 2 3 4 1\n");
        Path out = temporary.resolve("run");
        CommandRun.of("train", "--data", data, "--out", out)
                .failsWith(ExitCode.BAD_INPUT, "few.txt", "one batch of 256", "found 2", "batch_size");
        CommandRun.of("train", "--data", data, "--out", out, "--set", "batch_size=2")
                .failsWith(ExitCode.BAD_INPUT, "few.txt", "intents", "num_intents");
        assertFalse(Files.exists(out));
    }

    @Test
    void aDryRunShowsDataParametersAndMemoryAndWritesNothing() throws IOException {
        Path out = temporary.resolve("run");
        Map<String, Object> found = CommandRun.of(TinyShop.trainOptions(shop(), out, "--dry-run", "--json"))
                .succeeds()
                .object();
        assertEquals(TinyShop.USERS, found.get("users"));
        assertEquals(TinyShop.ITEMS, found.get("items"));
        // A third of the users each has 8, 7 and 6 items: 5, 4 and 3 targets.
        assertEquals(TinyShop.USERS / 3 * (5 + 4 + 3), found.get("segments"));
        assertEquals(TinyShop.USERS / 3 * (5 + 4 + 3) / 32, found.get("batches_per_epoch"));
        assertTrue(((Number) found.get("memory_bytes")).longValue() > 0);
        assertFalse(Files.exists(out));

        CommandRun trained = CommandRun.of(TinyShop.trainOptions(temporary.resolve("shop"), out))
                .succeeds();
        assertEquals(found.get("parameters"), manifest(out).get("parameters"), trained.err());
        CommandRun lines = CommandRun.of(TinyShop.trainOptions(temporary.resolve("shop"), out, "--dry-run"));
        assertTrue(lines.succeeds().out().contains("60 users, 40 items"), lines.out());
    }

    private static Map<String, Object> manifest(Path run) throws IOException {
        return JSON.std.mapFrom(Files.readString(run.resolve("manifest.json")));
    }

    private static void assertSameFile(String name, Path a, Path b) throws IOException {
        assertEquals(-1, Files.mismatch(a.resolve(name), b.resolve(name)), name);
    }
}
