package io.github.indirec.model.intent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.ClusterKernels;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class KMeansTest {
    private static final Backend BACKEND = Backends.cpu(1);

    /** The reference's own objectives spread by 1 % over eight seeds. */
    private static final double REFERENCE_TOLERANCE = 0.01;

    /** Rounding of float32 distances against a float64 sum: relative 2^-24 times some 200 operations. */
    private static final double OBJECTIVE_ROUNDING = 2e-5;

    @AfterAll
    static void close() {
        BACKEND.close();
    }

    private static KMeans.Settings settings(int clusters, long seed) {
        return new KMeans.Settings(clusters, 20, 5, seed, 4096);
    }

    private static KMeans.Result fit(Tensor points, KMeans.Settings settings) {
        return new KMeans(BACKEND, settings).fit(points, null);
    }

    /** Clusters of {@code each} points of deviation 0.1 around (10 k, -10 k, 0, ...). */
    private static Tensor planted(int clusters, int each, int width) {
        Random random = new Random(5);
        float[] values = new float[clusters * each * width];
        for (int i = 0; i < values.length; i++) {
            int cluster = i / width % clusters;
            int sign = i % width == 0 ? 10 : i % width == 1 ? -10 : 0;
            values[i] = sign * cluster + 0.1f * (float) random.nextGaussian();
        }
        return Tensor.of(Shape.of(clusters * each, width), values);
    }

    private static Tensor noise(int count, int width, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(Shape.of(count, width), values);
    }

    private static Tensor centroids(KMeans.Result result, int width) {
        return Tensor.of(Shape.of(result.centroids().length / width, width), result.centroids());
    }

    private static double objective(float[] points, float[] centroids, int width) {
        double sum = 0;
        for (int i = 0; i < points.length; i += width) {
            double nearest = Double.POSITIVE_INFINITY;
            for (int k = 0; k < centroids.length; k += width) {
                double distance = 0;
                for (int j = 0; j < width; j++) {
                    double difference = (double) points[i + j] - centroids[k + j];
                    distance += difference * difference;
                }
                nearest = Math.min(nearest, distance);
            }
            sum += nearest;
        }
        return sum;
    }

    @Test
    void plantedClustersAreFound() {
        int clusters = 6;
        Tensor points = planted(clusters, 80, 4);
        KMeans.Result result = fit(points, settings(clusters, 1));
        double[] first = new double[clusters];
        for (int k = 0; k < clusters; k++) {
            first[k] = result.centroids()[4 * k];
        }
        Arrays.sort(first);
        double fewDeviationsOfAMean = 5 * 0.1 / Math.sqrt(80);
        for (int k = 0; k < clusters; k++) {
            assertEquals(10 * k, first[k], fewDeviationsOfAMean);
        }
    }

    @Test
    void objectiveIsTheSumOfSquaredDistancesToTheReturnedCentroids() {
        Tensor points = noise(700, 9, 2);
        KMeans.Result result = fit(points, settings(11, 1));
        double exact = objective(points.toFloats(), result.centroids(), 9);
        assertEquals(exact, result.objective(), exact * OBJECTIVE_ROUNDING);
    }

    @Test
    void theSeedDecidesTheResult() {
        Tensor points = noise(500, 8, 3);
        float[] one = fit(points, settings(20, 1)).centroids();
        assertArrayEquals(one, fit(points, settings(20, 1)).centroids());
        assertFalse(Arrays.equals(one, fit(points, settings(20, 2)).centroids()));
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBytes() {
        Tensor points = noise(3000, 16, 4);
        KMeans.Settings subsampled = new KMeans.Settings(12, 10, 2, 1, 200);
        float[] expected = fit(points, subsampled).centroids();
        for (int threads : new int[] {2, 3, 8}) {
            try (Backend backend = Backends.cpu(threads)) {
                assertArrayEquals(
                        expected, new KMeans(backend, subsampled).fit(points, null).centroids(), "threads " + threads);
            }
        }
    }

    @Test
    void aSubsampleLeavesPointsOutAndStillFindsTheClusters() {
        Tensor points = planted(3, 500, 2);
        KMeans.Result result = fit(points, new KMeans.Settings(3, 20, 5, 1, 20));
        // 60 of 1500 points of deviation 0.1 in two columns.
        assertTrue(result.objective() < 60 * 2 * 0.01 * 2, "objective " + result.objective());
        double all = objective(points.toFloats(), result.centroids(), 2);
        assertTrue(all < 1500 * 2 * 0.01 * 2, "objective of all points " + all);
    }

    @Test
    void anEmptyClusterTakesHalfOfAnother() {
        // Ties go to the smaller index, so two of three equal centroids are empty at once; with two distinct points one
        // cluster stays empty for ever, and its split moves a centroid by 1/1024 of itself.
        float[] values = new float[64];
        Arrays.fill(values, 0, 32, 1);
        Arrays.fill(values, 32, 64, 5);
        Tensor points = Tensor.of(Shape.of(64, 1), values);
        Tensor start = Tensor.of(Shape.of(3, 1), 3, 3, 3);
        KMeans.Result result = new KMeans(BACKEND, settings(3, 1)).fit(points, start);
        assertEquals(0, result.objective(), 64 * Math.pow(5.0 / 1024, 2) * (1 + OBJECTIVE_ROUNDING));
        for (float centroid : result.centroids()) {
            assertTrue(Float.isFinite(centroid) && centroid > 0.9f && centroid < 5.1f, "centroid " + centroid);
        }
    }

    @Test
    void manyCopiesOfFewPointsDoNotBreakTheFit() {
        float[] values = new float[200];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 3;
        }
        KMeans.Result result = fit(Tensor.of(Shape.of(200, 1), values), settings(16, 1));
        assertTrue(Double.isFinite(result.objective()));
    }

    @Test
    void asManyClustersAsPointsLeaveNoDistance() {
        Tensor points = Tensor.of(Shape.of(4, 1), 1, 2, 3, 4);
        KMeans.Result result = fit(points, settings(4, 1));
        assertEquals(0, result.objective());
    }

    @Test
    void aWarmStartIsNeverWorseThanWhereItStarted() {
        for (int seed = 0; seed < 5; seed++) {
            Tensor points = noise(1000, 8, seed);
            KMeans.Result cold = fit(points, new KMeans.Settings(25, 3, 1, seed, 4096));
            KMeans.Result warm = new KMeans(BACKEND, settings(25, seed)).fit(points, centroids(cold, 8));
            assertTrue(
                    warm.objective() <= cold.objective() * (1 + OBJECTIVE_ROUNDING),
                    "seed " + seed + ": " + cold.objective() + " became " + warm.objective());
        }
    }

    @Test
    void warmRestartsContinueEachOther() {
        Tensor points = noise(1000, 8, 6);
        Tensor start = points.rows(0, 25);
        float[] restarts = new KMeans(BACKEND, new KMeans.Settings(25, 4, 3, 1, 4096)).fit(points, start).centroids();
        float[] oneRun = new KMeans(BACKEND, new KMeans.Settings(25, 12, 1, 9, 4096)).fit(points, start).centroids();
        assertArrayEquals(oneRun, restarts);
    }

    @Test
    void aSettledFitStopsEarlyWithTheSameResult() {
        Tensor points = planted(4, 50, 3);
        KMeans.Result some = fit(points, new KMeans.Settings(4, 100, 1, 1, 4096));
        KMeans.Result more = fit(points, new KMeans.Settings(4, 1000, 1, 1, 4096));
        assertTrue(some.iterations() < 100, "iterations " + some.iterations());
        assertEquals(some.iterations(), more.iterations());
        assertArrayEquals(some.centroids(), more.centroids());
        KMeans.Result warm = new KMeans(BACKEND, settings(4, 1)).fit(points, centroids(some, 3));
        assertArrayEquals(some.centroids(), warm.centroids());
        assertEquals(2, warm.iterations());
    }

    /** A backend that assigns every time anew, whatever it was asked before. */
    private static Backend withoutBounds(Backend backend) {
        ClusterKernels kernels = backend.cluster();
        ClusterKernels plain = new ClusterKernels() {
            @Override
            public void assign(Tensor points, Tensor centroids, int[] assignment, float[] distances) {
                kernels.assign(points, centroids, assignment, distances);
            }

            @Override
            public void sums(Tensor points, int[] assignment, int clusters, double[] sums, int[] counts) {
                kernels.sums(points, assignment, clusters, sums, counts);
            }
        };
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(),
                new Class<?>[] {Backend.class},
                (proxy, method, arguments) ->
                        method.getName().equals("cluster") ? plain : method.invoke(backend, arguments));
    }

    @Test
    void boundsChangeNoBitOfAFit() {
        int clusters = 260;
        for (int seed = 0; seed < 3; seed++) {
            // Copies of few points leave clusters empty, which split; noise does not.
            Tensor copies = Tensor.of(Shape.of(1200, 3), smallIntegers(1200 * 3, 5, seed));
            for (Tensor points : new Tensor[] {planted(90, 15, 6), noise(1400, 9, seed), copies}) {
                KMeans.Settings settings = new KMeans.Settings(clusters, 12, 3, seed, 4096);
                int width = points.shape().dim(1);
                Tensor start = noise(clusters, width, seed + 50);
                KMeans.Result cold = new KMeans(withoutBounds(BACKEND), settings).fit(points, null);
                KMeans.Result warm = new KMeans(withoutBounds(BACKEND), settings).fit(points, start);
                for (int threads = 1; threads <= 3; threads++) {
                    try (Backend backend = Backends.cpu(threads)) {
                        String which = "seed " + seed + ", " + points.shape() + ", threads " + threads;
                        assertSame(cold, new KMeans(backend, settings).fit(points, null), which);
                        assertSame(warm, new KMeans(backend, settings).fit(points, start), which + ", warm");
                    }
                }
            }
        }
    }

    private static float[] smallIntegers(int length, int bound, long seed) {
        Random random = new Random(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextInt(bound);
        }
        return values;
    }

    private static void assertSame(KMeans.Result expected, KMeans.Result found, String which) {
        assertArrayEquals(expected.centroids(), found.centroids(), which);
        assertEquals(expected.objective(), found.objective(), which);
        assertEquals(expected.iterations(), found.iterations(), which);
    }

    @Test
    void fewerPointsThanClustersIsRefusedWithBothNumbers() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> fit(noise(5, 2, 1), settings(6, 1)));
        assertTrue(e.getMessage().contains("5 points cannot form 6 clusters"), e.getMessage());
    }

    @Test
    void unfitSettingsAndInputsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> settings(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new KMeans.Settings(2, 0, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new KMeans.Settings(2, 1, 0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new KMeans.Settings(2, 1, 1, 1, 0));
        Tensor points = noise(10, 2, 1);
        assertThrows(
                IllegalArgumentException.class,
                () -> new KMeans(BACKEND, settings(3, 1)).fit(points, noise(2, 2, 1)));
        Tensor broken = Tensor.of(Shape.of(2, 1), 1, Float.NaN);
        assertThrows(ArithmeticException.class, () -> fit(broken, settings(1, 1)));
    }

    @Test
    void objectivesAreWithinOnePercentOfTheReference() throws IOException {
        String folder = System.getProperty("indirec.reference");
        assumeTrue(
                folder != null && Files.exists(Path.of(folder, "kmeans-beauty.safetensors")),
                "skipped: the property indirec.reference names no folder with kmeans-beauty.safetensors");
        float[] values = SafeTensors.read(Path.of(folder, "kmeans-beauty.safetensors")).floats("points", 3000, 64);
        Map<String, Object> objectives =
                JSON.std.mapFrom(Files.readString(Path.of(folder, "kmeans-objectives.json")));
        for (int clusters : new int[] {32, 256}) {
            Map<?, ?> reference = (Map<?, ?>) objectives.get("K" + clusters);
            double expected = ((Number) reference.get("final_objective")).doubleValue();
            KMeans.Result result = fit(Tensor.of(Shape.of(3000, 64), values), KMeans.Settings.of(clusters));
            double found = objective(values, result.centroids(), 64);
            assertTrue(
                    found <= expected * (1 + REFERENCE_TOLERANCE),
                    "K " + clusters + ": objective " + found + ", reference " + expected);
            assertEquals(found, result.objective(), found * OBJECTIVE_ROUNDING);
        }
    }
}
