package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command says before anything runs; runs are in ExperimentProcessTest. */
class ExperimentCommandTest {
    @TempDir
    Path temporary;

    private Path file(String models) throws IOException {
        Path data = TinyShop.write(temporary.resolve("shop"));
        Path file = temporary.resolve("study.json");
        Files.writeString(
                file,
                "{\"results\": \"" + temporary.resolve("r/study.jsonl") + "\", \"runs\": \"" + temporary.resolve("runs")
                        + "\", \"data\": [\"" + data + "\"], \"models\": [" + models + "], \"seeds\": [1, 2]}");
        return file;
    }

    @Test
    void aDryRunShowsThePlanInOrderAndWritesNothing() throws IOException {
        Path file = file("\"indirec\", {\"model\": \"indirec\", \"label\": \"small\", \"set\": {\"hidden_size\": 16}}");
        List<Map<String, Object>> runs =
                CommandRun.of("experiment", file, "--dry-run", "--json").succeeds().json();
        assertEquals(
                List.of("indirec 1", "small 1", "indirec 2", "small 2"),
                runs.stream().map(run -> run.get("label") + " " + run.get("seed")).toList());
        assertEquals("new", runs.get(0).get("state"));
        assertFalse(runs.get(0).containsKey("estimated_seconds"), "never invented");
        String text = CommandRun.of("experiment", file, "--dry-run").succeeds().out();
        assertTrue(text.contains("shop, small, seed 2"), text);
        assertTrue(text.contains("4 runs, 0 finished before, 4 to do, time unknown"), text);
        assertFalse(Files.exists(temporary.resolve("r")));
        assertFalse(Files.exists(temporary.resolve("runs")));
    }

    @Test
    void aWrongSettingIsFoundBeforeTheFirstRun() throws IOException {
        CommandRun.of("experiment", file("{\"model\": \"indirec\", \"set\": {\"epoch\": 3}}"))
                .failsWith(ExitCode.BAD_INPUT, "indirec", "epoch", "did you mean \"epochs\"");
        CommandRun.of("experiment", file("\"indirek\"")).failsWith(ExitCode.BAD_INPUT, "indirek", "indirec");
        CommandRun.of("experiment", file("{\"modle\": \"indirec\"}"))
                .failsWith(ExitCode.BAD_INPUT, "models[0]", "did you mean \"model\"");
        CommandRun.of("experiment", temporary.resolve("none.json")).failsWith(ExitCode.BAD_INPUT, "none.json");
        CommandRun.of("experiment", file("\"indirec\""), "--jobs", 0).failsWith(ExitCode.USAGE, "--jobs");
        Path file = file("\"indirec\"");
        Files.delete(temporary.resolve("shop/sequences.txt"));
        CommandRun.of("experiment", file).failsWith(ExitCode.BAD_INPUT, "sequences.txt");
    }

    @Test
    void processesHaveTheFlagsOfTheirParentAndShareItsMemory() {
        List<String> own = List.of(
                "--add-modules=jdk.incubator.vector", "-XX:MaxRAMPercentage=70", "-Dindirec.stderr=terminal", "-Da=b");
        assertEquals(
                List.of("--add-modules=jdk.incubator.vector", "-Da=b", "-XX:MaxRAMPercentage=35.0"),
                RunProcesses.flags(own, 2));
        assertEquals(List.of("-Xmx2g"), RunProcesses.flags(List.of("-Xmx2g", "-agentlib:jdwp=transport=dt_socket"), 2));
        assertEquals(List.of("-XX:MaxRAMPercentage=12.5"), RunProcesses.flags(List.of(), 2));
    }
}
