package io.github.indirec.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/** The scalar and the vector kernel of a group of centroids give the same bits. */
class CentroidGroupTest {
    private static final boolean VECTOR = VectorSupport.unavailable().isEmpty();

    static CentroidGroup group(boolean vector) {
        return new CpuContext(1, vector).kernels(CentroidGroup.class, CentroidGroup::new, "VectorCentroidGroup");
    }

    static float[] values(int length, DoubleSupplier one) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) one.getAsDouble();
        }
        return values;
    }

    static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }

    @Test
    void bothKernelsGiveTheScoresOfTheDefinition() {
        Random random = new Random(7);
        int width = 19;
        int clusters = 70;
        float[] points = values(40 * width, random::nextGaussian);
        float[] centroids = values(clusters * width, random::nextGaussian);
        for (boolean vector : new boolean[] {false, VECTOR}) {
            CentroidGroup group = group(vector);
            int size = group.size();
            int groups = (clusters + size - 1) / size;
            float[] panels = new float[groups * size * width];
            group.pack(centroids, 0, clusters, width, panels);
            float[] norms = new float[groups * size];
            Arrays.fill(norms, Float.POSITIVE_INFINITY);
            NearestCentroid.squaredNorms(centroids, 0, clusters, width, norms, 0);
            for (int count = 1; count <= 13; count++) {
                int[] rows = random.ints(count, 0, 40).toArray();
                float[] scores = new float[(count + CentroidGroup.SPARE_ROWS) * size];
                int[] lowest = new int[count];
                for (int g = 0; g < groups; g++) {
                    int panel = g * size * width;
                    group.score(points, 0, width, rows, count, panels, panel, norms, g * size, scores, lowest);
                    for (int r = 0; r < count; r++) {
                        float least = Float.POSITIVE_INFINITY;
                        for (int k = g * size; k < (g + 1) * size; k++) {
                            float expected = k < clusters
                                    ? score(points, rows[r] * width, centroids, k * width, width, norms[k])
                                    : Float.POSITIVE_INFINITY;
                            assertEquals(expected, scores[r * size + k - g * size], "row " + r + ", centroid " + k);
                            least = Math.min(least, expected);
                        }
                        assertEquals(NearestCentroid.ordered(Float.floatToRawIntBits(least)), lowest[r]);
                    }
                }
            }
        }
    }

    @Test
    void bothKernelsLowerBoundsAndListPointsAlike() {
        for (int count = 0; count <= 40; count++) {
            Random random = new Random(count);
            float[] reach = values(count, () -> random.nextInt(4));
            float[] start = values(count + 3, () -> random.nextInt(6));
            if (count > 9) {
                start[9] = Float.POSITIVE_INFINITY;
            }
            for (float drift : new float[] {0, 1, Float.POSITIVE_INFINITY}) {
                float[][] bounds = {start.clone(), start.clone()};
                int[][] rows = {new int[count + 1], new int[count + 1]};
                if (Float.isInfinite(drift)) {
                    Arrays.fill(bounds[0], 0);
                    Arrays.fill(bounds[1], 0);
                }
                int open = group(false).open(bounds[0], 3, count, drift, reach, rows[0]);
                int found = group(VECTOR).open(bounds[1], 3, count, drift, reach, rows[1]);
                String which = "count and seed " + count + ", drift " + drift;
                assertEquals(open, found, which);
                assertArrayEquals(Arrays.copyOf(rows[0], open), Arrays.copyOf(rows[1], open), which);
                assertArrayEquals(bits(bounds[0]), bits(bounds[1]), which);
                int listed = 0;
                for (int i = 0; i < count; i++) {
                    listed += !(bounds[0][3 + i] > reach[i]) ? 1 : 0;
                }
                assertEquals(listed, open, which);
            }
        }
    }

    private static float score(float[] x, int x0, float[] c, int c0, int width, float norm) {
        float dot = 0;
        for (int j = 0; j < width; j++) {
            dot = Math.fma(x[x0 + j], c[c0 + j], dot);
        }
        return Math.fma(-2f, dot, norm);
    }
}
