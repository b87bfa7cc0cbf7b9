package io.github.indirec.model.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldOutItemsTest {
    private static final long SEED = 20_260_110;
    private static final int ITEMS = 60;

    /** A seed by which item 6 is the first of six. */
    private static final long DRAWS_ITEM_6 = 4;

    @TempDir
    Path folder;

    /** Users with ids far from their rows, so that the two cannot be mistaken for each other. */
    private SequenceDataset data() throws IOException {
        Random random = new Random(SEED);
        StringBuilder sequences = new StringBuilder();
        for (int user = 0; user < 90; user++) {
            sequences.append(1000 + 7 * user);
            for (int i = 0, length = 3 + random.nextInt(10); i < length; i++) {
                sequences.append(' ').append(user < ITEMS && i == 0 ? user + 1 : 1 + random.nextInt(ITEMS));
            }
            sequences.append('\n');
        }
        StringBuilder items = new StringBuilder("item_id\ttitle\n");
        IntStream.rangeClosed(1, ITEMS).forEach(item -> items.append(item + "\tThing " + item + "\n"));
        Files.writeString(folder.resolve("sequences.txt"), sequences);
        Files.writeString(folder.resolve("items.tsv"), items);
        return SequenceDataset.read(folder);
    }

    /** What each line of a part says, by original ids. */
    private static List<int[]> original(SequenceDataset part, HeldOutItems parts) {
        int[] known = parts.knownItems();
        int[] added = parts.newItems();
        List<int[]> lines = new ArrayList<>();
        for (int user = 0; user < part.users(); user++) {
            lines.add(Arrays.stream(part.sequence(user))
                    .map(id -> id <= known.length ? known[id - 1] : added[id - known.length - 1])
                    .toArray());
        }
        return lines;
    }

    @Test
    void trainingIsTheDataWithoutTheHeldOutItems() throws IOException {
        SequenceDataset data = data();
        HeldOutItems parts = new HeldOutItems(data, 0.2, 1);
        Set<Integer> added = new HashSet<>();
        Arrays.stream(parts.newItems()).forEach(added::add);
        assertTrue(added.size() >= ITEMS / 5, added.toString());
        List<int[]> expected = new ArrayList<>();
        List<Integer> users = new ArrayList<>();
        for (int user = 0; user < data.users(); user++) {
            int[] left = Arrays.stream(data.sequence(user))
                    .filter(item -> !added.contains(item))
                    .toArray();
            if (left.length >= 3) {
                expected.add(left);
                users.add(data.userId(user));
            }
        }
        SequenceDataset training = parts.training();
        List<int[]> found = original(training, parts);
        assertEquals(expected.size(), found.size());
        assertTrue(expected.size() < data.users(), "some users must be too short, or the rule is not tried");
        for (int user = 0; user < found.size(); user++) {
            assertArrayEquals(expected.get(user), found.get(user));
            assertEquals(users.get(user), training.userId(user));
        }
        assertEquals(ITEMS - added.size(), training.items());
        assertEquals(training.items(), training.statistics().items(), "every known item occurs");
    }

    @Test
    void aCaseIsAUsersKnownItemsBeforeTheLastNewOne() throws IOException {
        SequenceDataset data = data();
        HeldOutItems parts = new HeldOutItems(data, 0.2, 1);
        Set<Integer> added = new HashSet<>();
        Arrays.stream(parts.newItems()).forEach(added::add);
        List<int[]> found = original(parts.cases(), parts);
        int next = 0;
        for (int user = 0; user < data.users(); user++) {
            List<Integer> expected = new ArrayList<>();
            List<Integer> before = new ArrayList<>();
            for (int item : data.sequence(user)) {
                if (added.contains(item)) {
                    expected = new ArrayList<>(before);
                    expected.add(item);
                } else {
                    before.add(item);
                }
            }
            if (expected.size() >= 3) {
                assertEquals(data.userId(user), parts.cases().userId(next));
                assertEquals(expected, Arrays.stream(found.get(next)).boxed().toList());
                next++;
            }
        }
        assertEquals(next, found.size());
        assertTrue(next > 10, next + " cases");
        for (int user = 0; user < found.size(); user++) {
            assertTrue(parts.cases().item(user, found.get(user).length - 1) > parts.training().items());
        }
    }

    /** Items 4 and 5 occur for one user alone, whom the loss of one item makes too short. */
    @Test
    void anItemThatLosesItsLastInteractionIsNewToo() {
        SequenceDataset data = SequenceDataset.of("few", new int[][] {{1, 2, 3}, {3, 2, 1, 6}, {4, 5, 6}, {1, 2, 6}});
        HeldOutItems parts = new HeldOutItems(data, 0.17, DRAWS_ITEM_6);
        assertArrayEquals(new int[] {4, 5, 6}, parts.newItems());
        assertArrayEquals(new int[] {1, 2, 3}, parts.knownItems());
        assertEquals(2, parts.training().users());
        assertArrayEquals(new int[] {3, 2, 1, 6}, parts.cases().sequence(0));
        assertArrayEquals(new int[] {1, 2, 6}, parts.cases().sequence(1));
    }

    @Test
    void equalSeedsGiveEqualItemsAndOthersOthers() throws IOException {
        SequenceDataset data = data();
        int[] first = new HeldOutItems(data, 0.1, 5).newItems();
        assertArrayEquals(first, new HeldOutItems(data, 0.1, 5).newItems());
        assertFalse(Arrays.equals(first, new HeldOutItems(data, 0.1, 6).newItems()));
    }

    @Test
    void theCatalogueFollowsItsItems() throws IOException {
        HeldOutItems parts = new HeldOutItems(data(), 0.2, 1);
        Path file = folder.resolve("known.tsv");
        parts.training().catalog().write(file);
        ItemCatalog catalog = ItemCatalog.read(file, parts.training().items());
        int[] known = parts.knownItems();
        for (int item = 1; item <= known.length; item++) {
            assertEquals("Thing " + known[item - 1], catalog.title(item));
        }
    }

    @Test
    void sharesThatLeaveNothingToDoAreRefused() throws IOException {
        SequenceDataset data = data();
        for (double share : new double[] {0, -0.1, 1, Double.NaN, 0.01}) {
            assertRefused(data, share, "share of " + share);
        }
        assertRefused(data, 0.98, "to train on");
        assertRefused(SequenceDataset.of("short", new int[][] {{1, 2, 3}, {1, 2, 3}, {4, 4, 4}}), 0.25, "behind 2 known ones");
    }

    private static void assertRefused(SequenceDataset data, double share, String text) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> new HeldOutItems(data, share, 1));
        assertTrue(e.getMessage().contains(text), e.getMessage());
    }
}
