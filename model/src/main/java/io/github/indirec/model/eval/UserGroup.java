package io.github.indirec.model.eval;

import io.github.indirec.model.data.Histories;
import io.github.indirec.model.data.SequenceDataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Users whose metrics are reported apart, because an average over all hides who is served badly: those of rare targets
 * (tail) and those with little history (cold).
 *
 * <p>Papers leave the rules open; here they are fixed. Tail: the target is among the first floor(I / 5) items by
 * (popularity, id) ascending, head all others. Popularity counts all interactions, targets included, as the published
 * shares of the tail do; a target is then rare even after its own test hit. It is reported over training alone as well,
 * all but the last two items of each user, which is what a model could know. Cold: fewer than 9 items of history at
 * test, hot all others; also with fewer than 7.
 *
 * @param name such as {@code tail}
 * @param description for people
 * @param rows the users' rows, rising
 */
public record UserGroup(String name, String description, int[] rows) {
    /** Name of the group of all users. */
    public static final String EVERYONE = "all";

    private static final int TAIL = 5;
    private static final int[] COLD_BELOW = {9, 7};

    /**
     * The metrics of this group's users.
     *
     * @param ranks rank of every user's target, by row
     * @throws IllegalArgumentException if the group is empty
     */
    public RankingMetrics metrics(int[] ranks) {
        return RankingMetrics.of(pick(ranks));
    }

    /** All users of a data set, in a group. */
    public static UserGroup everyone(int users) {
        return new UserGroup(EVERYONE, "all users", IntStream.range(0, users).toArray());
    }

    /** The measurements of this group's users, in their order, out of those of all. */
    public int[] pick(int[] byRow) {
        return Arrays.stream(rows).map(user -> byRow[user]).toArray();
    }

    /** By the length of the whole sequence, held-out items included: the authors' three groups and the shorter. */
    public static List<UserGroup> byLength(SequenceDataset data) {
        List<UserGroup> groups = new ArrayList<>();
        int[][] ranges = {{3, 4}, {5, 5}, {6, 8}, {9, Integer.MAX_VALUE}};
        String[] names = {"3-4", "5", "6-8", "9+"};
        for (int i = 0; i < names.length; i++) {
            int shortest = ranges[i][0];
            int longest = ranges[i][1];
            IntPredicate has = user -> data.length(user) >= shortest && data.length(user) <= longest;
            add(groups, names[i], "users with " + names[i] + " items", data.users(), has);
        }
        return groups;
    }

    /** By the target's popularity: tail and head, with all interactions counted, then with those of training alone. */
    public static List<UserGroup> byPopularity(SequenceDataset data, Histories histories) {
        List<UserGroup> groups = new ArrayList<>();
        addPopularity(groups, "", "all interactions", allCounts(data), histories);
        addPopularity(
                groups, "_in_training", "training's interactions", PopularityRanker.trainingCounts(data), histories);
        return groups;
    }

    private static void addPopularity(
            List<UserGroup> groups, String ending, String counted, long[] counts, Histories histories) {
        boolean[] tail = tail(counts);
        IntPredicate rare = user -> tail[histories.target(user)];
        String rule = " by popularity over " + counted;
        add(groups, "tail" + ending, "targets among the rarest fifth of the items" + rule, histories.users(), rare);
        add(groups, "head" + ending, "targets among the other items" + rule, histories.users(), rare.negate());
    }

    /** By the number of items before the test item, whichever item is the target: cold and hot, twice. */
    public static List<UserGroup> byHistory(SequenceDataset data) {
        List<UserGroup> groups = new ArrayList<>();
        for (int below : COLD_BELOW) {
            IntPredicate cold = user -> data.length(user) - 1 < below;
            String size = below + " items of history";
            add(groups, "cold_below_" + below, "users with fewer than " + size, data.users(), cold);
            add(groups, "hot_from_" + below, "users with at least " + size, data.users(), cold.negate());
        }
        return groups;
    }

    /** Whether each item is in the tail; [0] is no item. */
    static boolean[] tail(long[] counts) {
        int items = counts.length - 1;
        int[] order = IntStream.rangeClosed(1, items)
                .boxed()
                .sorted((a, b) -> counts[a] != counts[b] ? Long.compare(counts[a], counts[b]) : Integer.compare(a, b))
                .mapToInt(Integer::intValue)
                .toArray();
        boolean[] tail = new boolean[items + 1];
        for (int i = 0; i < items / TAIL; i++) {
            tail[order[i]] = true;
        }
        return tail;
    }

    private static long[] allCounts(SequenceDataset data) {
        long[] counts = new long[data.items() + 1];
        for (int user = 0; user < data.users(); user++) {
            for (int i = 0; i < data.length(user); i++) {
                counts[data.item(user, i)]++;
            }
        }
        return counts;
    }

    private static void add(List<UserGroup> groups, String name, String description, int users, IntPredicate has) {
        groups.add(new UserGroup(
                name, description, IntStream.range(0, users).filter(has).toArray()));
    }
}
