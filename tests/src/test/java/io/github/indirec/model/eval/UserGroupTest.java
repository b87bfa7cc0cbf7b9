package io.github.indirec.model.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.LeaveOneOutSplit.Split;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.support.SharedFolders;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The rules by which users are reported apart. */
class UserGroupTest {
    /** Eleven items: the tail has floor(11 / 5) = 2. Item 11 occurs once, 1 to 5 twice, the others more often. */
    private static final SequenceDataset DATA = SequenceDataset.of(
            "eleven",
            new int[][] {
                {6, 7, 8, 9, 10, 1, 2, 3, 11},
                {7, 8, 9, 10, 2, 6, 3, 4, 5, 1},
                {6, 7, 8, 9, 10, 4, 5},
                {7, 8, 9, 10, 6, 7, 8}
            });

    private static Map<String, int[]> byName(List<UserGroup> groups) {
        return groups.stream().collect(Collectors.toMap(UserGroup::name, UserGroup::rows));
    }

    @Test
    void theTailIsTheRarestFifthAndTiesAreBrokenById() {
        assertArrayEquals(
                new boolean[] {false, true, false, false, false, false, false, false, false, false, false, true},
                UserGroup.tail(new long[] {0, 2, 2, 2, 2, 2, 4, 5, 5, 4, 4, 1}));
        Map<String, int[]> groups =
                byName(UserGroup.byPopularity(DATA, new LeaveOneOutSplit(DATA, Split.TEST)));
        assertArrayEquals(new int[] {0, 1}, groups.get("tail"));
        assertArrayEquals(new int[] {2, 3}, groups.get("head"));
    }

    @Test
    void countedOverTrainingAloneTheTailIsAnother() {
        // Without the last two of each user items 5 and 11 do not occur.
        Map<String, int[]> groups =
                byName(UserGroup.byPopularity(DATA, new LeaveOneOutSplit(DATA, Split.TEST)));
        assertArrayEquals(new int[] {0, 2}, groups.get("tail_in_training"));
        assertArrayEquals(new int[] {1, 3}, groups.get("head_in_training"));
    }

    @Test
    void coldUsersHaveLittleHistoryAtTestWhicheverItemIsTheTarget() {
        Map<String, int[]> groups = byName(UserGroup.byHistory(DATA));
        assertArrayEquals(new int[] {0, 2, 3}, groups.get("cold_below_9"));
        assertArrayEquals(new int[] {1}, groups.get("hot_from_9"));
        assertArrayEquals(new int[] {2, 3}, groups.get("cold_below_7"));
        assertArrayEquals(new int[] {0, 1}, groups.get("hot_from_7"));
        assertEquals(
                List.of("cold_below_9", "hot_from_9", "cold_below_7", "hot_from_7"),
                UserGroup.byHistory(DATA).stream().map(UserGroup::name).toList());
    }

    @Test
    void aGroupsMetricsAreThoseOfItsUsers() {
        int[] ranks = {1, 30, 7, 12};
        UserGroup group = new UserGroup("some", "some users", new int[] {0, 2});
        assertEquals(RankingMetrics.of(new int[] {1, 7}), group.metrics(ranks));
    }

    @Test
    void beautyHasTheSharesOfRecord() throws IOException {
        SequenceDataset beauty = SequenceDataset.read(SharedFolders.data().resolve("beauty"));
        Function<List<UserGroup>, Map<String, Integer>> sizes = groups ->
                groups.stream().collect(Collectors.toMap(UserGroup::name, group -> group.rows().length));
        Map<String, Integer> popularity =
                sizes.apply(UserGroup.byPopularity(beauty, new LeaveOneOutSplit(beauty, Split.TEST)));
        assertEquals(1_645, popularity.get("tail"));
        assertEquals(22_363 - 1_645, popularity.get("head"));
        // Recorded to a tenth of a per cent: 18.6.
        assertEquals(0.186, popularity.get("tail_in_training") / 22_363.0, 5e-4);
        Map<String, Integer> history = sizes.apply(UserGroup.byHistory(beauty));
        // Recorded in whole per cent.
        assertEquals(0.77, history.get("cold_below_9") / 22_363.0, 5e-3);
        assertEquals(0.63, history.get("cold_below_7") / 22_363.0, 5e-3);
        assertEquals(22_363, history.get("cold_below_9") + history.get("hot_from_9"));
        assertEquals(22_363, history.get("cold_below_7") + history.get("hot_from_7"));
        assertEquals(
                22_363,
                UserGroup.byLength(beauty).stream()
                        .mapToInt(group -> group.rows().length)
                        .sum());
        assertEquals(
                Arrays.asList("3-4", "5", "6-8", "9+"),
                UserGroup.byLength(beauty).stream().map(UserGroup::name).toList());
    }
}
