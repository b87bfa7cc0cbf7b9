package io.github.indirec.model.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.support.SharedFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefixSegmentsTest {
    private static final int MAX_LENGTH = 50;

    /** Users of the given lengths; every item is new. */
    private static SequenceDataset dataset(int... lengths) {
        int[][] sequences = new int[lengths.length][];
        int item = 1;
        for (int user = 0; user < lengths.length; user++) {
            sequences[user] = IntStream.range(item, item + lengths[user]).toArray();
            item += lengths[user];
        }
        return SequenceDataset.of("test", sequences);
    }

    /** The authors' own rule: prefixes of 4 to 53 items, then windows of 53; the last two thrown away. */
    private static List<List<Integer>> windows(int[] sequence) {
        List<List<Integer>> windows = new ArrayList<>();
        for (int end = 4; end <= sequence.length; end++) {
            int start = Math.max(0, end - (MAX_LENGTH + 3));
            windows.add(Arrays.stream(sequence, start, end - 2).boxed().toList());
        }
        return windows;
    }

    @Test
    void segmentsAreTheAuthorsWindowsInTheirOrder() {
        SequenceDataset data = dataset(3, 4, 5, 3, 3, 8, 51, 52, 53, 54, 55, 56, 60, 120, 3);
        PrefixSegments segments = new PrefixSegments(data, MAX_LENGTH);
        int s = 0;
        for (int user = 0; user < data.users(); user++) {
            assertEquals(s, segments.firstSegment(user));
            for (List<Integer> window : windows(data.sequence(user))) {
                int[] input = new int[segments.inputLength(s)];
                assertEquals(input.length, segments.copyInput(s, input, 0));
                List<Integer> actual = new ArrayList<>(Arrays.stream(input).boxed().toList());
                actual.add(segments.target(s));
                assertEquals(window, actual, "segment " + s);
                assertEquals(user, segments.user(s), "segment " + s);
                assertEquals(data.item(user, segments.inputStart(s)), input[0], "segment " + s);
                s++;
            }
        }
        assertEquals(s, segments.count());
        assertThrows(IndexOutOfBoundsException.class, () -> segments.user(segments.count()));
        assertThrows(IndexOutOfBoundsException.class, () -> segments.target(-1));
    }

    @Test
    void everyPositionFromTheSecondToTheHeldOutOnesIsATargetOnce() {
        SequenceDataset data = dataset(4, 120, 3, 54);
        PrefixSegments segments = new PrefixSegments(data, 7);
        int[] targets = IntStream.range(0, segments.count()).map(segments::target).toArray();
        int[] expected = IntStream.range(0, data.users())
                .flatMap(user -> Arrays.stream(data.sequence(user), 1, data.length(user) - 2))
                .toArray();
        assertArrayEquals(expected, targets);
    }

    @Test
    void theHeldOutItemsAppearInNoSegment() {
        SequenceDataset data = dataset(5, 70);
        PrefixSegments segments = new PrefixSegments(data, MAX_LENGTH);
        for (int s = 0; s < segments.count(); s++) {
            int user = segments.user(s);
            int lastUsed = segments.inputStart(s) + segments.inputLength(s);
            assertEquals(data.item(user, lastUsed), segments.target(s));
            assertEquals(true, lastUsed < data.length(user) - 2, "segment " + s);
        }
    }

    @Test
    void anInputIsAtLeastOneItem() {
        assertThrows(IllegalArgumentException.class, () -> new PrefixSegments(dataset(5), 0));
    }

    @ParameterizedTest
    @CsvSource({"beauty, Beauty", "toys, Toys_and_Games", "sports, Sports_and_Outdoors", "video, Video"})
    void theSegmentFileOfTheAuthorsIsReproducedToTheByte(String name, String referenceName)
            throws IOException, NoSuchAlgorithmException {
        Map<?, ?> all = JSON.std.mapFrom(
                SharedFolders.reference().resolve("datasets.json").toFile());
        Map<?, ?> expected = (Map<?, ?>) all.get(referenceName);
        SequenceDataset data = SequenceDataset.read(SharedFolders.data().resolve(name));
        PrefixSegments segments = new PrefixSegments(data, MAX_LENGTH);
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        long targets = 0;
        long inputs = 0;
        for (int s = 0; s < segments.count(); s++) {
            int user = segments.user(s);
            int start = segments.inputStart(s);
            // A line is the input, the target and the two items after it.
            StringBuilder line = new StringBuilder().append(data.userId(user));
            for (int i = start; i < start + segments.inputLength(s) + 3; i++) {
                line.append(' ').append(data.item(user, i));
            }
            sha256.update(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
            targets += segments.target(s);
            inputs += segments.inputLength(s);
        }
        assertEquals(expected.get("train_segments"), segments.count());
        assertEquals(expected.get("train_batches_256"), segments.count() / 256);
        assertEquals(((Number) expected.get("sum_of_train_targets")).longValue(), targets);
        assertEquals((Double) expected.get("segment_input_length_mean"), (double) inputs / segments.count(), 1e-12);
        assertEquals(
                expected.get("segment_file_sha256_lf"), HexFormat.of().formatHex(sha256.digest()));
    }
}
