package io.github.indirec.model.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.io.Checkpoints;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.support.SharedFolders;
import io.github.indirec.tensor.RaggedLayout;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RaggedBatchTest {
    private static final SequenceDataset DATA =
            SequenceDataset.of("x", new int[][] {{1, 2, 3, 4, 5, 6}, {7, 8, 9}, {9, 8, 7, 6}});

    @Test
    void segmentsArePackedInTheOrderAsked() {
        // Segments: 1 -> 2, 1 2 -> 3, 1 2 3 -> 4 of user 0; 9 -> 8 of user 2.
        PrefixSegments segments = new PrefixSegments(DATA, 2);
        RaggedBatch batch = RaggedBatch.of(segments, 3, 2, 0);
        assertArrayEquals(new int[] {9, 2, 3, 1}, batch.items());
        assertArrayEquals(new int[] {8, 4, 2}, batch.targets());
        assertArrayEquals(new int[] {3, 2, 0}, batch.segments());
        assertEquals(RaggedLayout.ofLengths(new int[] {1, 2, 1}, 2), batch.layout());
        assertArrayEquals(new int[] {2, 3}, RaggedBatch.of(segments, new int[] {0, 2, 1}, 1, 2).items());
        assertEquals(3, batch.count());
    }

    @Test
    void historiesAreTruncatedToTheirLastItems() {
        RaggedBatch batch = RaggedBatch.ofHistories(new int[][] {{1, 2, 3, 4}, {5}, {6, 7}}, 2);
        assertArrayEquals(new int[] {3, 4, 5, 6, 7}, batch.items());
        assertEquals(0, batch.targets().length);
        assertArrayEquals(new int[] {0, 1, 1, 0, 1}, batch.layout().positions());
    }

    @Test
    void usersOfASplitComeWithTheirTargets() {
        RaggedBatch batch =
                RaggedBatch.of(new LeaveOneOutSplit(DATA, LeaveOneOutSplit.Split.TEST), 1, 3, 2);
        assertArrayEquals(new int[] {7, 8, 8, 7}, batch.items());
        assertArrayEquals(new int[] {9, 6}, batch.targets());
        assertArrayEquals(new int[] {1, 2}, batch.segments());
    }

    @Test
    void emptyHistoriesAndPaddingIdsAreRefused() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> RaggedBatch.ofHistories(new int[][] {{1}, {}}, 5))
                .getMessage();
        assertTrue(message.contains("history 1 holds no item"), message);
        assertThrows(IllegalArgumentException.class, () -> RaggedBatch.ofHistories(new int[][] {{0, 1}}, 5));
    }

    @Test
    void theRecordedInputsOfTheReferenceAreReproduced() throws IOException {
        TensorFile file = Checkpoints.readWeights(SharedFolders.reference().resolve("encoder-beauty.safetensors"));
        SequenceDataset data = SequenceDataset.read(SharedFolders.data().resolve("beauty"));
        long[] padded = file.longs("input_ids", 8, 50);
        int[] rows = file.ints("source_user_row", 8);
        int[] lengths = file.ints("sequence_length", 8);
        int[] targets = file.ints("test_target", 8);
        LeaveOneOutSplit test = new LeaveOneOutSplit(data, LeaveOneOutSplit.Split.TEST);
        for (int s = 0; s < 8; s++) {
            RaggedBatch batch = RaggedBatch.of(test, rows[s], rows[s] + 1, lengths[s]);
            assertEquals(targets[s], batch.targets()[0]);
            for (int i = 0; i < lengths[s]; i++) {
                assertEquals(padded[s * 50 + 50 - lengths[s] + i], batch.items()[i], "sequence " + s);
            }
        }
    }
}
