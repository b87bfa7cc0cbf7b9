package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.autograd.Tape;
import io.github.indirec.tensor.Tensor;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** An experiment that is stopped, killed, and goes on, in the processes it really runs in. */
class ExperimentProcessTest {
    private static final int SECONDS = 120;

    /** Enough to be caught in the act. */
    private static final int EPOCHS = 25;

    @TempDir
    Path temporary;

    private Path runs;
    private Path results;

    @Test
    void anExperimentThatIsStoppedAndThenKilledEndsInTheBytesOfRunsThatWereNot() throws Exception {
        Path data = TinyShop.write(temporary.resolve("shop"));
        Path file = study(data);

        Process stopped = start(file);
        awaitEpochs(stopped, 1);
        stopped.destroy();
        assertTrue(stopped.waitFor(SECONDS, TimeUnit.SECONDS), log());
        assertTrue(log().contains("slow, seed 1: stopped, the state is saved"), log());
        assertTrue(log().contains("stopped; the same command goes on"), log());
        assertEquals("interrupted", JSON.std.mapFrom(Files.readString(slow().resolve("manifest.json"))).get("outcome"));

        int before = epochs();
        Process killed = start(file);
        awaitEpochs(killed, before + 1);
        // Its run is an orphan now, stops by itself, and the next experiment waits for that.
        killed.destroyForcibly().waitFor();
        Process last = start(file);
        assertTrue(last.waitFor(SECONDS, TimeUnit.SECONDS), log());
        assertEquals(ExitCode.SUCCESS, last.exitValue(), log());
        assertTrue(log().contains("slow, seed 1: goes on"), log());
        assertTrue(log().contains("1 finished, 0 failed"), log());

        Path whole = temporary.resolve("whole");
        CommandRun.of(train(data, whole)).succeeds();
        assertEquals(-1, Files.mismatch(whole.resolve("best.safetensors"), slow().resolve("best.safetensors")));
        assertEquals(-1, Files.mismatch(whole.resolve("test.ranks"), slow().resolve("test.ranks")));
        Map<String, Object> expected = JSON.std.mapFrom(Files.readString(whole.resolve("test.json")));
        List<String> lines = Files.readAllLines(results);
        assertEquals(1, lines.size());
        Map<String, Object> line = JSON.std.mapFrom(lines.get(0));
        for (String key : List.of("hits@5", "hits@10", "NDCG@20", "MRR", "best_epoch")) {
            assertEquals(expected.get(key), line.get(key), key);
        }
        assertEquals(EPOCHS, line.get("epochs"));
        assertEquals(true, line.get("epoch_limit_reached"));

        List<Map<String, Object>> plan =
                CommandRun.of("experiment", file, "--dry-run", "--json").succeeds().json();
        assertEquals("finished", plan.get(0).get("state"));
        String table = CommandRun.of("compare", results).succeeds().out();
        assertTrue(table.contains("| slow | 1 | 1 | " + EPOCHS + ", 1 cut | "), table);
    }

    private Path study(Path data) throws IOException {
        runs = temporary.resolve("runs");
        results = temporary.resolve("results").resolve("study.jsonl");
        Map<String, Object> study = new LinkedHashMap<>();
        study.put("results", results.toString());
        study.put("runs", runs.toString());
        study.put("data", List.of(data.toString()));
        study.put("models", List.of(Map.of("model", "indirec", "label", "slow")));
        study.put("set", settings());
        study.put("seeds", List.of(1));
        Path file = temporary.resolve("study.json");
        Files.writeString(file, JSON.std.asString(study));
        return file;
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        for (Object option : TinyShop.trainOptions(Path.of("d"), Path.of("o"))) {
            String[] parts = option.toString().split("=");
            if (parts.length == 2) {
                settings.put(parts[0], parts[1]);
            }
        }
        settings.put("epochs", Integer.toString(EPOCHS));
        settings.put("patience", Integer.toString(EPOCHS));
        return settings;
    }

    private static Object[] train(Path data, Path out) {
        List<Object> words = new ArrayList<>(List.of("train", "--data", data, "--out", out, "--seed", 1));
        settings().forEach((key, value) -> words.addAll(List.of("--set", key + "=" + value)));
        return words.toArray();
    }

    private Process start(Path file) throws IOException, URISyntaxException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String main = Main.class.getName();
        return new ProcessBuilder(
                        java, "-XX:TieredStopAtLevel=1", "-cp", classPath(), main, "experiment", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("log").toFile())
                .start();
    }

    /** The folder of the only run. */
    private Path slow() throws IOException {
        try (Stream<Path> folders = Files.list(runs)) {
            return folders.findFirst().orElseThrow();
        }
    }

    private int epochs() throws IOException {
        if (!Files.exists(runs)) {
            return 0;
        }
        try (Stream<Path> folders = Files.list(runs)) {
            Path metrics = folders.map(run -> run.resolve("metrics.jsonl"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElse(null);
            return metrics == null ? 0 : Files.readAllLines(metrics).size();
        }
    }

    private void awaitEpochs(Process process, int count) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (epochs() < count) {
            assertTrue(process.isAlive() && System.nanoTime() < end, log());
            Thread.sleep(20);
        }
        assertFalse(epochs() == EPOCHS, "more epochs are needed to catch a run in the act");
    }

    private static String classPath() throws URISyntaxException {
        List<String> places = new ArrayList<>();
        for (Class<?> type : List.of(
                Main.class,
                Tape.class,
                Tensor.class,
                CommandLine.class,
                ProgressBar.class,
                JSON.class,
                JsonFactory.class,
                IntArrayList.class,
                Erf.class)) {
            Path place = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (!places.contains(place.toString())) {
                places.add(place.toString());
            }
        }
        return String.join(":", places);
    }

    private String log() throws IOException {
        return Files.readString(temporary.resolve("log"));
    }
}
