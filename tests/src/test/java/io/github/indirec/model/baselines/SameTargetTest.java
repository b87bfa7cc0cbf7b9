package io.github.indirec.model.baselines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.RandomSequence;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SameTargetTest {
    private static final int DRAWS = 3_000;

    /** Eight prefixes, five of them to item 7; the last two items of each user are held out. */
    private static final SequenceDataset DATA = SequenceDataset.of("test", new int[][] {
        {1, 7, 5, 8, 8}, // 0: 1 to 7; 1: 1 7 to 5
        {2, 7, 5, 5}, // 2: 2 to 7
        {1, 7, 7, 7}, // 3: 1 to 7, the input of 0
        {3, 2, 5, 5}, // 4: 3 to 2
        {4, 7, 9, 9}, // 5: 4 to 7
        {1, 7, 6, 6}, // 6: 1 to 7, the input of 0
        {8, 9, 7, 7} // 7: 8 to 9
    });

    private static final SameTarget SAME = new SameTarget(new PrefixSegments(DATA, 50));

    private static RandomSequence random() {
        return new RandomSequence(new RandomKey(20_260_401, 1, 0));
    }

    /** Each of the expected prefixes is drawn about equally often, no other ever. */
    private static void assertUniform(IntStream draws, int... expected) {
        int[] counts = new int[8];
        draws.forEach(drawn -> counts[drawn]++);
        double mean = (double) DRAWS / expected.length;
        for (int s : expected) {
            // Five standard deviations of a binomial count.
            assertEquals(mean, counts[s], 5 * Math.sqrt(mean), "prefix " + s);
        }
        assertEquals(DRAWS, IntStream.of(expected).map(s -> counts[s]).sum(), "nothing else is drawn");
    }

    @Test
    void anyOtherIsUniformAmongTheOthersWithTheTarget() {
        RandomSequence random = random();
        assertUniform(IntStream.range(0, DRAWS).map(i -> SAME.anyOther(0, random)), 2, 3, 5, 6);
        assertUniform(IntStream.range(0, DRAWS).map(i -> SAME.anyOther(3, random)), 0, 2, 5, 6);
        assertUniform(IntStream.range(0, DRAWS).map(i -> SAME.anyOther(6, random)), 0, 2, 3, 5);
    }

    @Test
    void aPrefixThatIsAloneWithItsTargetIsItsOwnPartner() {
        for (int alone : new int[] {1, 4, 7}) {
            assertEquals(alone, SAME.anyOther(alone, random()), "held-out items make no partners");
            assertEquals(alone, SAME.anyDiffering(alone, random()));
            assertEquals(alone, SAME.lastDiffering(alone));
        }
    }

    @Test
    void anyDifferingIsUniformAmongThoseOfOtherItems() {
        RandomSequence random = random();
        assertUniform(IntStream.range(0, DRAWS).map(i -> SAME.anyDiffering(0, random)), 2, 5);
        assertUniform(IntStream.range(0, DRAWS).map(i -> SAME.anyDiffering(5, random)), 0, 2, 3, 6);
    }

    @Test
    void lastDifferingIsTheLastOfOtherItemsInDataOrder() {
        assertEquals(5, SAME.lastDiffering(0), "6 has the items of 0");
        assertEquals(5, SAME.lastDiffering(3));
        assertEquals(5, SAME.lastDiffering(6), "the last itself gets one before it");
        assertEquals(6, SAME.lastDiffering(2));
        assertEquals(6, SAME.lastDiffering(5));
    }

    @Test
    void wherePrefixesOfATargetAreAllAlikeNoneDiffers() {
        SequenceDataset data = SequenceDataset.of("alike", new int[][] {{1, 7, 5, 5}, {1, 7, 6, 6}});
        SameTarget same = new SameTarget(new PrefixSegments(data, 50));
        assertEquals(0, same.lastDiffering(0));
        assertEquals(1, same.anyDiffering(1, random()));
        assertEquals(1, same.anyOther(0, random()));
    }

    @Test
    void inputsDifferOnlyWithinTheLongestThatIsRead() {
        SequenceDataset data = SequenceDataset.of("cut", new int[][] {{1, 2, 3, 7, 5, 5}, {4, 2, 3, 7, 6, 6}});
        int toSeven = 2;
        assertEquals(5, new SameTarget(new PrefixSegments(data, 3)).lastDiffering(toSeven));
        assertEquals(toSeven, new SameTarget(new PrefixSegments(data, 2)).lastDiffering(toSeven));
    }

    @Test
    void partnersHaveTheSameTarget() {
        PrefixSegments segments = new PrefixSegments(DATA, 50);
        RandomSequence random = random();
        for (int s = 0; s < segments.count(); s++) {
            assertEquals(segments.target(s), segments.target(SAME.anyOther(s, random)));
            assertEquals(segments.target(s), segments.target(SAME.anyDiffering(s, random)));
            assertTrue(SAME.lastDiffering(s) < segments.count());
        }
    }
}
