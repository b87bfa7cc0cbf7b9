package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.support.SharedFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecommendCommandTest {
    @TempDir
    static Path shared;

    @TempDir
    Path temporary;

    private static Path data;
    private static Path weights;

    @BeforeAll
    static void train() throws IOException {
        data = TinyShop.write(shared.resolve("shop"));
        CommandRun.of(TinyShop.trainOptions(data, shared.resolve("run"))).succeeds();
        weights = shared.resolve("run").resolve("best.safetensors");
    }

    private static CommandRun recommend(Object... more) {
        Object[] args = new Object[more.length + 3];
        System.arraycopy(new Object[] {"recommend", "--checkpoint", weights}, 0, args, 0, 3);
        System.arraycopy(more, 0, args, 3, more.length);
        return CommandRun.of(args);
    }

    private static List<Object> items(CommandRun run) {
        return run.succeeds().json().stream().map(o -> o.get("item")).toList();
    }

    @Test
    void anyHistoryGetsRankedItemsWithTitlesWhereKnown() {
        List<Map<String, Object>> plain =
                recommend("--history", "1 2 3", "-k", 5, "--json").succeeds().json();
        assertEquals(5, plain.size());
        assertEquals(List.of("rank", "item", "score"), List.copyOf(plain.get(0).keySet()));
        List<Map<String, Object>> titled = recommend("--history", "1, 2,3", "-k", 5, "--json", "--data", data)
                .succeeds()
                .json();
        for (int i = 0; i < 5; i++) {
            assertEquals(i + 1, titled.get(i).get("rank"));
            assertEquals(plain.get(i).get("item"), titled.get(i).get("item"));
            assertEquals("Thing " + titled.get(i).get("item"), titled.get(i).get("title"));
        }
        assertTrue(
                recommend("--history", "1 2 3", "--data", data).succeeds().out().contains("Thing "));
    }

    @Test
    void aUsersHistoryIsTheWholeLine() throws IOException {
        String line = Files.readAllLines(data.resolve("sequences.txt")).get(6);
        String history = line.substring(line.indexOf(' ') + 1);
        assertEquals(
                items(recommend("--history", history, "--json")),
                items(recommend("--data", data, "--user", 7, "--json")));
        recommend("--data", data, "--user", 61).failsWith(ExitCode.BAD_INPUT, "no user 61", "sequences.txt");
        recommend("--user", 7).failsWith(ExitCode.USAGE, "--user needs --data");
    }

    @Test
    void seenAllowedAndDeniedItemsAreHonoured() throws IOException {
        List<Object> all = items(recommend("--history", "1 2 3", "-k", 40, "--json"));
        assertEquals(40, all.size());
        List<Object> unseen = items(recommend("--history", "1 2 3", "-k", 40, "--exclude-seen", "--json"));
        assertEquals(all.stream().filter(item -> (int) item > 3).toList(), unseen);

        Path allow = temporary.resolve("allow.txt");
        Path deny = temporary.resolve("deny.txt");
        Files.writeString(allow, "4\r\n5\r\n6\r\n1\r\n\r\n");
        Files.writeString(deny, "5");
        List<Object> some =
                items(recommend("--history", "1 2 3", "--allow", allow, "--deny", deny, "--exclude-seen", "--json"));
        assertEquals(
                all.stream().filter(item -> item.equals(4) || item.equals(6)).toList(), some);
    }

    @Test
    void wrongListsNameTheirLine() throws IOException {
        Path list = temporary.resolve("list.txt");
        Files.writeString(list, "1\n2\nthree\n");
        recommend("--history", "1", "--allow", list).failsWith(ExitCode.BAD_INPUT, "list.txt: line 3", "'three'");
        Files.writeString(list, "1\n41\n");
        recommend("--history", "1", "--deny", list).failsWith(ExitCode.BAD_INPUT, "list.txt: line 2", "1 to 40");
        Files.writeString(list, "\n");
        recommend("--history", "1", "--deny", list).failsWith(ExitCode.BAD_INPUT, "list.txt", "empty");
    }

    @Test
    void wrongHistoriesAreRefused() {
        recommend("--history", "1 41").failsWith(ExitCode.BAD_INPUT, "item 41", "1 to 40");
        recommend("--history", "0").failsWith(ExitCode.BAD_INPUT, "item 0", "1 to 40");
        recommend("--history", "-3").failsWith(ExitCode.BAD_INPUT, "item -3", "1 to 40");
        recommend("--history", "1 2x").failsWith(ExitCode.USAGE, "\"2x\"");
        recommend("--history", "99999999999").failsWith(ExitCode.USAGE, "99999999999");
        recommend("--history", "").failsWith(ExitCode.USAGE, "--history");
        recommend("--history", "1", "-k", 0).failsWith(ExitCode.USAGE, "-k is 0");
        recommend("--history", "1", "--user", 1).failsWith(ExitCode.USAGE, "--history", "--user");
    }

    @Test
    void theAuthorsWeightsGiveTheScoresOfRecord() {
        Path authors = SharedFolders.reference().resolve("InDiRec-Beauty-1.pt");
        CommandRun run = CommandRun.of("recommend", "--checkpoint", authors, "--history", "1 2 3 4", "-k", 5, "--json");
        assertEquals(List.of(25, 6569, 26, 1348, 24), items(run));
        double[] scores = {9.6953, 8.8102, 8.6365, 8.3939, 7.8881};
        for (int i = 0; i < scores.length; i++) {
            // Stated to four decimals, from float64.
            assertEquals(scores[i], ((Number) run.json().get(i).get("score")).doubleValue(), 1e-4);
        }
        assertFalse(run.out().contains("title"));
    }
}
