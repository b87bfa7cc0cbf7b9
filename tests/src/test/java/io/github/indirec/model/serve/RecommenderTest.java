package io.github.indirec.model.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.encoder.Weights;
import io.github.indirec.model.io.FormatException;
import io.github.indirec.model.io.NamedArray;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.support.SharedFolders;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecommenderTest {
    private static final int ITEMS = 200;
    private static final int THREADS = 8;
    private static final EncoderConfig ENCODER = InDiRecConfig.of(Presets.settings("demo", Mode.OFFICIAL)
                    .with(Map.of("hidden_size", "16", "max_seq_length", "12", "initializer_range", "0.5"), "test"))
            .encoder();

    @TempDir
    static Path folder;

    private static Path file;

    /** Random weights in a file without settings, as a converted checkpoint is. */
    @BeforeAll
    static void write() throws IOException {
        file = folder.resolve("weights.safetensors");
        try (Backend backend = Backends.cpu(1);
                SequenceModel model = new SequenceModel(new Parameters(backend, DType.F32), ENCODER, ITEMS)) {
            model.initialize(1);
            SafeTensors.write(file, Map.of(), Weights.arrays(model.parameters()));
        }
    }

    private static int[] history(long seed) {
        Random random = new Random(seed);
        return random.ints(1 + random.nextInt(30), 1, ITEMS + 1).toArray();
    }

    @Test
    void manyThreadsGetTheAnswersOfOne() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try (Recommender recommender = Recommender.load(file)) {
            List<List<Recommendation>> expected = new ArrayList<>();
            for (int seed = 0; seed < 200; seed++) {
                expected.add(recommender.recommend(history(seed), 10));
            }
            List<Future<Integer>> wrong = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int first = thread;
                wrong.add(pool.submit(() -> {
                    int count = 0;
                    for (int i = 0; i < 400; i++) {
                        int seed = (first * 31 + i) % expected.size();
                        count += recommender.recommend(history(seed), 10).equals(expected.get(seed)) ? 0 : 1;
                    }
                    return count;
                }));
            }
            for (Future<Integer> count : wrong) {
                assertEquals(0, count.get());
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void recommendationsAreTheHighestScoresInOrder() throws IOException {
        try (Recommender recommender = Recommender.load(file)) {
            List<Recommendation> all = recommender.recommend(history(3), 10 * ITEMS);
            assertEquals(ITEMS, all.size());
            assertEquals(
                    ITEMS, all.stream().map(Recommendation::item).distinct().count());
            for (int i = 1; i < all.size(); i++) {
                assertTrue(all.get(i - 1).score() >= all.get(i).score());
            }
            assertEquals(all.subList(0, 7), recommender.recommend(history(3), 7));
        }
    }

    /** The bits of the training side's encoder and product, for short, full and too long histories. */
    @Test
    void scoresAreTheModelsOwnBitForBit() throws IOException {
        try (Backend backend = Backends.cpu(1);
                SequenceModel model = ModelFile.open(backend, file);
                Recommender recommender = Recommender.of(model)) {
            for (int length = 1; length <= 15; length++) {
                int[] history = new Random(length).ints(length, 1, ITEMS + 1).toArray();
                float[] scores;
                try (Tape tape = Tape.inference(backend)) {
                    RaggedBatch batch = RaggedBatch.ofHistories(
                            new int[][] {history}, model.config().maxSeqLength());
                    scores = model.scores(model.encode(tape, batch, Dropout.NONE))
                            .value()
                            .toFloats();
                }
                List<Recommendation> all = recommender.recommend(history, ITEMS);
                assertEquals(ITEMS, all.size());
                for (Recommendation recommendation : all) {
                    assertEquals(scores[recommendation.item()], recommendation.score(), "length " + length);
                }
            }
        }
    }

    @Test
    void manyQueriesAtOnceGetTheAnswersOfEach() throws IOException {
        try (Recommender recommender = Recommender.load(file)) {
            List<Query> queries = new ArrayList<>();
            List<List<Recommendation>> expected = new ArrayList<>();
            for (int seed = 0; seed < 300; seed++) {
                Query query = Query.after(history(seed)).top(1 + seed % 30);
                query = seed % 3 == 0 ? query.withoutSeen() : query;
                queries.add(seed % 5 == 0 ? query.only(7, 5, 7, 1 + seed % ITEMS) : query.without(1 + seed % ITEMS));
                expected.add(recommender.recommend(queries.get(seed)));
            }
            assertEquals(expected, recommender.recommendAll(queries));
            assertEquals(expected.subList(2, 4), recommender.recommendAll(queries.subList(2, 4)));
            assertEquals(List.of(), recommender.recommendAll(List.of()));
        }
    }

    @Test
    void theWeightsAreThoseOfTheMomentOfMaking() throws IOException {
        try (Backend backend = Backends.cpu(1);
                SequenceModel model = ModelFile.open(backend, file);
                Recommender before = Recommender.of(model)) {
            List<Recommendation> expected = before.recommend(history(6), 10);
            model.initialize(2);
            assertEquals(expected, before.recommend(history(6), 10));
            try (Recommender after = Recommender.of(model)) {
                assertFalse(expected.equals(after.recommend(history(6), 10)));
            }
        }
    }

    @Test
    void queriesFilterWithoutChangingScores() throws IOException {
        int[] history = history(4);
        try (Recommender recommender = Recommender.load(file)) {
            List<Recommendation> all = recommender.recommend(history, ITEMS);
            int[] allowed = {5, 9, 17, 33, history[0]};
            int[] denied = {9};
            List<Recommendation> expected = all.stream()
                    .filter(r -> Arrays.stream(allowed).anyMatch(i -> i == r.item()))
                    .filter(r -> r.item() != 9)
                    .filter(r -> Arrays.stream(history).noneMatch(i -> i == r.item()))
                    .toList();
            Query query =
                    Query.after(history).top(ITEMS).withoutSeen().only(allowed).without(denied);
            assertEquals(expected, recommender.recommend(query));
            assertFalse(expected.isEmpty());
            assertEquals(List.of(), recommender.recommend(Query.after(history).only()));
        }
    }

    @Test
    void seenItemsBeyondTheModelsWindowAreLeftOutToo() throws IOException {
        int[] history = new int[40];
        Arrays.setAll(history, i -> i + 1);
        try (Recommender recommender = Recommender.load(file)) {
            assertTrue(recommender.recommend(Query.after(history).top(ITEMS).withoutSeen()).stream()
                    .allMatch(r -> r.item() > 40));
        }
    }

    @Test
    void aQueryIsImmutable() {
        int[] history = {1, 2, 3};
        Query query = Query.after(history);
        history[0] = 9;
        query.history()[1] = 9;
        assertArrayEquals(new int[] {1, 2, 3}, query.history());
        query.withoutSeen().top(3);
        assertFalse(query.excludesSeen());
        assertEquals(10, query.count());
        assertThrows(IllegalArgumentException.class, () -> query.top(0));
    }

    @Test
    void wrongHistoriesNameItemAndRange() throws IOException {
        try (Recommender recommender = Recommender.load(file)) {
            for (int[] wrong : new int[][] {{}, {1, 0}, {-5}, {1, ITEMS + 1}, {ITEMS + 2}}) {
                IllegalArgumentException e =
                        assertThrows(IllegalArgumentException.class, () -> recommender.recommend(wrong, 3));
                assertTrue(e.getMessage().contains("1 to " + ITEMS), e.getMessage());
                assertTrue(
                        wrong.length == 0 || e.getMessage().contains("item " + wrong[wrong.length - 1]),
                        e.getMessage());
            }
            Query query = Query.after(1).only(ITEMS + 1);
            assertTrue(assertThrows(IllegalArgumentException.class, () -> recommender.recommend(query))
                    .getMessage()
                    .contains("allowed"));
        }
    }

    @Test
    void aStreamServesLikeAFileAndAModelAtHandLikeBoth() throws IOException {
        try (InputStream in = Files.newInputStream(file);
                Recommender streamed = Recommender.load(in, "weights");
                Recommender loaded = Recommender.load(file);
                Backend backend = Backends.cpu(2);
                SequenceModel model = ModelFile.open(backend, file);
                Recommender own = Recommender.of(model)) {
            List<Recommendation> expected = loaded.recommend(history(5), 20);
            assertEquals(expected, streamed.recommend(history(5), 20));
            assertEquals(expected, own.recommend(history(5), 20));
            assertEquals(ITEMS, loaded.items());
        }
    }

    @Test
    void weightsThatAreNoNumbersAreAnErrorAndNotARecommendation() throws IOException {
        Path broken = folder.resolve("nan.safetensors");
        List<NamedArray> arrays = new ArrayList<>();
        SafeTensors.read(file).tensors().forEach((name, array) -> {
            float[] values = array.floats().clone();
            if (name.equals("seq_model.LayerNorm.bias")) {
                values[0] = Float.NaN;
            }
            arrays.add(NamedArray.of(name, array.shape(), values));
        });
        SafeTensors.write(broken, Map.of(), arrays);
        try (Recommender recommender = Recommender.load(broken)) {
            assertThrows(ArithmeticException.class, () -> recommender.recommend(new int[] {1}, 5));
        }
    }

    @Test
    void filesOfOtherModelsAndForeignSettingsAreFormatErrors() throws IOException {
        Path other = folder.resolve("other.safetensors");
        SafeTensors.write(other, Map.of(), List.of(NamedArray.of("x", new int[] {1}, 1f)));
        assertThrows(FormatException.class, () -> Recommender.load(other));
        Path foreign = folder.resolve("foreign.safetensors");
        SafeTensors.write(
                foreign,
                Map.of("config.wings", "2"),
                SafeTensors.read(file).tensors().values());
        FormatException e = assertThrows(FormatException.class, () -> Recommender.load(foreign));
        assertTrue(e.getMessage().contains("wings"), e.getMessage());
        try (Backend backend = Backends.cpu(1)) {
            FormatException heads =
                    assertThrows(FormatException.class, () -> ModelFile.open(backend, file, OptionalInt.of(3)));
            assertTrue(heads.getMessage().contains("3 heads"), heads.getMessage());
            try (SequenceModel model = ModelFile.open(backend, file, OptionalInt.of(4))) {
                assertEquals(4, model.config().numHeads());
                assertEquals(ENCODER.maxSeqLength(), model.config().maxSeqLength());
            }
        }
    }

    @Test
    void theAuthorsCheckpointIsServedAsItIs() throws IOException {
        try (Recommender recommender =
                Recommender.load(SharedFolders.reference().resolve("InDiRec-Beauty-1.pt"))) {
            assertEquals(
                    List.of(25, 6569, 26, 24, 13),
                    recommender.recommend(new int[] {6, 7, 8, 9, 10, 4}, 5).stream()
                            .map(Recommendation::item)
                            .toList());
        }
    }
}
