package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.experiment.RunResult;
import io.github.indirec.model.experiment.UserRanks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
    private static final int USERS = 40;

    @TempDir
    Path temporary;

    private Path file;
    private String hash = "cd".repeat(32);

    /** InDiRec hits 30 and 34 of 40 users in two seeds, SASRec 4 of them and 6 others in one. */
    @BeforeEach
    void results() throws IOException {
        file = temporary.resolve("shop.jsonl");
        add("SASRec", 1, true, 0, 10);
        add("InDiRec", 1, false, 6, 36);
        add("InDiRec", 2, false, 6, 40);
    }

    private void add(String label, long seed, boolean cut, int firstHit, int lastHit) throws IOException {
        int[] ranks = new int[USERS];
        Arrays.setAll(ranks, user -> user >= firstHit && user < lastHit ? 3 : 15);
        Path ranksFile = temporary.resolve(label + seed + ".ranks");
        new UserRanks(hash, ranks).write(ranksFile);
        RunResult result = new RunResult(
                label,
                label.toLowerCase(Locale.ROOT),
                "shop",
                hash,
                seed,
                Map.of("seed", Long.toString(seed)),
                label.equals("SASRec") ? 1 : 6,
                RankingMetrics.of(ranks),
                label.equals("SASRec") ? 50 : (int) (40 + seed),
                40,
                cut,
                1,
                ranksFile,
                Map.of("version", "1", "protocol", "full ranking"));
        Files.writeString(
                file,
                JSON.std.asString(result.toMap(temporary)) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    @Test
    void theTablesAreMarkdownWithTheBestInBoldAndWhatWasTestedSaid() {
        String out = CommandRun.of("compare", file).succeeds().out();
        List<String> lines = out.lines().toList();
        assertEquals("shop, 40 users", lines.get(0));
        assertEquals(
                "| | settings tried | seeds | epochs | HR@5 | HR@10 | HR@20 | NDCG@5 | NDCG@10 | NDCG@20 |", lines.get(2));
        String sasRec = "| SASRec | 1 | 1 | 50, 1 cut | 0.2500 | 0.2500 | **1.0000** | 0.1250 |";
        assertTrue(lines.get(4).startsWith(sasRec), out);
        // Means and deviations of 30 and 34 hits of 40; half a hit's worth of NDCG each.
        String inDiRec = "| InDiRec | 6 | 2 | 41 to 42 | **0.8000 ± 0.0707** | **0.8000 ± 0.0707** |";
        assertTrue(lines.get(5).startsWith(inDiRec), out);
        assertTrue(out.contains("Protocol: full ranking."), out);
        // Only the shared seed: 26 users won, 6 lost; chi2 = 19^2 / 32.
        assertTrue(out.contains("| InDiRec | 1 | 26 : 6 | 7.8e-04 |"), out);
        assertTrue(out.contains("chi-square with continuity correction"), out);
        assertTrue(out.contains("over the 2 tests"), out);
    }

    @Test
    void theBaselineCanBeChosenAndJsonHoldsTheSame() {
        List<Map<String, Object>> objects = CommandRun.of("compare", file, "--baseline", "InDiRec", "--json")
                .succeeds()
                .json();
        assertEquals(3, objects.size());
        assertEquals(List.of(1, 2), objects.get(1).get("seeds"));
        assertEquals(0.8, (double) objects.get(1).get("HR@10"), 1e-12);
        assertFalse(objects.get(0).containsKey("HR@10_deviation"), "one seed has no deviation");
        Map<String, Object> test = objects.get(2);
        assertEquals("SASRec", test.get("label"));
        assertEquals("InDiRec", test.get("baseline"));
        assertEquals(6, test.get("hits@10_won"));
        assertEquals(26, test.get("hits@10_lost"));
        assertEquals("exact", test.get("wilcoxon"));
        assertEquals(-0.25, (double) test.get("NDCG@10_difference"), 1e-12);
    }

    /** As many users, the last ten with a long history, whose targets are each other's. */
    private Path data() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("shop"));
        StringBuilder lines = new StringBuilder();
        for (int user = 0; user < USERS; user++) {
            lines.append(user + 1);
            int length = user < USERS - 10 ? 5 : 12;
            for (int i = 0; i < length; i++) {
                lines.append(' ').append(1 + (user + i) % 20);
            }
            lines.append('\n');
        }
        Files.writeString(folder.resolve("sequences.txt"), lines);
        return folder;
    }

    @Test
    void groupsOfUsersAreMeasuredAndTestedFromTheRanksAlone() throws IOException {
        Path folder = data();
        hash = SequenceDataset.read(folder).sha256();
        file = temporary.resolve("real.jsonl");
        add("SASRec", 1, false, 0, 10);
        add("InDiRec", 1, false, 6, 36);
        String out = CommandRun.of("compare", file, "--data", folder, "--groups", "history").succeeds().out();
        List<String> lines = out.lines().toList();
        int head = lines.indexOf("| HR@10 / NDCG@10 | cold_below_9 (30) | hot_from_9 (10) | cold_below_7 (30) |"
                + " hot_from_7 (10) |");
        assertTrue(head > 0, out);
        // Hits are at rank 3, of gain 1/2: 10 and 24 of the 30 cold users, none and 6 of the 10 hot.
        assertTrue(lines.get(head + 2).startsWith("| SASRec | 0.3333 / 0.1667 | 0.0000 / 0.0000 |"), out);
        String row = "| InDiRec | **0.8000** / **0.4000** | **0.6000** / **0.3000** |";
        assertTrue(lines.get(head + 3).startsWith(row), out);
        assertTrue(out.contains("| InDiRec | cold_below_9 | 1 | 20 : 6 |"), out);
        assertTrue(out.contains("| InDiRec | hot_from_9 | 1 | 6 : 0 |"), out);
        assertTrue(out.contains("over the 8 tests"), out);
        List<Map<String, Object>> cold = CommandRun.of(
                        "compare", file, "--data", folder, "--groups", "history", "--json")
                .succeeds()
                .json()
                .stream()
                .filter(object -> object.get("group").equals("cold_below_9"))
                .toList();
        assertEquals(3, cold.size());
        assertEquals(30, cold.get(1).get("users"));
        assertEquals(0.4, (double) cold.get(1).get("NDCG@10"), 1e-12);
        assertEquals(20, cold.get(2).get("hits@10_won"));
    }

    @Test
    void groupsWithoutTheirDataAndDataOfNoResultAreRefused() throws IOException {
        CommandRun.of("compare", file, "--groups", "history").failsWith(ExitCode.USAGE, "add --data DIR");
        CommandRun.of("compare", file, "--data", data()).failsWith(ExitCode.USAGE, "add --groups");
        CommandRun.of("compare", file, "--data", data(), "--groups", "intents")
                .failsWith(ExitCode.USAGE, "\"intents\"", "expected length, popularity, history");
        CommandRun.of("compare", file, "--data", data(), "--groups", "length")
                .failsWith(ExitCode.BAD_INPUT, "shop (SHA-256 " + hash, "name the data of the results");
    }

    @Test
    void aWrongBaselineAnEmptyAndAMissingFileAreSaid() throws IOException {
        CommandRun.of("compare", file, "--baseline", "SASrec").failsWith(ExitCode.USAGE, "did you mean \"SASRec\"");
        CommandRun.of("compare", temporary.resolve("no.jsonl")).failsWith(ExitCode.BAD_INPUT, "no.jsonl");
        Path empty = Files.writeString(temporary.resolve("empty.jsonl"), "");
        CommandRun.of("compare", empty).failsWith(ExitCode.BAD_INPUT, "empty.jsonl", "no result");
        Files.delete(temporary.resolve("SASRec1.ranks"));
        CommandRun.of("compare", file).failsWith(ExitCode.BAD_INPUT, "SASRec1.ranks");
        CommandRun.of("compare").failsWith(ExitCode.USAGE, "RESULTS");
    }
}
