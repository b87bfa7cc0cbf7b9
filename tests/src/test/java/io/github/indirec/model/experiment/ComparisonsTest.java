package io.github.indirec.model.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.eval.UserGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonsTest {
    private static final double CLOSE = 1e-12;

    @TempDir
    Path temporary;

    private final List<RunResult> results = new ArrayList<>();

    private void add(String label, String epochs, long seed, int... ranks) throws IOException {
        Path file = temporary.resolve(label + epochs + "-" + seed + "-" + results.size() + ".ranks");
        new UserRanks(SampleRuns.HASH, ranks).write(file);
        results.add(new RunResult(
                label,
                "indirec",
                "shop",
                SampleRuns.HASH,
                seed,
                Map.of("epochs", epochs, "seed", Long.toString(seed)),
                1,
                RankingMetrics.of(ranks),
                4,
                3,
                true,
                1,
                file,
                Map.of()));
    }

    private DataResults only() {
        List<DataResults> all = DataResults.of(results);
        assertEquals(1, all.size());
        return all.get(0);
    }

    @Test
    void twoSeedsGiveMeanAndSampleDeviation() throws IOException {
        add("A", "4", 2, 1, 1, 11, 11);
        add("A", "4", 1, 1, 1, 1, 11);
        ResultGroup group = only().groups().get(0);
        assertEquals(List.of(1L, 2L), group.seeds());
        assertEquals((0.75 + 0.5) / 2, group.mean(run -> run.metrics().hitRate10()), CLOSE);
        // sqrt(((.75 - .625)^2 + (.5 - .625)^2) / (2 - 1))
        assertEquals(Math.sqrt(2 * 0.125 * 0.125), group.deviation(run -> run.metrics().hitRate10()), CLOSE);
        assertEquals(2, group.cut());
        results.remove(1);
        assertTrue(Double.isNaN(only().groups().get(0).deviation(run -> run.metrics().hitRate10())));
    }

    @Test
    void oneLabelWithTwoSettingsIsTwoRowsNamedByWhatDiffers() throws IOException {
        add("A", "4", 1, 1, 2);
        add("B", "4", 1, 1, 2);
        add("A", "9", 1, 1, 2);
        assertEquals(
                List.of("A (epochs=4)", "A (epochs=9)", "B"),
                only().groups().stream().map(ResultGroup::label).toList());
    }

    @Test
    void ofTwoEqualRunsTheLastCounts() throws IOException {
        add("A", "4", 1, 30, 30);
        add("A", "4", 1, 1, 30);
        assertEquals(0.5, only().groups().get(0).mean(run -> run.metrics().hitRate10()), CLOSE);
    }

    @Test
    void aUserCountsOnceByTheMajorityOfTheSeedsAndTheFirstDecidesADraw() {
        int[] first = {1, 11, 10, 50};
        int[] second = {11, 1, 10, 50};
        int[] third = {11, 1, 10, 50};
        assertArrayEquals(new boolean[] {true, false, true, false}, PairedComparison.hits(List.of(first, second)));
        assertArrayEquals(
                new boolean[] {false, true, true, false}, PairedComparison.hits(List.of(first, second, third)));
    }

    @Test
    void ndcgIsAveragedOverTheSeedsForEachUser() {
        // 1 / log2(3 + 1) = 1/2; beyond the tenth place nothing.
        assertArrayEquals(
                new double[] {0.75, 0.25, 0},
                PairedComparison.ndcg(List.of(new int[] {1, 3, 11}, new int[] {3, 40, 12})),
                CLOSE);
    }

    @Test
    void aGroupIsMeasuredAndTestedOnItsOwnUsers() throws IOException {
        add("base", "4", 1, 1, 50, 50, 50);
        add("other", "4", 1, 50, 1, 3, 50);
        DataResults data = only();
        UserGroup first = new UserGroup("first", "", new int[] {0});
        UserGroup rest = new UserGroup("rest", "", new int[] {1, 2, 3});
        ResultGroup other = data.within(rest).groups().get(1);
        assertEquals(2.0 / 3, other.mean(run -> run.metrics().hitRate10()), CLOSE);
        assertEquals((1 + 0.5) / 3, other.mean(run -> run.metrics().ndcg10()), CLOSE);
        Comparisons comparisons = Comparisons.of(data, data.groups().get(0), List.of(first, rest));
        PairedComparison onFirst = comparisons.tested().get(0).test();
        assertEquals(List.of(0, 1), List.of(onFirst.hits().onlyFirst(), onFirst.hits().onlySecond()));
        Comparisons.Corrected onRest = comparisons.tested().get(1);
        assertEquals(rest, onRest.test().users());
        assertEquals(2, onRest.test().hits().onlyFirst());
        assertEquals(0.5, onRest.test().difference(), CLOSE);
        // Exact binomial of two users of two: 2 / 2^2.
        assertEquals(0.5, onRest.test().hits().pValue(), CLOSE);
    }

    @Test
    void holmCountsTheTestsOfAllGroups() throws IOException {
        int[] bad = new int[40];
        Arrays.fill(bad, 100);
        int[] good = bad.clone();
        Arrays.fill(good, 0, 20, 1);
        add("base", "4", 1, bad);
        add("other", "4", 1, good);
        UserGroup better = new UserGroup("better", "", IntStream.range(0, 20).toArray());
        UserGroup equal = new UserGroup("equal", "", IntStream.range(20, 40).toArray());
        DataResults data = only();
        Comparisons.Corrected one = Comparisons.of(data, data.groups().get(0), List.of(better, equal)).tested().get(0);
        double hits = one.test().hits().pValue();
        double ndcg = one.test().ndcg().pValue();
        // Four tests, of which the two of the other group have a p-value of 1.
        assertEquals(4 * Math.min(hits, ndcg), Math.min(one.hitsP(), one.ndcgP()), CLOSE);
        assertTrue(4 * Math.min(hits, ndcg) < 0.01, hits + ", " + ndcg);
    }

    @Test
    void onlySharedSeedsAreComparedAndHolmCountsEveryTest() throws IOException {
        int users = 40;
        int[] good = new int[users];
        Arrays.fill(good, 1);
        int[] bad = new int[users];
        Arrays.fill(bad, 100);
        add("base", "4", 1, bad);
        add("base", "4", 2, good);
        add("better", "4", 1, good);
        add("equal", "4", 1, bad);
        add("elsewhere", "4", 3, good);
        DataResults data = only();
        Comparisons comparisons = Comparisons.of(data, data.groups().get(0));
        assertEquals(2, comparisons.tested().size());
        assertEquals(1, comparisons.untested().size());
        assertTrue(comparisons.untested().get(0).contains("elsewhere"), comparisons.untested().toString());
        Comparisons.Corrected better = comparisons.tested().get(0);
        assertEquals(List.of(1L), better.test().seeds());
        assertEquals(users, better.test().hits().onlyFirst());
        assertEquals(1, better.test().difference(), CLOSE);
        // The lesser of both p-values of 4 tests counts four times.
        double least = Math.min(better.test().hits().pValue(), better.test().ndcg().pValue());
        assertEquals(4 * least, Math.min(better.hitsP(), better.ndcgP()), CLOSE * least);
        assertEquals(1, comparisons.tested().get(1).hitsP());
    }
}
