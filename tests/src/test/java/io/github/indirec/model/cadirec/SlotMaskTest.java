package io.github.indirec.model.cadirec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlotMaskTest {
    private static final RandomKey KEY = new RandomKey(5, 77, 3);

    @Test
    void eachItemIsChosenWithTheRateGiven() {
        RaggedLayout layout = RaggedLayout.ofLengths(IntStream.generate(() -> 50).limit(400).toArray(), 50);
        double share = SlotMask.draw(layout, 0.1, KEY).size() / 20_000.0;
        // Four standard deviations of a binomial share of 20,000.
        assertEquals(0.1, share, 4 * Math.sqrt(0.1 * 0.9 / 20_000));
        assertEquals(0, SlotMask.draw(layout, 0, KEY).size());
        assertEquals(20_000, SlotMask.draw(layout, 1, KEY).size());
    }

    @Test
    void slotsAscendAndAreCountedBySequence() {
        RaggedLayout layout = RaggedLayout.ofLengths(new int[] {3, 7, 1, 9}, 9);
        SlotMask mask = SlotMask.draw(layout, 0.5, KEY);
        assertArrayEquals(Arrays.stream(mask.slots()).sorted().distinct().toArray(), mask.slots());
        for (int s = 0; s < layout.count(); s++) {
            int from = layout.offset(s);
            int to = layout.offset(s + 1);
            long count = Arrays.stream(mask.slots())
                    .filter(slot -> slot >= from && slot < to)
                    .count();
            assertEquals(count, mask.counts()[s]);
        }
    }

    @Test
    void aSequencesMaskDoesNotDependOnTheLengthsOfOthers() {
        int[] alone = SlotMask.draw(RaggedLayout.ofLengths(new int[] {1, 9}, 9), 0.5, KEY).slots();
        int[] other = SlotMask.draw(RaggedLayout.ofLengths(new int[] {7, 9, 4}, 9), 0.5, KEY).slots();
        assertArrayEquals(
                Arrays.stream(alone).filter(slot -> slot >= 1).map(slot -> slot - 1).toArray(),
                Arrays.stream(other).filter(slot -> slot >= 7 && slot < 16).map(slot -> slot - 7).toArray());
    }

    @Test
    void weightsAreMeansOverSequencesThenOverAllOfThem() {
        SlotMask mask = new SlotMask(new int[] {0, 4, 6}, new int[] {1, 0, 2, 0});
        float[] expected = {(float) (1 / 1.00001 / 4), (float) (1 / 2.00001 / 4), (float) (1 / 2.00001 / 4)};
        assertArrayEquals(expected, mask.weights(), 1e-8f);
    }

    @Test
    void countsThatDoNotAddUpAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new SlotMask(new int[] {1}, new int[] {1, 1}));
    }
}
