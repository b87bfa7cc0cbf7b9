package io.github.indirec.model.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.data.Histories;
import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.LeaveOneOutSplit.Split;
import io.github.indirec.model.data.SequenceDataset;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class BaselineRankersTest {
    /** Training counts: items 1 and 2 three times, 3, 4 and 5 once, 6 and 7 never. */
    private static final SequenceDataset SMALL = SequenceDataset.of(
            "small", new int[][] {{1, 2, 3, 7, 6}, {2, 1, 4, 6, 5}, {5, 2, 6, 1}, {1, 7, 2}});

    /** One user. */
    private record Single(int[] history, int[] seen, int target) implements Histories {
        @Override
        public int users() {
            return 1;
        }

        @Override
        public int[] history(int user) {
            return history;
        }

        @Override
        public int[] seen(int user) {
            return seen;
        }

        @Override
        public int target(int user) {
            return target;
        }
    }

    private static Histories test(SequenceDataset dataset) {
        return new LeaveOneOutSplit(dataset, Split.TEST);
    }

    @Test
    void popularityRanksOfAHandComputedCase() {
        // User 0: seen 1 2 3 7, target 6: 4 and 5 stand before it. User 1: seen 2 1 4 6, target 5: only 3, by its id.
        // User 2: seen 5 2 6, target 1: first. User 3: seen 1 7, target 2: first.
        assertArrayEquals(new int[] {3, 2, 1, 1}, PopularityRanker.fit(SMALL).ranks(test(SMALL)));
    }

    @Test
    void markovRanksOfAHandComputedCase() {
        SequenceDataset dataset = SequenceDataset.of(
                "chain",
                new int[][] {
                    {1, 2, 3, 9, 9}, {1, 2, 3, 9, 9}, {1, 3, 9, 9}, {4, 4, 4, 1, 2}, {4, 1, 3}, {9, 1, 8}
                });
        // After 1: 2 twice, 3 once, then by counts 4: 3 times, 9: once, and the others by id: 5 6 7 8.
        int[] ranks = MarkovRanker.fit(dataset).ranks(test(dataset));
        assertEquals(1, ranks[3], "the most frequent successor");
        assertEquals(2, ranks[4], "the other successor");
        // Seen 9 and 1; 2 and 3 lead, 4 by popularity, then 5, 6, 7 by id.
        assertEquals(7, ranks[5], "never a successor and never in the training part");
    }

    @Test
    void everyRankEqualsThePlaceInTheSortedList() {
        long seed = 11;
        Random random = new Random(seed);
        int[][] sequences = new int[60][];
        for (int user = 0; user < sequences.length; user++) {
            sequences[user] = random.ints(3 + random.nextInt(9), 1, 41).toArray();
        }
        SequenceDataset dataset = SequenceDataset.of("random", sequences);
        for (Split split : Split.values()) {
            Histories histories = new LeaveOneOutSplit(dataset, split);
            int[] popularity = PopularityRanker.fit(dataset).ranks(histories);
            int[] markov = MarkovRanker.fit(dataset).ranks(histories);
            for (int user = 0; user < sequences.length; user++) {
                int[] history = histories.history(user);
                String message = "seed " + seed + ", " + split + ", user " + user;
                assertEquals(place(sequences, histories, user, -1), popularity[user], message);
                assertEquals(place(sequences, histories, user, history[history.length - 1]), markov[user], message);
            }
        }
    }

    /** The score as the formula has it, in double precision; last = -1: popularity alone. */
    private static int place(int[][] sequences, Histories histories, int user, int last) {
        int items = Arrays.stream(sequences).flatMapToInt(Arrays::stream).max().orElseThrow();
        double[] popularity = new double[items + 1];
        double[] followed = new double[items + 1];
        for (int[] sequence : sequences) {
            for (int i = 0; i < sequence.length - 2; i++) {
                popularity[sequence[i]]++;
                if (i > 0 && sequence[i - 1] == last) {
                    followed[sequence[i]]++;
                }
            }
        }
        double largest = Arrays.stream(popularity).max().orElseThrow();
        int target = histories.target(user);
        int rank = 1;
        for (int item = 1; item <= items; item++) {
            int candidate = item;
            if (item == target || Arrays.stream(histories.seen(user)).anyMatch(seen -> seen == candidate)) {
                continue;
            }
            double mine = followed[target] + popularity[target] / (largest + 1);
            double others = followed[item] + popularity[item] / (largest + 1);
            rank += others > mine || others == mine && item < target ? 1 : 0;
        }
        return rank;
    }

    @Test
    void tiesGiveTargetsTheirFairShareOnly() {
        // Items 1 to 100 once each in the training part, never after item 101: all equal.
        int[][] sequences = new int[100][];
        for (int i = 0; i < 100; i++) {
            sequences[i] = new int[] {i + 1, 101, 102};
        }
        SequenceDataset dataset = SequenceDataset.of("ties", sequences);
        int hits = 0;
        for (int target = 1; target <= 100; target++) {
            Histories histories = new Single(new int[] {101}, new int[0], target);
            int rank = PopularityRanker.fit(dataset).ranks(histories)[0];
            assertEquals(rank, MarkovRanker.fit(dataset).ranks(histories)[0]);
            hits += rank <= 10 ? 1 : 0;
        }
        assertEquals(10, hits, "of 100 targets among the first 10");
    }

    @Test
    void targetThatWasSeenBeforeIsStillACandidate() {
        SequenceDataset dataset = SequenceDataset.of("repeat", new int[][] {{1, 2, 3, 1}, {2, 3, 4}});
        // Counts: 1: 1, 2: 2. User 0 has seen 1 2 3; only 4, count 0, is left beside the target.
        assertEquals(1, PopularityRanker.fit(dataset).ranks(test(dataset))[0]);
    }

    @Test
    void heldOutItemsAreNotCounted() {
        SequenceDataset one = SequenceDataset.of("one", new int[][] {{1, 2, 3, 4}, {1, 3, 5, 6}});
        SequenceDataset other = SequenceDataset.of("other", new int[][] {{1, 2, 6, 5}, {1, 3, 4, 6}});
        Histories histories = test(one);
        assertArrayEquals(
                PopularityRanker.fit(one).ranks(histories),
                PopularityRanker.fit(other).ranks(histories));
        assertArrayEquals(
                MarkovRanker.fit(one).ranks(histories), MarkovRanker.fit(other).ranks(histories));
    }

    @Test
    void historiesOfAnotherDataSetAreRefused() {
        int[] known = {1, 2};
        int[] unknown = {1, 30, 2};
        Histories[] wrong = {
            new Single(unknown, known, 3), new Single(known, unknown, 3), new Single(known, known, 30),
        };
        for (Histories histories : wrong) {
            for (Executable ranks : new Executable[] {
                () -> MarkovRanker.fit(SMALL).ranks(histories), () -> PopularityRanker.fit(SMALL).ranks(histories)
            }) {
                String message =
                        assertThrows(IllegalArgumentException.class, ranks).getMessage();
                assertTrue(message.contains("item 30, expected 1 to 7"), message);
            }
        }
    }
}
