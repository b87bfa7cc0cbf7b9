package io.github.indirec.model.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UserSequencesTest {
    /** User u has the items 100 u + 1, 100 u + 2, ... */
    private static SequenceDataset data(int... lengths) {
        int[][] sequences = new int[lengths.length][];
        for (int user = 0; user < lengths.length; user++) {
            sequences[user] = IntStream.rangeClosed(100 * user + 1, 100 * user + lengths[user]).toArray();
        }
        return SequenceDataset.of("test", sequences);
    }

    private static int[] part(int[] packed, RaggedBatch batch, int s) {
        return Arrays.copyOfRange(packed, batch.layout().offset(s), batch.layout().offset(s + 1));
    }

    @Test
    void theNextItemsAreTheInputShiftedByOneAndEndBeforeTheHeldOutOnes() {
        UserSequences.Batch batch = new UserSequences(data(6, 4), 10).batch(new int[] {1, 0});
        assertArrayEquals(new int[] {101}, part(batch.sequences().items(), batch.sequences(), 0));
        assertArrayEquals(new int[] {102}, part(batch.next(), batch.sequences(), 0));
        assertArrayEquals(new int[] {1, 2, 3}, part(batch.sequences().items(), batch.sequences(), 1));
        assertArrayEquals(new int[] {2, 3, 4}, part(batch.next(), batch.sequences(), 1));
        assertArrayEquals(new int[] {1, 0}, batch.sequences().segments(), "user rows");
    }

    @Test
    void longSequencesAreCutToTheirLastItems() {
        UserSequences.Batch batch = new UserSequences(data(20), 5).batch(new int[] {0});
        assertArrayEquals(new int[] {13, 14, 15, 16, 17}, batch.sequences().items());
        assertArrayEquals(new int[] {14, 15, 16, 17, 18}, batch.next());
        assertEquals(5, batch.sequences().layout().maxLength());
    }

    @Test
    void usersOfThreeItemsHaveNothingToLearnFrom() {
        UserSequences sequences = new UserSequences(data(3, 5, 3, 4), 10);
        assertEquals(2, sequences.count());
        UserSequences.Batch batch = sequences.batch(new int[] {0, 1});
        assertArrayEquals(new int[] {1, 3}, batch.sequences().segments());
        assertArrayEquals(new int[] {101, 102, 301}, batch.sequences().items());
    }

    @Test
    void aLengthBelowOneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new UserSequences(data(5), 0));
    }
}
