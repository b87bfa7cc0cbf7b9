package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.io.NamedArray;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.support.SharedFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
    /** The specification states four decimals. */
    private static final double FOUR_DECIMALS = 5e-5;

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

    private static CommandRun evaluate(Object... more) {
        return evaluate(data, weights, more);
    }

    private static CommandRun evaluate(Path data, Path weights, Object... more) {
        Object[] args = new Object[more.length + 5];
        System.arraycopy(new Object[] {"evaluate", "--data", data, "--checkpoint", weights}, 0, args, 0, 5);
        System.arraycopy(more, 0, args, 5, more.length);
        return CommandRun.of(args);
    }

    @Test
    void theMetricsAreThoseThatTrainingPrinted() throws IOException {
        String test = Files.readString(shared.resolve("run").resolve("test.json"));
        Map<String, Object> object = evaluate("--json").succeeds().object();
        for (String key :
                List.of("users", "hits@5", "HR@5", "NDCG@5", "hits@10", "hits@20", "MRR", "repeated_targets")) {
            assertTrue(test.contains("\"" + key + "\":" + object.get(key)), key + " of " + object + " in " + test);
        }
        assertEquals("test", object.get("split"));
        assertTrue(object.get("protocol").toString().contains("all 40 items"), object.toString());
        CommandRun table = evaluate().succeeds();
        assertTrue(table.out().contains(String.format("%,d  ", object.get("hits@10"))), table.out());
        assertTrue(
                table.out().contains("protocol: leave-one-out") && table.out().contains("repeated targets: 0"));
    }

    @Test
    void ranksAreWrittenByLineInEitherFormat() throws IOException {
        Path tsv = temporary.resolve("r.tsv");
        Path tensors = temporary.resolve("r.safetensors");
        Map<String, Object> object =
                evaluate("--json", "--ranks", tsv).succeeds().object();
        evaluate("--ranks", tensors).succeeds();
        int[] ranks = SafeTensors.read(tensors).ints("rank", TinyShop.USERS);
        assertEquals(object.get("hits@5"), RankingMetrics.of(ranks).hits5());
        List<String> lines = Files.readAllLines(tsv);
        assertEquals(TinyShop.USERS + 1, lines.size());
        for (int user = 0; user < ranks.length; user++) {
            assertEquals((user + 1) + "\t" + ranks[user], lines.get(user + 1));
        }
        evaluate("--ranks", temporary.resolve("r.csv")).failsWith(ExitCode.USAGE, "r.csv", ".safetensors or .tsv");
    }

    @Test
    void lengthGroupsPartitionTheUsers() {
        List<Map<String, Object>> groups =
                evaluate("--json", "--groups", "length").succeeds().json();
        assertEquals(
                List.of("all", "6-8"), groups.stream().map(g -> g.get("group")).toList());
        assertEquals(TinyShop.USERS, groups.get(1).get("users"));
        evaluate("--groups", "colour").failsWith(ExitCode.USAGE, "colour", "length");
    }

    @Test
    void severalPartitionsOfTheUsersComeInOneRun() {
        List<Map<String, Object>> groups = evaluate("--json", "--groups", "popularity,history")
                .succeeds()
                .json();
        for (List<String> parts : List.of(
                List.of("tail", "head"),
                List.of("tail_in_training", "head_in_training"),
                List.of("cold_below_7", "hot_from_7"))) {
            int users = groups.stream()
                    .filter(group -> parts.contains(group.get("group")))
                    .mapToInt(group -> (int) group.get("users"))
                    .sum();
            assertEquals(TinyShop.USERS, users, parts.toString());
        }
        String table = evaluate("--groups", "popularity,history").succeeds().out();
        assertTrue(table.contains("tail: targets among the rarest fifth of the items"), table);
        evaluate("--groups", "length,").failsWith(ExitCode.USAGE, "\"\"", "popularity", "history", "intents");
    }

    @Test
    void theSilhouetteIsOfTheIntentsThatTheWeightFileNamesOrThoseAskedFor() {
        Map<String, Object> own =
                evaluate("--json", "--groups", "intents").succeeds().json().get(1);
        assertEquals("intents", own.get("group"));
        assertEquals(4, own.get("num_intents"));
        // 20 users each of 8, 7 and 6 items have 5, 4 and 3 sub-sequences.
        assertEquals(20 * (5 + 4 + 3), own.get("sub_sequences"));
        double silhouette = ((Number) own.get("silhouette")).doubleValue();
        assertTrue(silhouette > 0 && silhouette <= 1, own.toString());
        Map<String, Object> seven = evaluate("--json", "--groups", "intents", "--intents", 7)
                .succeeds()
                .json()
                .get(1);
        assertEquals(7, seven.get("num_intents"));
        assertTrue(evaluate("--groups", "intents").succeeds().out().contains("silhouette 0."));
        evaluate("--groups", "intents", "--intents", 0).failsWith(ExitCode.USAGE, "num_intents", "0");
        evaluate("--groups", "intents", "--intents", 241).failsWith(ExitCode.BAD_INPUT, "240 points", "241 clusters");
        evaluate("--intents", 7).failsWith(ExitCode.USAGE, "--groups intents");
    }

    @Test
    void weightsThatDoNotSayHowManyIntentsThereAreNeedTheirNumber() throws IOException {
        Path bare = temporary.resolve("bare.safetensors");
        TensorFile full = SafeTensors.read(weights);
        SafeTensors.write(bare, Map.of(), List.copyOf(full.tensors().values()));
        evaluate(data, bare, "--groups", "intents").failsWith(ExitCode.USAGE, "--intents is missing", "shop");
        evaluate(data, bare, "--groups", "intents", "--intents", 4).succeeds();
    }

    @Test
    void noiseTouchesTheHistoriesAndEqualSeedsGiveEqualNoise() {
        Map<String, Object> noisy =
                evaluate("--json", "--noise", 0.5, "--noise-seed", 7).succeeds().object();
        assertEquals(TinyShop.USERS, noisy.get("touched_users"));
        assertEquals(
                noisy, evaluate("--json", "--noise", 0.5, "--noise-seed", 7).object());
        assertFalse(noisy.get("MRR").equals(evaluate("--json").object().get("MRR")));
        evaluate("--noise", 2).failsWith(ExitCode.USAGE, "--noise is 2", "0 to 1");
        evaluate("--noise", 0.1, "--split", "valid").failsWith(ExitCode.USAGE, "--split test");
        evaluate("--split", "train").failsWith(ExitCode.USAGE, "train", "test or valid");
    }

    @Test
    void aFolderThatDoesNotFitTheWeightsIsRefusedAndAPartOfTheDataIsNot() throws IOException {
        Path fewer = temporary.resolve("fewer");
        Files.createDirectories(fewer);
        Files.writeString(fewer.resolve("sequences.txt"), "1 1 2 3\n");
        evaluate(fewer, weights).failsWith(ExitCode.BAD_INPUT, "sequences.txt", "items 1 to 40", "up to 3");
        CommandRun part = evaluate(fewer.resolve("sequences.txt"), weights).succeeds();
        assertTrue(part.err().contains("items up to 3 of the model's 40"), part.err());
        Path more = temporary.resolve("more.txt");
        Files.writeString(more, "1 1 2 41\n");
        evaluate(more, weights).failsWith(ExitCode.BAD_INPUT, "more.txt", "items up to 40", "items up to 41");
    }

    @Test
    void filesThatAreNoWeightsAreRefused() throws IOException {
        evaluate(data, data).failsWith(ExitCode.BAD_INPUT, data.toString(), "a folder");
        evaluate(data, data.resolve("items.tsv")).failsWith(ExitCode.BAD_INPUT, "items.tsv", "safetensors");
        evaluate(data, temporary.resolve("none.pt")).failsWith(ExitCode.BAD_INPUT, "none.pt", "no such file");
        Path cut = temporary.resolve("cut.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
        evaluate(data, cut).failsWith(ExitCode.BAD_INPUT, "cut.safetensors");
        evaluate(data, weights, "--heads", 5).failsWith(ExitCode.BAD_INPUT, "best.safetensors", "5 heads");
    }

    @Test
    void weightsOfATrainingThatDivergedAreBadInput() throws IOException {
        Path broken = temporary.resolve("nan.safetensors");
        TensorFile good = SafeTensors.read(weights);
        List<NamedArray> arrays = new ArrayList<>(good.tensors().values());
        NamedArray table = good.tensors().get("item_embeddings.weight");
        arrays.remove(table);
        float[] values = table.floats().clone();
        Arrays.fill(values, Float.NaN);
        arrays.add(NamedArray.of(table.name(), table.shape(), values));
        SafeTensors.write(broken, good.metadata(), arrays);
        evaluate(data, broken).failsWith(ExitCode.BAD_INPUT, "nan.safetensors", "NaN");
        CommandRun.of("recommend", "--checkpoint", broken, "--history", "1")
                .failsWith(ExitCode.BAD_INPUT, "nan.safetensors", "NaN");
    }

    @Test
    void theAuthorsWeightsGiveTheAuthorsNumbers() throws IOException {
        Path beauty = SharedFolders.data().resolve("beauty");
        Path authors = SharedFolders.reference().resolve("InDiRec-Beauty-1.pt");
        Path ranksFile = temporary.resolve("ranks.safetensors");
        List<Map<String, Object>> all = evaluate(beauty, authors, "--json", "--groups", "length", "--ranks", ranksFile)
                .succeeds()
                .json();
        assertEquals(22_363, all.get(0).get("users"));
        assertEquals(1538, all.get(0).get("hits@5"));
        assertEquals(2150, all.get(0).get("hits@10"));
        assertEquals(2919, all.get(0).get("hits@20"));
        assertEquals(
                List.of(7162, 8712, 6489),
                all.stream().skip(1).map(g -> g.get("users")).toList());
        assertArrayEquals(
                new double[] {.1138, .1226, .1597},
                all.stream()
                        .skip(1)
                        .mapToDouble(g -> ((Number) g.get("HR@20")).doubleValue())
                        .toArray(),
                FOUR_DECIMALS);
        assertArrayEquals(
                new double[] {.0582, .0617, .0814},
                all.stream()
                        .skip(1)
                        .mapToDouble(g -> ((Number) g.get("NDCG@20")).doubleValue())
                        .toArray(),
                FOUR_DECIMALS);
        int[] ranks = SafeTensors.read(ranksFile).ints("rank", 22_363);
        assertEquals(2919, RankingMetrics.of(ranks).hits20());
    }
}
