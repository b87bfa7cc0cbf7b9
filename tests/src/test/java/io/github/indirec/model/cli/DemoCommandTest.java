package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
    /** Just enough customers that every item is bought, and a model too small to learn much: seconds. */
    private static final String[] SMALL = {
        "--users",
        "1000",
        "--set",
        "epochs=1",
        "--set",
        "hidden_size=8",
        "--set",
        "timesteps=2",
        "--set",
        "kmeans_restarts=1"
    };

    @TempDir
    Path temporary;

    private CommandRun demo(String... more) {
        List<Object> args = new ArrayList<>(List.of("demo", "--out", temporary.resolve("run")));
        args.addAll(List.of(SMALL));
        args.addAll(List.of(more));
        return CommandRun.of(args.toArray());
    }

    @Test
    void theDemoShowsMetricsBesideBaselinesIntentsExamplesAndTheRunFolder() {
        CommandRun run = demo().succeeds();
        for (String text : List.of(
                "HR@5",
                "NDCG@20",
                "InDiRec",
                "Markov",
                "popularity",
                "NMI",
                "purity",
                "user 1:",
                "intent read from it",
                "what came next",
                "run folder: " + temporary.resolve("run"),
                "seconds in all")) {
            assertTrue(run.out().contains(text), text + " in:\n" + run.out());
        }
        assertTrue(run.err().contains("epoch 1 of 1"), run.err());
        assertTrue(Files.exists(temporary.resolve("run").resolve("shop").resolve("items.tsv")));
        demo().failsWith(ExitCode.BAD_INPUT, "holds a run already");
    }

    @Test
    void jsonHoldsTheSame() {
        List<Map<String, Object>> lines = demo("--json").succeeds().json();
        assertEquals(2, lines.size());
        Map<String, Object> last = lines.get(1);
        for (String key :
                List.of("HR@10", "popularity", "markov", "nmi", "purity", "sub_sequences", "run_folder", "seconds")) {
            assertTrue(last.containsKey(key), key);
        }
        assertEquals(3, ((List<?>) last.get("examples")).size());
    }

    @Test
    void tooFewCustomersAreRefused() {
        CommandRun.of("demo", "--users", 10, "--out", temporary.resolve("run"))
                .failsWith(ExitCode.USAGE, "--users", "at least 930");
    }
}
