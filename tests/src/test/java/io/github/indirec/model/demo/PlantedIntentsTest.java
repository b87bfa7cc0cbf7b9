package io.github.indirec.model.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.data.Histories;
import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.eval.MarkovRanker;
import io.github.indirec.model.eval.PopularityRanker;
import io.github.indirec.model.eval.RankingMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlantedIntentsTest {
    private static final long SEED = 2022;
    private static final PlantedIntents DATA = PlantedIntents.generate(SEED);

    /** Four standard deviations of a share of 0.25 in some 50,000 draws. */
    private static final double SWITCH_TOLERANCE = .008;
    /** Any item of the intent may be the successor by chance, and one that was seen is passed over: about 1 in 100. */
    private static final double SUCCESSOR_TOLERANCE = .02;

    @TempDir
    Path folder;

    @Test
    void filesAreTheSameToTheByteOnEveryMachine() throws Exception {
        DATA.write(folder);
        assertEquals("ecf27a4dbdc3241e81c8089f9ef24ceffb11470966e7a0b8925e3e1d1a6430ee", sha256("sequences.txt"));
        assertEquals("41da6125e33d2ee02a87eb9f1df0cf3a3b9520eff7193571bef19b8c6104f91b", sha256("items.tsv"));
    }

    @Test
    void otherSeedsGiveOtherData() {
        PlantedIntents other = PlantedIntents.generate(SEED + 1, 1_000);
        assertFalse(Arrays.equals(DATA.sequence(0), other.sequence(0)));
    }

    @Test
    void fewerUsersAreTheFirstOnesOfMore() {
        PlantedIntents fewer = PlantedIntents.generate(SEED, 1_000);
        assertEquals(1_000, fewer.users());
        for (int user = 0; user < fewer.users(); user++) {
            assertArrayEquals(DATA.sequence(user), fewer.sequence(user));
        }
    }

    @Test
    void sizesAreAsPromised() {
        assertEquals(5_000, DATA.users());
        assertEquals(24, DATA.intents());
        int[] items = new int[DATA.intents()];
        for (int item = 1; item <= DATA.items(); item++) {
            items[DATA.intentOf(item)]++;
        }
        for (int intent = 0; intent < items.length; intent++) {
            assertTrue(items[intent] >= 35 && items[intent] <= 45, DATA.intentName(intent) + ": " + items[intent]);
        }
        long interactions = 0;
        for (int user = 0; user < DATA.users(); user++) {
            int length = DATA.sequence(user).length;
            assertTrue(length >= 5 && length <= 30, "user " + user + ": " + length);
            interactions += length;
        }
        double mean = (double) interactions / DATA.users();
        assertTrue(mean > 10 && mean < 12, "mean length " + mean);
    }

    @Test
    void namesAreDistinctAndTellTheIntent() {
        Set<String> titles = new HashSet<>();
        Map<String, Integer> intentOfRange = new HashMap<>();
        for (int item = 1; item <= DATA.items(); item++) {
            String title = DATA.title(item);
            assertTrue(titles.add(title), title);
            assertTrue(title.matches("\\p{Upper}[\\p{Alpha}-]*( \\p{Alpha}[\\p{Alpha}-]*)+"), title);
            Integer earlier = intentOfRange.put(title.split(" ")[0], DATA.intentOf(item));
            assertTrue(earlier == null || earlier == DATA.intentOf(item), title);
        }
        Set<String> names = new HashSet<>();
        for (int intent = 0; intent < DATA.intents(); intent++) {
            assertTrue(names.add(DATA.intentName(intent)), DATA.intentName(intent));
        }
    }

    @Test
    void everyItemOccursAndNobodyGetsOneTwice() {
        boolean[] occurs = new boolean[DATA.items() + 1];
        for (int user = 0; user < DATA.users(); user++) {
            int[] sequence = DATA.sequence(user);
            assertEquals(sequence.length, Arrays.stream(sequence).distinct().count(), "user " + user);
            for (int item : sequence) {
                occurs[item] = true;
            }
        }
        for (int item = 1; item < occurs.length; item++) {
            assertTrue(occurs[item], "item " + item);
        }
    }

    @Test
    void eachItemIsTheFirstOfAUserSoThatItMustOccur() {
        assertEquals(
                DATA.items(),
                IntStream.range(0, DATA.items()).map(user -> DATA.sequence(user)[0]).distinct().count());
    }

    @Test
    void sequencesAreCopies() {
        assertNotSame(DATA.sequence(0), DATA.sequence(0));
    }

    @Test
    void successorsFormOneCycleAnIntent() {
        for (int item = 1; item <= DATA.items(); item++) {
            int steps = 0;
            int at = item;
            do {
                at = DATA.successor(at);
                assertEquals(DATA.intentOf(item), DATA.intentOf(at));
                steps++;
            } while (at != item);
            assertTrue(steps >= 35, "cycle of " + steps);
        }
    }

    @Test
    void usersHoldTwoOrThreeIntentsAndSwitchWithProbabilityAQuarter() {
        int pairs = 0;
        int switches = 0;
        int three = 0;
        for (int user = 0; user < DATA.users(); user++) {
            int[] intents = Arrays.stream(DATA.sequence(user)).map(DATA::intentOf).toArray();
            long distinct = Arrays.stream(intents).distinct().count();
            assertTrue(distinct <= 3, "user " + user);
            three += distinct == 3 ? 1 : 0;
            for (int i = 1; i < intents.length; i++) {
                pairs++;
                switches += intents[i] != intents[i - 1] ? 1 : 0;
            }
        }
        assertEquals(PlantedIntents.SWITCH, (double) switches / pairs, SWITCH_TOLERANCE);
        // Half of the users hold three; short sequences do not show the third.
        assertTrue(three > 1_000 && three < 2_500, three + " users show three intents");
    }

    @Test
    void intentGoesOnWhereTheUserLeftItAlsoAfterASwitch() {
        int[] visits = new int[2];
        int[] successors = new int[2];
        for (int user = 0; user < DATA.users(); user++) {
            Map<Integer, Integer> lastOf = new HashMap<>();
            int[] sequence = DATA.sequence(user);
            for (int i = 0; i < sequence.length; i++) {
                int intent = DATA.intentOf(sequence[i]);
                Integer last = lastOf.put(intent, sequence[i]);
                if (last != null) {
                    int back = last == sequence[i - 1] ? 0 : 1;
                    visits[back]++;
                    successors[back] += DATA.successor(last) == sequence[i] ? 1 : 0;
                }
            }
        }
        assertEquals(PlantedIntents.SUCCESSOR, (double) successors[0] / visits[0], SUCCESSOR_TOLERANCE);
        assertEquals(PlantedIntents.SUCCESSOR, (double) successors[1] / visits[1], SUCCESSOR_TOLERANCE);
        assertTrue(visits[1] > 2_000, "returns: " + visits[1]);
    }

    @Test
    void folderIsAReadableDataSet() throws IOException {
        Path data = folder.resolve("new").resolve("demo");
        DATA.write(data);
        DATA.write(data);
        try (var files = Files.list(data)) {
            assertEquals(
                    Set.of("items.tsv", "sequences.txt"),
                    Set.copyOf(files.map(f -> f.getFileName().toString()).toList()));
        }
        SequenceDataset dataset = SequenceDataset.read(data);
        assertEquals(DATA.users(), dataset.users());
        assertEquals(DATA.items(), dataset.items());
        assertEquals(DATA.items(), dataset.statistics().items());
        assertArrayEquals(DATA.sequence(4_321), dataset.sequence(4_321));
        for (int item = 1; item <= DATA.items(); item++) {
            assertEquals(DATA.title(item), dataset.catalog().title(item));
            assertEquals(DATA.intentName(DATA.intentOf(item)), dataset.catalog().cell(item, "intent"));
        }
    }

    @Test
    void transitionsBeatPopularityByFarAndLeaveRoomForTheHistory() {
        int[][] sequences = new int[DATA.users()][];
        Arrays.setAll(sequences, DATA::sequence);
        SequenceDataset dataset = SequenceDataset.of("demo", sequences);
        Histories histories = new LeaveOneOutSplit(dataset, LeaveOneOutSplit.Split.TEST);
        RankingMetrics popularity =
                RankingMetrics.of(PopularityRanker.fit(dataset).ranks(histories));
        RankingMetrics markov = RankingMetrics.of(MarkovRanker.fit(dataset).ranks(histories));
        String message = popularity + " " + markov;
        assertTrue(popularity.hitRate10() < .1, message);
        assertTrue(markov.hitRate10() > .6, message);
        // A quarter of the targets comes after a switch, where the last item tells nothing.
        assertTrue(markov.hitRate10() < .8, message);
    }

    @Test
    void fewerUsersThanItemsAndUnknownItemsAreRefused() {
        String message = assertThrows(IllegalArgumentException.class, () -> PlantedIntents.generate(1, 100))
                .getMessage();
        assertTrue(message.contains("found 100"), message);
        assertThrows(IllegalArgumentException.class, () -> DATA.intentOf(0));
        assertThrows(IllegalArgumentException.class, () -> DATA.title(DATA.items() + 1));
    }

    private String sha256(String file) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(folder.resolve(file)));
        return HexFormat.of().formatHex(digest);
    }
}
