package io.github.indirec.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClusterKernelsTest {
    private static final boolean VECTOR = VectorSupport.unavailable().isEmpty();

    /** Points, centroids, columns: below and above a block of 512 points and of 128 centroids. */
    private static final int[][] SIZES = {{1, 1, 1}, {7, 3, 2}, {513, 32, 64}, {1100, 300, 17}, {2000, 129, 8}};

    /** Norms and dot products of up to 64 values below 4: some 130 roundings of sums up to 1000, in units of 2^-24. */
    private static final double DISTANCE_TOLERANCE = 130 * 1000 * 0x1p-24;

    private static float[] noise(int length, long seed) {
        Random random = new Random(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private record Assignment(int[] clusters, float[] distances) {}

    private static Assignment assign(int threads, boolean vector, int[] size, float[] points, float[] centroids) {
        CpuContext context = new CpuContext(threads, vector);
        Assignment result = new Assignment(new int[size[0]], new float[size[0]]);
        Tensor x = Tensor.of(Shape.of(size[0], size[2]), points);
        Tensor c = Tensor.of(Shape.of(size[1], size[2]), centroids);
        new CpuCluster(context).assign(x, c, result.clusters, result.distances);
        context.parallel.close();
        return result;
    }

    private static double squaredDistance(float[] points, int i, float[] centroids, int k, int width) {
        double sum = 0;
        for (int j = 0; j < width; j++) {
            double difference = (double) points[i * width + j] - centroids[k * width + j];
            sum += difference * difference;
        }
        return sum;
    }

    @Test
    void assignsToTheNearestCentroidWithinRounding() {
        for (int[] size : SIZES) {
            float[] points = noise(size[0] * size[2], 1);
            float[] centroids = noise(size[1] * size[2], 2);
            Assignment found = assign(1, VECTOR, size, points, centroids);
            for (int i = 0; i < size[0]; i++) {
                double nearest = Double.POSITIVE_INFINITY;
                for (int k = 0; k < size[1]; k++) {
                    nearest = Math.min(nearest, squaredDistance(points, i, centroids, k, size[2]));
                }
                String which = Arrays.toString(size) + " point " + i;
                double own = squaredDistance(points, i, centroids, found.clusters[i], size[2]);
                assertEquals(nearest, own, DISTANCE_TOLERANCE, which);
                assertEquals(own, found.distances[i], DISTANCE_TOLERANCE, which);
            }
        }
    }

    @Test
    void anyNumberOfThreadsAndEitherKernelGiveTheSameBytes() {
        for (int[] size : SIZES) {
            float[] points = noise(size[0] * size[2], 3);
            float[] centroids = noise(size[1] * size[2], 4);
            Assignment expected = assign(1, false, size, points, centroids);
            for (int threads : new int[] {1, 2, 3, 8}) {
                Assignment found = assign(threads, VECTOR, size, points, centroids);
                assertArrayEquals(expected.clusters, found.clusters, "threads " + threads);
                assertArrayEquals(expected.distances, found.distances, "threads " + threads);
            }
        }
    }

    @Test
    void tiesGoToTheSmallerCentroid() {
        int clusters = 300;
        float[] centroids = new float[clusters * 2];
        for (int k = 0; k < clusters; k++) {
            centroids[2 * k] = k < 5 ? 9 : 1;
            centroids[2 * k + 1] = k % 2 == 0 ? 1 : -1;
        }
        // The first point is as far from every centroid of 5 and up, the second from the odd ones of them.
        float[] points = {1, 0, 1, -1};
        for (boolean vector : new boolean[] {false, VECTOR}) {
            Assignment found = assign(1, vector, new int[] {2, clusters, 2}, points, centroids);
            assertArrayEquals(new int[] {5, 5}, found.clusters);
            assertArrayEquals(new float[] {1, 0}, found.distances);
        }
    }

    @Test
    void scoresOfBothSignsAreOrdered() {
        // Twenty centroids fill a vector of any width; scores |c|^2 - 2 x c run from -9900 to above 0.
        float[] centroids = new float[20];
        for (int k = 0; k < centroids.length; k++) {
            centroids[k] = k == 17 ? 100 : k - 10;
        }
        float[] points = {-2.9f, 2.2f, 90, 0.1f, 6.9f};
        for (boolean vector : new boolean[] {false, VECTOR}) {
            Assignment found = assign(1, vector, new int[] {5, 20, 1}, points, centroids);
            assertArrayEquals(new int[] {7, 12, 17, 10, 16}, found.clusters);
        }
    }

    @Test
    void distancesAreNeverNegative() {
        int width = 64;
        float[] points = noise(400 * width, 7);
        float[] centroids = points.clone();
        for (int i = 0; i < centroids.length; i++) {
            centroids[i] *= 1 + 1e-6f; // so near that only rounding is left, of either sign
        }
        for (float distance : assign(1, VECTOR, new int[] {400, 400, width}, points, centroids).distances) {
            assertTrue(distance >= 0, "distance " + distance);
        }
    }

    @Test
    void aPointWithNaNHasADistanceOfNaN() {
        float[] points = {1, Float.NaN};
        float[] found = assign(1, VECTOR, new int[] {2, 2, 1}, points, new float[] {1, 2}).distances;
        assertEquals(0, found[0]);
        assertTrue(Float.isNaN(found[1]));
    }

    @Test
    void sumsAndCountsAreThoseOfEachClusterForAnyNumberOfThreads() {
        int count = 1003;
        int width = 5;
        int clusters = 7;
        float[] points = noise(count * width, 8);
        int[] assignment = new Random(9).ints(count, 0, clusters - 1).toArray();
        double[] expected = null;
        for (int threads : new int[] {1, 2, 3, 8}) {
            CpuContext context = new CpuContext(threads, VECTOR);
            double[] sums = new double[clusters * width];
            Arrays.fill(sums, 99);
            int[] counts = new int[clusters];
            Arrays.fill(counts, 99);
            Tensor x = Tensor.of(Shape.of(count, width), points);
            new CpuCluster(context).sums(x, assignment, clusters, sums, counts);
            context.parallel.close();
            for (int k = 0; k < clusters; k++) {
                int cluster = k;
                assertEquals(Arrays.stream(assignment).filter(a -> a == cluster).count(), counts[k]);
            }
            assertEquals(0, counts[clusters - 1]);
            assertEquals(0, sums[(clusters - 1) * width]);
            expected = expected == null ? sums : expected;
            assertArrayEquals(expected, sums, "threads " + threads);
        }
        assertNearPlainSums(points, assignment, width, expected);
    }

    private static void assertNearPlainSums(float[] points, int[] assignment, int width, double[] sums) {
        double roundingOfSums = 1e-10;
        double[] plain = new double[sums.length];
        for (int i = 0; i < points.length; i++) {
            plain[assignment[i / width] * width + i % width] += points[i];
        }
        assertArrayEquals(plain, sums, roundingOfSums);
    }

    @Test
    void float64PointsAreRefusedWithTheReason() {
        CpuContext context = new CpuContext(1, false);
        Tensor points = Tensor.ofDoubles(Shape.of(1, 1), 1);
        ShapeException e = assertThrows(
                ShapeException.class, () -> new CpuCluster(context).assign(points, points, new int[1], new float[1]));
        assertTrue(e.getMessage().contains("points is F64, expected F32"), e.getMessage());
    }
}
