package io.github.indirec.model.baselines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.RandomSequence;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SampledNegativesTest {
    private static final int POSITIONS = 3_000;

    private static int[] draw(SequenceDataset data, int... users) {
        int[] lengths = new int[users.length];
        Arrays.fill(lengths, POSITIONS);
        return SampledNegatives.draw(
                data,
                RaggedLayout.ofLengths(lengths, POSITIONS),
                users,
                new RandomSequence(new RandomKey(20_260_402, 1, 0)));
    }

    /** The mask row too, but nothing of the user's own, held-out items included. */
    @Test
    void negativesAreUniformAmongWhatTheUserDoesNotHave() {
        SequenceDataset data = SequenceDataset.of("test", new int[][] {{1, 2, 3, 4}, {6, 5, 8, 2}});
        int[] negatives = draw(data, 1, 0);
        int[][] expected = {{1, 3, 4, 7, 9}, {5, 6, 7, 8, 9}};
        for (int s = 0; s < 2; s++) {
            int[] counts = new int[10];
            for (int i = 0; i < POSITIONS; i++) {
                counts[negatives[s * POSITIONS + i]]++;
            }
            for (int item : expected[s]) {
                // Five standard deviations of a binomial count.
                assertEquals(POSITIONS / 5.0, counts[item], 5 * Math.sqrt(POSITIONS / 5.0), "item " + item);
            }
            assertEquals(POSITIONS, Arrays.stream(expected[s]).map(item -> counts[item]).sum(), "sequence " + s);
        }
    }

    @Test
    void aUserWhoHasEveryItemIsSetAgainstTheMaskRow() {
        SequenceDataset data = SequenceDataset.of("all", new int[][] {{1, 2, 3, 4}});
        assertTrue(Arrays.stream(draw(data, 0)).allMatch(negative -> negative == 5));
    }
}
