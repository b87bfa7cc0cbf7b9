package io.github.indirec.model.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.support.SharedFolders;
import io.github.indirec.tensor.RandomKey;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoisyHistoriesTest {
    private static final RandomKey KEY = new RandomKey(2022, 1, 0);
    private static final int ITEMS = 200;

    /** 300 users of 3 to 42 distinct items out of 200. */
    private static SequenceDataset dataset() {
        int[][] sequences = new int[300][];
        for (int user = 0; user < sequences.length; user++) {
            int first = user;
            sequences[user] = IntStream.range(0, 3 + user % 40)
                    .map(i -> 1 + (first * 7 + i * 3) % ITEMS)
                    .toArray();
        }
        sequences[0][0] = ITEMS;
        return SequenceDataset.of("x", sequences);
    }

    @Test
    void withoutNoiseTheTestHistoriesRemain() {
        SequenceDataset data = dataset();
        NoisyHistories noisy = new NoisyHistories(data, 0, KEY);
        LeaveOneOutSplit clean = new LeaveOneOutSplit(data, LeaveOneOutSplit.Split.TEST);
        for (int user = 0; user < data.users(); user++) {
            assertArrayEquals(clean.history(user), noisy.history(user));
        }
        assertEquals(0, noisy.insertions());
        assertEquals(0, noisy.touchedUsers());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.2, 0.5, 1})
    void unseenItemsAreInsertedAtMostOncePerPositionAndNothingElseChanges(double rate) {
        SequenceDataset data = dataset();
        NoisyHistories noisy = new NoisyHistories(data, rate, KEY);
        int insertions = 0;
        for (int user = 0; user < data.users(); user++) {
            int[] sequence = data.sequence(user);
            Set<Integer> own = new HashSet<>(Arrays.stream(sequence).boxed().toList());
            int[] history = noisy.history(user);
            int next = 0;
            boolean afterNoise = false;
            for (int item : history) {
                boolean noise = !own.contains(item);
                assertFalse(noise && afterNoise, "two insertions before one position, user " + user);
                assertTrue(item >= 1 && item <= ITEMS);
                if (!noise) {
                    assertEquals(sequence[next++], item, "user " + user);
                }
                insertions += noise ? 1 : 0;
                afterNoise = noise;
            }
            assertEquals(sequence.length - 1, next, "the history stays whole, user " + user);
            assertEquals(sequence[next], noisy.target(user));
            assertArrayEquals(Arrays.copyOf(sequence, next), noisy.seen(user));
            assertTrue(history.length - next <= Math.floor(rate * sequence.length), "user " + user);
        }
        assertEquals(insertions, noisy.insertions());
    }

    @Test
    void everyPositionTheTargetsIncludedMayGetAnItemBeforeIt() {
        // One user of 5 items, one slot: over many keys all five places occur about equally often.
        SequenceDataset data = SequenceDataset.of("x", new int[][] {{1, 2, 3, 4, 5}, {50, 51, 52}});
        int[] counts = new int[5];
        int draws = 5_000;
        for (int step = 0; step < draws; step++) {
            int[] history = new NoisyHistories(data, 0.2, new RandomKey(7, 1, step)).history(0);
            assertEquals(5, history.length);
            counts[(int) Arrays.stream(history).takeWhile(item -> item <= 5).count()]++;
        }
        // Five standard deviations of a binomial count of 5,000 draws with p = 1/5: 5 * sqrt(800) = 141.
        for (int count : counts) {
            assertEquals(draws / 5, count, 141, Arrays.toString(counts));
        }
    }

    @Test
    void equalKeysMakeEqualNoiseAndOtherKeysOther() {
        SequenceDataset data = dataset();
        NoisyHistories one = new NoisyHistories(data, 0.5, KEY);
        NoisyHistories same = new NoisyHistories(data, 0.5, KEY);
        NoisyHistories other = new NoisyHistories(data, 0.5, new RandomKey(2023, 1, 0));
        StringBuilder texts = new StringBuilder();
        StringBuilder others = new StringBuilder();
        for (int user = 0; user < data.users(); user++) {
            assertArrayEquals(one.history(user), same.history(user));
            texts.append(Arrays.toString(one.history(user)));
            others.append(Arrays.toString(other.history(user)));
        }
        assertNotEquals(texts.toString(), others.toString());
    }

    @Test
    void aUserWhoHadEveryItemGetsNoNoise() {
        SequenceDataset data = SequenceDataset.of("x", new int[][] {{1, 2, 3, 4}});
        assertArrayEquals(new int[] {1, 2, 3}, new NoisyHistories(data, 1, KEY).history(0));
    }

    @Test
    void ratesOutsideOfZeroToOneAreRefused() {
        for (double rate : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> new NoisyHistories(dataset(), rate, KEY));
        }
    }

    /** The shares measured on the authors' protocol, which tell that L counts the target. */
    @ParameterizedTest
    @CsvSource({"0.05, 0.056", "0.1, 0.229", "0.15, 0.491", "0.2, 1"})
    void asManyBeautyUsersAreTouchedAsMeasured(double rate, double share) throws IOException {
        SequenceDataset data = SequenceDataset.read(SharedFolders.data().resolve("beauty"));
        NoisyHistories noisy = new NoisyHistories(data, rate, KEY);
        // The shares are given to three decimals.
        assertEquals(share, (double) noisy.touchedUsers() / data.users(), 5e-4);
    }
}
