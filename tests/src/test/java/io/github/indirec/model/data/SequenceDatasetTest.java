package io.github.indirec.model.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.io.ByteMutator;
import io.github.indirec.model.io.FormatException;
import io.github.indirec.support.SharedFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceDatasetTest {
    /** Sparsity is given to four decimals of a percent, lengths to three decimals. */
    private static final double ROUNDING = 5.1e-7;

    @TempDir
    Path folder;

    private SequenceDataset read(String text) throws IOException {
        return read(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private SequenceDataset read(byte[] bytes) throws IOException {
        return SequenceDataset.read(Files.write(folder.resolve("tiny.txt"), bytes));
    }

    @Test
    void sequencesAreReadInFileOrder() throws IOException {
        SequenceDataset data = read("7 1 2 3\n3 4 2 2 1\n");
        assertEquals(2, data.users());
        assertEquals(4, data.items());
        assertEquals(7, data.interactions());
        assertEquals("tiny", data.name());
        assertArrayEquals(new int[] {1, 2, 3}, data.sequence(0));
        assertArrayEquals(new int[] {4, 2, 2, 1}, data.sequence(1));
        assertEquals(3, data.userId(1));
        assertEquals(OptionalInt.of(1), data.rowOf(3));
        assertEquals(OptionalInt.empty(), data.rowOf(1));
        assertEquals(2, data.item(1, 2));
        assertEquals("item 4", data.catalog().title(4));
        assertThrows(IndexOutOfBoundsException.class, () -> data.item(0, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> data.sequence(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 1 2 3\n2 3 2 1",
                "1 1 2 3\n2 3 2 1\n",
                "1 1 2 3\r\n2 3 2 1\r\n",
                "1 1 2 3\r\n2 3 2 1",
                "1\t1\t2\t3\n2\t3\t2\t1\n",
                "1 1 2 3\n2 3 2 1\n\n\r\n\n"
            })
    void lineEndsSeparatorsAndTheLastNewlineMayVary(String text) throws IOException {
        SequenceDataset data = read(text);
        assertEquals(2, data.users());
        assertArrayEquals(new int[] {3, 2, 1}, data.sequence(1));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "item 0 | `1 1 2 3~2 3 0 4~` | `line 2, column 5: expected an item id from 1 to 50000000, found '0'`",
                "a negative item | `1 1 -2 3~` | `column 5: expected an item id from 1 to 50000000, found '-2'`",
                "an item that overflows 32 bits | `1 1 2 4294967297~` | `line 1, column 7: expected an item id`",
                "an item that overflows 64 bits | `1 1 2 18446744073709551617~` | `line 1, column 7: expected`",
                "an item beyond all memory | `1 1 2 2147483645~` | `number the items 1, 2, 3, ... without gaps`",
                "a user that overflows | `2147483648 1 2 3~` | `line 1, column 1: expected a user id`",
                "text | `1 1 two 3~` | `line 1, column 5: expected an item id from 1 to 50000000, found 'two'`",
                "digits and text | `1 1 2x 3~` | `found '2x'`",
                "a fraction | `1 1 2.5 3~` | `found '2.5'`",
                "a repeated user | `5 1 2 3~6 1 2 3~5 3 2 1~` |"
                        + "`line 3, column 1: expected one line a user, found user 5 again, first on line 1`",
                "two items | `1 1 2 3~2 1 2~` | `line 2, column 1: expected at least 3 items for user 2, found 2`",
                "a user alone | `1~` | `expected at least 3 items for user 1, found 0`",
                "two blanks | `1 1  2 3~` |"
                        + "`column 5: expected an item id from 1 to 50000000, found a blank; write exactly one blank`",
                "two tabs | `1 1^^2 3~` | `found a tab`",
                "a blank at the end of a line | `1 1 2 3 ~` |"
                        + "`found the end of the line; write exactly one blank between two ids and none at the end`",
                "a blank at the start of a line | ` 1 1 2 3~` | `line 1, column 1: expected a user id`",
                "an empty line | `1 1 2 3~~2 1 2 3~` | `line 2, column 1: expected a user id, found an empty line`",
                "a comma | `1,1,2,3~` | `found '1,1,2,3'`",
                "a lone carriage return | `1 1 2 3%2 1 2 3~` | `line 1, column 7`",
                "a byte order mark | `\u00ef\u00bb\u00bf1 1 2 3~` | `line 1, column 1: expected a user id`",
                "NUL bytes | `1 1 2 @~` | `found '\\u0000'`",
                "no line at all | `~~~` | `an empty file`",
            })
    void aFileIsRefusedFor(String what, String text, String message) {
        String content = text.replace('~', '\n').replace('^', '\t').replace('%', '\r').replace('@', '\0');
        FormatException e = assertThrows(FormatException.class, () -> read(content));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertEquals(folder.resolve("tiny.txt").toString(), e.file());
    }

    @Test
    void anEmptyFileIsRefused() {
        assertThrows(FormatException.class, () -> read(""));
    }

    @Test
    void aFolderHoldsSequencesAndPerhapsACatalogue() throws IOException {
        Path shop = Files.createDirectory(folder.resolve("shop"));
        Files.writeString(shop.resolve("sequences.txt"), "1 1 2 3\n");
        assertEquals("item 2", SequenceDataset.read(shop).catalog().title(2));
        Files.writeString(shop.resolve("items.tsv"), "item_id\ttitle\n1\tSoap\n2\t\n3\tS\u00e4ge\n");
        SequenceDataset data = SequenceDataset.read(shop);
        assertEquals("shop", data.name());
        assertEquals("Soap", data.catalog().title(1));
        assertEquals("item 2", data.catalog().title(2));
        assertEquals("S\u00e4ge", data.catalog().title(3));
    }

    @Test
    void aDataSetMadeByAProgramEqualsItsFile() throws IOException {
        SequenceDataset made = SequenceDataset.of("made", new int[][] {{3, 1, 2}, {1, 1, 1, 5}});
        Path file = folder.resolve("made.txt");
        made.write(file);
        assertEquals("1 3 1 2\n2 1 1 1 5\n", Files.readString(file));
        SequenceDataset back = SequenceDataset.read(file);
        assertEquals(made.sha256(), back.sha256());
        assertEquals(made.statistics(), back.statistics());
        assertThrows(IllegalArgumentException.class, () -> SequenceDataset.of("x", new int[][] {{1, 2}}));
        assertThrows(IllegalArgumentException.class, () -> SequenceDataset.of("x", new int[][] {{1, 0, 2}}));
    }

    @Test
    void statisticsCountWhatTheySay() {
        SequenceDataset data = SequenceDataset.of("x", new int[][] {{1, 2, 1}, {4, 4, 1, 2}, {1, 2, 4}});
        assertEquals(
                new SequenceDataset.Statistics(3, 3, 4, 10, 10 / 3.0, 3, 4, 1 - 10 / 9.0, 2, 1), data.statistics());
    }

    /** Counts of the data sets as the reference numbers and the literature give them. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "beauty, 22363, 12101, 198502, 5, 204, 0.999266, 0, 0",
        "sports, 35598, 18357, 296337, 5, 296, 0.999547, 0, 0",
        "toys, 19412, 11924, 167597, 5, 550, 0.999276, 0, 0",
        "video, 31013, 23715, 287249, 3, 860, 0.999609, 0, 0",
        "yelp, 30431, 20033, 316354, 5, 350, 0.999481, 7102, 2027",
        "yelp-llmesr, 15720, 11383, 192214, 3, 588, 0.998926, -1, -1",
        "ml-1m, 6040, 3416, 999611, 18, 2277, 0.951552, -1, -1",
        "ml-100k, 943, 1349, 99287, 19, 648, 0.921951, -1, -1",
    })
    void theKnownDataSetsHaveTheirKnownCounts(
            String name,
            int users,
            int items,
            int interactions,
            int shortest,
            int longest,
            double sparsity,
            int repeats,
            int seenTargets)
            throws IOException {
        SequenceDataset data = SequenceDataset.read(SharedFolders.data().resolve(name));
        SequenceDataset.Statistics s = data.statistics();
        assertEquals(users, s.users());
        assertEquals(items, s.items());
        assertEquals(items, s.maxItem());
        assertEquals(interactions, s.interactions());
        assertEquals(shortest, s.shortest());
        assertEquals(longest, s.longest());
        assertEquals(sparsity, s.sparsity(), ROUNDING);
        if (repeats >= 0) {
            assertEquals(repeats, s.usersWithRepeats());
            assertEquals(seenTargets, s.testTargetsSeen());
        }
        assertEquals(items, data.catalog().items());
    }

    @ParameterizedTest
    @CsvSource({"beauty, Beauty", "toys, Toys_and_Games", "sports, Sports_and_Outdoors", "video, Video"})
    void theDataSetsAreByteForByteThoseOfTheReference(String name, String referenceName) throws IOException {
        Map<?, ?> all = JSON.std.mapFrom(
                SharedFolders.reference().resolve("datasets.json").toFile());
        Map<?, ?> expected = (Map<?, ?>) all.get(referenceName);
        SequenceDataset data = SequenceDataset.read(SharedFolders.data().resolve(name));
        SequenceDataset.Statistics s = data.statistics();
        assertEquals(expected.get("dataset_sha256"), data.sha256());
        assertEquals(expected.get("users"), s.users());
        assertEquals(expected.get("items"), s.items());
        assertEquals(expected.get("max_item"), data.items());
        assertEquals(expected.get("interactions"), s.interactions());
        assertEquals(expected.get("sequence_length_min"), s.shortest());
        assertEquals(expected.get("sequence_length_max"), s.longest());
        assertEquals((Double) expected.get("sequence_length_mean"), s.meanLength(), 1e-12);
        assertEquals(expected.get("users_with_repeated_item"), s.usersWithRepeats());
        assertEquals(expected.get("targets_seen_before"), s.testTargetsSeen());
    }

    @Test
    void anyDamageIsRefusedOrHarmless() {
        byte[] valid = "1 1 2 3\r\n2\t4 5 6\n30 7 8 9 10 11\n".getBytes(StandardCharsets.US_ASCII);
        int cases = 2_000;
        int refusals = ByteMutator.countRefusals(valid, cases, 4, this::read);
        assertTrue(refusals > cases / 4, "only " + refusals + " refusals");
    }
}
