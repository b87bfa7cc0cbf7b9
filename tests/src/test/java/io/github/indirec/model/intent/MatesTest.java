package io.github.indirec.model.intent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.intent.IntentConfig.MateSource;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.RandomSequence;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MatesTest {
    private static final IntSupplier NEVER_ASKED = () -> {
        throw new AssertionError("the look-up is costly and not needed here");
    };

    private static Set<Integer> drawMany(Mates mates, int[] batch, int row, IntSupplier cluster) {
        Set<Integer> drawn = new TreeSet<>();
        RandomSequence random = new RandomSequence(new RandomKey(5, 1, 1));
        for (int i = 0; i < 300; i++) {
            drawn.add(mates.draw(batch, cluster, random)[row]);
        }
        return drawn;
    }

    @Test
    void ownClusterMatesAreTheOtherMembersOfTheOwnCluster() {
        Mates mates = Mates.of(MateSource.OWN_CLUSTER, 3, 6);
        mates.refit(new int[] {0, 1, 0, 2, 0, 1});
        int[] batch = {4, 1, 3};
        assertEquals(Set.of(0, 2), drawMany(mates, batch, 0, NEVER_ASKED));
        assertEquals(Set.of(5), drawMany(mates, batch, 1, NEVER_ASKED));
    }

    @Test
    void aSubSequenceAloneInItsClusterIsItsOwnMate() {
        Mates mates = Mates.of(MateSource.OWN_CLUSTER, 3, 6);
        mates.refit(new int[] {0, 1, 0, 2, 0, 1});
        assertEquals(Set.of(3), drawMany(mates, new int[] {3}, 0, NEVER_ASKED));
    }

    @Test
    void ownClusterMatesForgetEarlierFits() {
        Mates mates = Mates.of(MateSource.OWN_CLUSTER, 2, 4);
        mates.refit(new int[] {0, 0, 1, 1});
        mates.refit(new int[] {0, 1, 0, 1});
        assertEquals(Set.of(2), drawMany(mates, new int[] {0}, 0, NEVER_ASKED));
    }

    @Test
    void ownClusterMatesAreUniform() {
        Mates mates = Mates.of(MateSource.OWN_CLUSTER, 1, 5);
        mates.refit(new int[5]);
        RandomSequence random = new RandomSequence(new RandomKey(6, 1, 1));
        var counts = IntStream.range(0, 40_000)
                .mapToObj(i -> mates.draw(new int[] {2}, NEVER_ASKED, random)[0])
                .collect(Collectors.groupingBy(m -> m, Collectors.counting()));
        assertEquals(Set.of(0, 1, 3, 4), counts.keySet());
        // Four standard deviations of a binomial of 40,000 draws with probability 1/4.
        counts.values().forEach(n -> assertTrue(Math.abs(n - 10_000) < 4 * 87, counts.toString()));
    }

    @Test
    void batchClusterMatesAllComeFromTheFirstRowsClusterWithItsMembersOfAllFits() {
        Mates mates = Mates.of(MateSource.BATCH_CLUSTER, 2, 4);
        mates.refit(new int[] {0, 0, 1, -1});
        mates.refit(new int[] {1, 0, 1, -1});
        assertEquals(Set.of(0, 1), drawMany(mates, new int[] {3, 2, 0}, 1, () -> 0));
        assertEquals(Set.of(0, 2), drawMany(mates, new int[] {3, 2, 0}, 2, () -> 1));
    }

    @Test
    void anEmptyMemberListFallsBackToAllSubSequences() {
        Mates mates = Mates.of(MateSource.BATCH_CLUSTER, 2, 4);
        mates.refit(new int[] {0, 0, 0, 0});
        assertEquals(Set.of(0, 1, 2, 3), drawMany(mates, new int[] {0}, 0, () -> 1));
    }

    @Test
    void theLookUpIsAskedOnceABatch() {
        Mates mates = Mates.of(MateSource.BATCH_CLUSTER, 1, 4);
        mates.refit(new int[4]);
        int[] asked = {0};
        mates.draw(new int[] {0, 1, 2, 3}, () -> asked[0]++, new RandomSequence(new RandomKey(1, 1, 1)));
        assertEquals(1, asked[0]);
    }
}
