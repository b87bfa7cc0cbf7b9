package io.github.indirec.model.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SilhouetteTest {
    /** Sums of some hundred doubles of order 1, in another order. */
    private static final double ROUNDING = 1e-12;

    @Test
    void threePointsOnALineGiveTheValuesWorkedByHand() {
        // 0 and 1 together, 4 alone: s = (4 - 1) / 4, (3 - 1) / 3 and 0.
        Silhouette silhouette = Silhouette.of(new float[] {0, 1, 4}, 1, new int[] {0, 0, 1});
        assertEquals((3 / 4.0 + 2 / 3.0 + 0) / 3, silhouette.mean(), ROUNDING);
        assertEquals(3, silhouette.points());
        assertEquals(2, silhouette.clusters());
    }

    @Test
    void aPointInTheWrongClusterCountsAgainstIt() {
        // 0, 10 | 1, 11: a = 10 each; b = 6, 5, 5, 6 (means to the other pair: (1 + 11) / 2, (9 + 1) / 2, ...).
        Silhouette silhouette = Silhouette.of(new float[] {0, 10, 1, 11}, 1, new int[] {0, 0, 1, 1});
        assertEquals((-0.4 - 0.5 - 0.5 - 0.4) / 4, silhouette.mean(), ROUNDING);
    }

    /** The definition, point by point and cluster by cluster, for any labels and a width that is no multiple of four. */
    @Test
    void itIsItsDefinitionWhateverTheClustersSizes() {
        Random random = new Random(20_260_103);
        int n = 150;
        int dim = 7;
        float[] x = new float[n * dim];
        int[] cluster = new int[n];
        for (int i = 0; i < n; i++) {
            // Cluster 3 has nobody, cluster 6 one point.
            cluster[i] = i == 0 ? 6 : new int[] {0, 1, 2, 4, 5}[random.nextInt(5)];
            for (int d = 0; d < dim; d++) {
                x[i * dim + d] = (float) (random.nextGaussian() + (d == cluster[i] ? 1 : 0));
            }
        }
        double total = 0;
        for (int i = 0; i < n; i++) {
            double a = meanDistance(x, dim, cluster, i, cluster[i]);
            double b = Double.POSITIVE_INFINITY;
            for (int k = 0; k < 7; k++) {
                if (k != cluster[i]) {
                    double distance = meanDistance(x, dim, cluster, i, k);
                    b = Double.isNaN(distance) ? b : Math.min(b, distance);
                }
            }
            total += Double.isNaN(a) ? 0 : (b - a) / Math.max(a, b);
        }
        Silhouette silhouette = Silhouette.of(x, dim, cluster);
        assertEquals(total / n, silhouette.mean(), ROUNDING);
        assertEquals(6, silhouette.clusters());
    }

    /** Mean distance to the other members of a cluster; not a number if there are none. */
    private static double meanDistance(float[] x, int dim, int[] cluster, int i, int k) {
        double sum = 0;
        int members = 0;
        for (int j = 0; j < cluster.length; j++) {
            if (j != i && cluster[j] == k) {
                double squares = 0;
                for (int d = 0; d < dim; d++) {
                    squares += Math.pow((double) x[i * dim + d] - x[j * dim + d], 2);
                }
                sum += Math.sqrt(squares);
                members++;
            }
        }
        return members == 0 ? Double.NaN : sum / members;
    }

    @Test
    void equalPointsOfTwoClustersStandNeitherApartNorTogether() {
        assertEquals(0, Silhouette.of(new float[8], 2, new int[] {0, 0, 1, 1}).mean());
    }

    @Test
    void whatHasNoSilhouetteIsRefusedWithARemedy() {
        assertRefused(new float[] {0, 1}, 1, new int[] {2, 2}, "at least 2 clusters");
        assertRefused(new float[] {0, 1, 2}, 1, new int[] {0, 1}, "2 points");
        assertRefused(new float[] {0, Float.NaN}, 1, new int[] {0, 1}, "NaN at point 1");
        assertRefused(new float[] {0, 1}, 1, new int[] {0, -1}, "found -1");
    }

    private static void assertRefused(float[] x, int dim, int[] assignment, String text) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> Silhouette.of(x, dim, assignment));
        assertTrue(e.getMessage().contains(text), e.getMessage());
    }
}
