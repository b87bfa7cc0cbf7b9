package io.github.indirec.model.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.indirec.model.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankingMetricsTest {
    /** Sums of at most 30,000 numbers up to 1 in double precision, divided by their number. */
    private static final double ROUNDING = 1e-13;

    @Test
    void metricsOfAHandComputedCase() {
        // 1/log2(2) = 1, 1/log2(4) = 1/2, 1/log2(8) = 1/3 (rank 7), 1/log2(16) = 1/4 (rank 15); rank 21 gains nothing.
        RankingMetrics metrics = RankingMetrics.of(new int[] {15, 1, 21, 3, 7});
        assertEquals(5, metrics.users());
        assertEquals(List.of(2, 3, 4), List.of(metrics.hits5(), metrics.hits10(), metrics.hits20()));
        assertEquals(.4, metrics.hitRate5());
        assertEquals(.6, metrics.hitRate10());
        assertEquals(.8, metrics.hitRate20());
        assertEquals(1.5 / 5, metrics.ndcg5(), ROUNDING);
        assertEquals((1.5 + 1. / 3) / 5, metrics.ndcg10(), ROUNDING);
        assertEquals((1.5 + 1. / 3 + .25) / 5, metrics.ndcg20(), ROUNDING);
        assertEquals((1 + 1. / 3 + 1. / 7 + 1. / 15 + 1. / 21) / 5, metrics.mrr(), ROUNDING);
    }

    @Test
    void rankEqualToTheCutIsAHitAndTheNextIsNot() {
        assertEquals(1, RankingMetrics.of(new int[] {5, 6}).hits5());
        assertEquals(1, RankingMetrics.of(new int[] {10, 11}).hits10());
        assertEquals(1, RankingMetrics.of(new int[] {20, 21}).hits20());
    }

    @Test
    void orderOfTheUsersChangesNoBit() {
        long seed = 41;
        Random random = new Random(seed);
        int[] ranks = random.ints(10_000, 1, 3_000).map(r -> r * r / 3_000 + 1).toArray();
        int[] mixed = ranks.clone();
        for (int i = mixed.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = mixed[i];
            mixed[i] = mixed[j];
            mixed[j] = swap;
        }
        int[] before = ranks.clone();
        assertEquals(RankingMetrics.of(ranks), RankingMetrics.of(mixed), "seed " + seed);
        assertArrayEquals(before, ranks, "the caller's array is not sorted");
    }

    @Test
    void mapHasTheJsonKeysInOrder() {
        RankingMetrics metrics = RankingMetrics.of(new int[] {2, 8});
        String keys = "users hits@5 HR@5 NDCG@5 hits@10 HR@10 NDCG@10 hits@20 HR@20 NDCG@20 MRR";
        assertEquals(keys, String.join(" ", metrics.toMap().keySet()));
        assertEquals(
                List.of(
                        2,
                        1,
                        .5,
                        metrics.ndcg5(),
                        2,
                        1.,
                        metrics.ndcg10(),
                        2,
                        1.,
                        metrics.ndcg20(),
                        (1. / 2 + 1. / 8) / 2),
                List.copyOf(metrics.toMap().values()));
    }

    @Test
    void noUsersIsAnError() {
        String message = assertThrows(IllegalArgumentException.class, () -> RankingMetrics.of(new int[0]))
                .getMessage();
        assertTrue(message.contains("found none"), message);
    }

    @Test
    void rankBelowOneIsAnErrorThatNamesIt() {
        String message = assertThrows(IllegalArgumentException.class, () -> RankingMetrics.of(new int[] {3, 0}))
                .getMessage();
        assertTrue(message.contains("found 0 at index 1"), message);
    }

    @Test
    void ranksOfTheReleasedBeautyCheckpointGiveItsMetrics() throws IOException {
        Path file = Path.of(System.getProperty("indirec.reference", "reference"), "ranks-beauty.safetensors");
        assumeTrue(Files.exists(file), "needs the reference ranks: " + file);
        RankingMetrics metrics =
                RankingMetrics.of(SafeTensors.read(file).ints("rank_real_items", 22_363));
        assertEquals(22_363, metrics.users());
        assertEquals(
                List.of(1_538, 2_150, 2_919), List.of(metrics.hits5(), metrics.hits10(), metrics.hits20()));
        assertEquals(0.09614094710012074, metrics.hitRate10(), ROUNDING);
        assertEquals(0.04888317955730441, metrics.ndcg5(), ROUNDING);
        assertEquals(0.057665399113802765, metrics.ndcg10(), ROUNDING);
        assertEquals(0.06630556187114782, metrics.ndcg20(), ROUNDING);
        // Published with four decimals.
        assertEquals(.0519, metrics.mrr(), 5e-5);
    }
}
