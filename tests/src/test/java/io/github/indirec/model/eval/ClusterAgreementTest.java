package io.github.indirec.model.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ClusterAgreementTest {
    private static final double ROUNDING = 1e-14;

    @Test
    void samePartitionUnderOtherNumbersAgreesFully() {
        ClusterAgreement agreement =
                ClusterAgreement.of(new int[] {7, 7, -1, -1, 100, 100}, new int[] {0, 0, 1, 1, 2, 2});
        assertEquals(1, agreement.nmi(), ROUNDING);
        assertEquals(1, agreement.purity());
    }

    @Test
    void independentPartitionsShareNoInformation() {
        ClusterAgreement agreement = ClusterAgreement.of(new int[] {0, 0, 1, 1}, new int[] {0, 1, 0, 1});
        assertEquals(0, agreement.nmi(), ROUNDING);
        assertEquals(.5, agreement.purity());
    }

    @Test
    void unequalPartitionsOfAHandComputedCase() {
        // Clusters {b a a}, {b b b}: I = H(class) - H(class | cluster), with 2 a of 6 and 1 b of 3 in half the cases.
        double classes = entropy(2. / 6);
        double within = .5 * entropy(1. / 3);
        ClusterAgreement agreement =
                ClusterAgreement.of(new int[] {0, 0, 0, 1, 1, 1}, new int[] {'b', 'a', 'a', 'b', 'b', 'b'});
        assertEquals((classes - within) / ((Math.log(2) + classes) / 2), agreement.nmi(), ROUNDING);
        assertEquals(5. / 6, agreement.purity(), ROUNDING);
    }

    @Test
    void aClusterForEachMemberIsPureButNotInformative() {
        ClusterAgreement agreement = ClusterAgreement.of(new int[] {0, 1, 2, 3}, new int[] {0, 0, 1, 1});
        assertEquals(1, agreement.purity());
        // I = log 2, entropies log 4 and log 2.
        assertEquals(2. / 3, agreement.nmi(), ROUNDING);
    }

    @Test
    void informationIsSymmetricAndPurityIsNot() {
        int[] one = {0, 0, 0, 1, 1, 2};
        int[] other = {0, 1, 1, 1, 2, 2};
        assertEquals(ClusterAgreement.of(one, other).nmi(), ClusterAgreement.of(other, one).nmi(), ROUNDING);
        int[] single = {0, 0, 0, 0, 0, 0};
        assertEquals(.5, ClusterAgreement.of(single, one).purity());
        assertEquals(1, ClusterAgreement.of(one, single).purity());
    }

    @Test
    void oneLabelAgainstOneLabelAgreesAndAgainstSeveralTellsNothing() {
        assertEquals(1, ClusterAgreement.of(new int[] {3, 3}, new int[] {5, 5}).nmi());
        assertEquals(0, ClusterAgreement.of(new int[] {3, 3}, new int[] {5, 6}).nmi(), ROUNDING);
    }

    @Test
    void labelingsOfDifferentMembersAreRefused() {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> ClusterAgreement.of(new int[2], new int[3]))
                .getMessage();
        assertTrue(message.contains("2 clusters and 3 classes"), message);
        assertThrows(IllegalArgumentException.class, () -> ClusterAgreement.of(new int[0], new int[0]));
    }

    private static double entropy(double share) {
        return -share * Math.log(share) - (1 - share) * Math.log(1 - share);
    }
}
