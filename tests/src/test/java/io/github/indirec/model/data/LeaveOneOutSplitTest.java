package io.github.indirec.model.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.io.Checkpoints;
import io.github.indirec.support.SharedFolders;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaveOneOutSplitTest {
    private static final LeaveOneOutSplit.Split VALID = LeaveOneOutSplit.Split.VALID;
    private static final LeaveOneOutSplit.Split TEST = LeaveOneOutSplit.Split.TEST;

    @Test
    void theLastItemIsTheTestTargetAndTheOneBeforeItTheValidationTarget() {
        SequenceDataset data = SequenceDataset.of("x", new int[][] {{1, 2, 3}, {5, 4, 3, 2, 1}});
        LeaveOneOutSplit valid = new LeaveOneOutSplit(data, VALID);
        LeaveOneOutSplit test = new LeaveOneOutSplit(data, TEST);
        assertArrayEquals(new int[] {1}, valid.history(0));
        assertEquals(2, valid.target(0));
        assertArrayEquals(new int[] {1, 2}, test.history(0));
        assertEquals(3, test.target(0));
        assertArrayEquals(new int[] {5, 4, 3}, valid.history(1));
        assertEquals(2, valid.target(1));
        assertArrayEquals(new int[] {5, 4, 3, 2}, test.seen(1));
        assertEquals(1, test.target(1));
        assertEquals(2, test.users());
    }

    @ParameterizedTest
    @CsvSource({"beauty, Beauty", "toys, Toys_and_Games", "sports, Sports_and_Outdoors", "video, Video"})
    void asManyPairsAreSeenAsInTheReference(String name, String referenceName) throws IOException {
        Map<?, ?> all = JSON.std.mapFrom(
                SharedFolders.reference().resolve("datasets.json").toFile());
        Map<?, ?> expected = (Map<?, ?>) all.get(referenceName);
        SequenceDataset data = SequenceDataset.read(SharedFolders.data().resolve(name));
        assertEquals(expected.get("valid_matrix_nnz_entries"), seenPairs(new LeaveOneOutSplit(data, VALID)));
        assertEquals(expected.get("test_matrix_nnz_entries"), seenPairs(new LeaveOneOutSplit(data, TEST)));
    }

    private static int seenPairs(Histories histories) {
        return IntStream.range(0, histories.users())
                .map(user -> (int) Arrays.stream(histories.seen(user)).distinct().count())
                .sum();
    }

    @Test
    void testTargetsAreThoseOfTheReference() throws IOException {
        SequenceDataset data = SequenceDataset.read(SharedFolders.data().resolve("beauty"));
        LeaveOneOutSplit test = new LeaveOneOutSplit(data, TEST);
        int[] targets = IntStream.range(0, data.users()).map(test::target).toArray();
        assertArrayEquals(
                Checkpoints.readWeights(SharedFolders.reference().resolve("ranks-beauty.safetensors"))
                        .ints("target_item", data.users()),
                targets);
    }
}
