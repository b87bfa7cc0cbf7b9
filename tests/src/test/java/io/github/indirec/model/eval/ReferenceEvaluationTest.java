package io.github.indirec.model.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.data.Histories;
import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.LeaveOneOutSplit.Split;
import io.github.indirec.model.data.NoisyHistories;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.encoder.Weights;
import io.github.indirec.model.io.Checkpoints;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.support.SharedFolders;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The authors' Beauty weights give the authors' numbers, on all users. */
class ReferenceEvaluationTest {
    /** Figures are recorded to four decimals. */
    private static final double FOUR_DECIMALS = 5e-5;

    /** Five noise seeds: a standard error of about .0004 each. */
    private static final double NOISE = 0.003;

    private static Backend backend;
    private static SequenceModel model;
    private static SequenceDataset data;
    private static int[] testRanks;

    @BeforeAll
    static void load() throws IOException {
        Path reference = SharedFolders.reference();
        data = SequenceDataset.read(SharedFolders.data().resolve("beauty"));
        TensorFile checkpoint = Checkpoints.readWeights(reference.resolve("InDiRec-Beauty-1.pt"));
        backend = Backends.cpu();
        model = SequenceModel.load(
                backend,
                checkpoint,
                Weights.sizes(checkpoint, InDiRecConfig.preset("beauty").encoder()));
        testRanks = ranks(new LeaveOneOutSplit(data, Split.TEST));
    }

    @AfterAll
    static void close() {
        if (model != null) {
            model.close();
            backend.close();
        }
    }

    private static int[] ranks(Histories histories) {
        return Evaluator.ranks(model, histories, Evaluator.clean(model));
    }

    @Test
    void hitsAreTheAuthorsHits() {
        RankingMetrics metrics = RankingMetrics.of(testRanks);
        assertEquals(22_363, metrics.users());
        assertEquals(1538, metrics.hits5());
        assertEquals(2150, metrics.hits10());
        assertEquals(2919, metrics.hits20());
        assertEquals(0.048883, metrics.ndcg5(), 5e-7);
        assertEquals(0.057665, metrics.ndcg10(), 5e-7);
        assertEquals(0.066306, metrics.ndcg20(), 5e-7);
        assertEquals(0, Evaluator.repeatedTargets(new LeaveOneOutSplit(data, Split.TEST)));
    }

    /** 14 users of the recording change their rank by one place between 32 and 64 bits. */
    @Test
    void everyRankIsTheAuthorsRank() throws IOException {
        int[] expected = SafeTensors.read(SharedFolders.reference().resolve("ranks-beauty.safetensors"))
                .ints("rank_real_items", TensorFile.ANY);
        int different = 0;
        for (int user = 0; user < expected.length; user++) {
            assertTrue(
                    Math.abs(expected[user] - testRanks[user]) <= 1,
                    "user row " + user + ": recorded rank " + expected[user] + ", found " + testRanks[user]);
            different += expected[user] == testRanks[user] ? 0 : 1;
        }
        assertTrue(different <= 40, different + " ranks differ by one place");
    }

    @Test
    void validationIsTheAuthorsValidation() {
        RankingMetrics metrics = RankingMetrics.of(ranks(new LeaveOneOutSplit(data, Split.VALID)));
        assertEquals(0.0844, metrics.hitRate5(), FOUR_DECIMALS);
        assertEquals(0.1156, metrics.hitRate10(), FOUR_DECIMALS);
        assertEquals(0.1558, metrics.hitRate20(), FOUR_DECIMALS);
        assertEquals(0.0609, metrics.ndcg5(), FOUR_DECIMALS);
        assertEquals(0.0709, metrics.ndcg10(), FOUR_DECIMALS);
        assertEquals(0.0810, metrics.ndcg20(), FOUR_DECIMALS);
    }

    @Test
    void lengthGroupsAreTheAuthorsGroups() {
        assertGroup(length -> length == 5, 7162, 0.1138, 0.0582);
        assertGroup(length -> length >= 6 && length <= 8, 8712, 0.1226, 0.0617);
        assertGroup(length -> length > 8, 6489, 0.1597, 0.0814);
    }

    /** Where the average hides most: rare targets, and users with little history. */
    @Test
    void tailAndColdUsersGetTheFiguresOfRecord() {
        List<UserGroup> popularity = UserGroup.byPopularity(data, new LeaveOneOutSplit(data, Split.TEST));
        assertGroup(popularity.get(0), "tail", 0.0170, 0.0121);
        assertEquals(1_645, popularity.get(0).rows().length);
        List<UserGroup> history = UserGroup.byHistory(data);
        assertGroup(history.get(0), "cold_below_9", 0.0890, 0.0527);
        assertGroup(history.get(1), "hot_from_9", 0.1200, 0.0742);
    }

    private static void assertGroup(UserGroup group, String name, double hitRate10, double ndcg10) {
        assertEquals(name, group.name());
        assertEquals(hitRate10, group.metrics(testRanks).hitRate10(), FOUR_DECIMALS, name);
        assertEquals(ndcg10, group.metrics(testRanks).ndcg10(), FOUR_DECIMALS, name);
    }

    private static void assertGroup(IntPredicate length, int users, double hitRate20, double ndcg20) {
        RankingMetrics metrics = RankingMetrics.of(IntStream.range(0, data.users())
                .filter(user -> length.test(data.length(user)))
                .map(user -> testRanks[user])
                .toArray());
        assertEquals(users, metrics.users());
        assertEquals(hitRate20, metrics.hitRate20(), FOUR_DECIMALS);
        assertEquals(ndcg20, metrics.ndcg20(), FOUR_DECIMALS);
    }

    @Test
    void noiseLowersTheHitRateAsInTheAuthorsProtocol() {
        double[] rates = {0.05, 0.10, 0.15, 0.20};
        double[] expected = {0.1301, 0.1278, 0.1214, 0.1072};
        for (int i = 0; i < rates.length; i++) {
            double rate = rates[i];
            double mean = IntStream.rangeClosed(1, 5)
                    .mapToDouble(seed -> RankingMetrics.of(ranks(new NoisyHistories(data, rate, RandomStreams.EVALUATION_NOISE.key(seed, 0))))
                            .hitRate20())
                    .average()
                    .orElseThrow();
            assertEquals(expected[i], mean, NOISE, "HR@20 at " + rate);
        }
    }
}
