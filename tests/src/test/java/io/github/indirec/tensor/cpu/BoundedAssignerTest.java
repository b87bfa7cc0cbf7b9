package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.CentroidGroupTest.bits;
import static io.github.indirec.tensor.cpu.CentroidGroupTest.group;
import static io.github.indirec.tensor.cpu.CentroidGroupTest.values;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bounds leave out work and nothing else: every call gives the bits of the plain assignment. */
class BoundedAssignerTest {
    private static final boolean VECTOR = VectorSupport.unavailable().isEmpty();
    private static final int[] THREADS = {1, 2, 3};
    private static final int ITERATIONS = 12;
    private static final int SEEDS = 3;

    /** Lets the centroids of one call become those of the next. */
    private interface Step {
        void move(float[] points, int[] assignment, float[] centroids, int width, Random random);
    }

    /** Points of deviation 0.3 around as many far places as wanted. */
    private static float[] clustered(int count, int width, int places, Random random) {
        float[] centers = values(places * width, () -> 3 * random.nextGaussian());
        float[] points = new float[count * width];
        for (int i = 0; i < points.length; i++) {
            int place = i / width % places;
            points[i] = centers[place * width + i % width] + 0.3f * (float) random.nextGaussian();
        }
        return points;
    }

    private static float[] someOf(float[] points, int clusters, int width, Random random) {
        float[] centroids = new float[clusters * width];
        for (int k = 0; k < clusters; k++) {
            System.arraycopy(points, random.nextInt(points.length / width) * width, centroids, k * width, width);
        }
        return centroids;
    }

    /** Lloyd's update; an empty cluster stays where it is. */
    private static void means(float[] points, int[] assignment, float[] centroids, int width, Random random) {
        double[] sums = new double[centroids.length];
        int[] sizes = new int[centroids.length / width];
        for (int i = 0; i < points.length; i++) {
            sums[assignment[i / width] * width + i % width] += points[i];
        }
        for (int cluster : assignment) {
            sizes[cluster]++;
        }
        for (int j = 0; j < centroids.length; j++) {
            if (sizes[j / width] > 0) {
                centroids[j] = (float) (sums[j] / sizes[j / width]);
            }
        }
    }

    /** A single centroid jumps onto a point, as a split or a restart lets it; the others stay. */
    private static void oneJumps(float[] points, int[] assignment, float[] centroids, int width, Random random) {
        int clusters = centroids.length / width;
        int from = random.nextInt(points.length / width) * width;
        System.arraycopy(points, from, centroids, random.nextInt(clusters) * width, width);
    }

    /** All creep, so slowly that only many calls together change anything. */
    private static void allCreep(float[] points, int[] assignment, float[] centroids, int width, Random random) {
        for (int j = 0; j < centroids.length; j++) {
            centroids[j] += 0.02f * (float) random.nextGaussian();
        }
    }

    /** @return the share of scores that were computed after the first call */
    private static double same(String what, int threads, float[] points, float[] start, int width, Step step) {
        int count = points.length / width;
        int clusters = start.length / width;
        CpuContext context = new CpuContext(threads, VECTOR);
        try {
            CpuCluster plain = new CpuCluster(context);
            // Rows of a larger tensor, so that offsets count.
            Tensor x = withRowBefore(points, width);
            BoundedAssigner bounded = new BoundedAssigner(context, plain, group(VECTOR), x, clusters);
            BoundedAssigner scalar = new BoundedAssigner(context, plain, group(false), x, clusters);
            float[] centroids = start.clone();
            Random random = new Random(17);
            int[] expected = new int[count];
            float[] distances = new float[count];
            long first = 0;
            for (int i = 0; i < ITERATIONS; i++) {
                Tensor c = withRowBefore(centroids, width);
                plain.assign(x, c, expected, distances);
                for (BoundedAssigner assigner : new BoundedAssigner[] {bounded, scalar}) {
                    int[] found = new int[count];
                    float[] foundDistances = new float[count];
                    assigner.assign(c, found, foundDistances);
                    String which = what + ", threads " + threads + ", call " + i;
                    assertArrayEquals(expected, found, which);
                    assertArrayEquals(bits(distances), bits(foundDistances), which);
                }
                first = i == 0 ? bounded.scored() : first;
                step.move(points, expected, centroids, width, random);
            }
            return (double) (bounded.scored() - first) / first / (ITERATIONS - 1);
        } finally {
            context.parallel.close();
        }
    }

    private static Tensor withRowBefore(float[] values, int width) {
        float[] more = new float[width + values.length];
        Arrays.fill(more, 0, width, 1e3f);
        System.arraycopy(values, 0, more, width, values.length);
        int rows = more.length / width;
        return Tensor.of(Shape.of(rows, width), more).rows(1, rows);
    }

    private static void same(String what, float[] points, float[] start, int width, Step step) {
        for (int threads : THREADS) {
            same(what, threads, points, start, width, step);
        }
    }

    @Test
    void lloydOnClusteredPointsAndMostScoresAreLeftOut() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            float[] points = clustered(1500, 16, 60, random);
            float[] start = someOf(points, 150, 16, random);
            for (int threads : THREADS) {
                double share = same("seed " + seed, threads, points, start, 16, BoundedAssignerTest::means);
                assertTrue(share < 0.5, "seed " + seed + ": computed " + share + " of the scores");
            }
        }
    }

    @Test
    void lloydOnNoise() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            float[] points = values(1100 * 7, random::nextDouble);
            same("seed " + seed, points, someOf(points, 130, 7, random), 7, BoundedAssignerTest::means);
        }
    }

    @Test
    void copiesAndTies() {
        for (int seed = 0; seed < SEEDS; seed++) {
            // A grid of 81 places: most points and many centroids are copies, and points lie halfway between centroids.
            Random random = new Random(seed);
            float[] points = values(1200 * 4, () -> random.nextInt(3));
            float[] start = someOf(points, 200, 4, random);
            same("seed " + seed, points, start, 4, BoundedAssignerTest::means);
            same("seed " + seed, points, start, 4, BoundedAssignerTest::oneJumps);
        }
    }

    @Test
    void differencesThatDrownInRounding() {
        for (int seed = 0; seed < SEEDS; seed++) {
            // Far from the origin scores round to steps of 2^-7, wider than most differences between squared distances.
            Random random = new Random(seed);
            float[] points = values(1200 * 8, () -> 100 + 0.02 * random.nextGaussian());
            float[] start = someOf(points, 96, 8, random);
            same("means, seed " + seed, points, start, 8, BoundedAssignerTest::means);
            same("a jump, seed " + seed, points, start, 8, BoundedAssignerTest::oneJumps);
        }
    }

    @Test
    void squaresThatUnderflow() {
        for (int seed = 0; seed < SEEDS; seed++) {
            // Squares of a few times 2^-149, the least float: hardly any digit of a score is left.
            Random random = new Random(seed);
            float[] points = values(900 * 4, () -> 0x1p-74 * random.nextGaussian());
            float[] start = someOf(points, 64, 4, random);
            same("seed " + seed, points, start, 4, BoundedAssignerTest::means);
        }
    }

    @Test
    void aCentroidThatJumpsIsSeenByPointsOfAnyGroup() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            float[] points = clustered(1500, 8, 40, random);
            same("seed " + seed, points, someOf(points, 100, 8, random), 8, BoundedAssignerTest::oneJumps);
        }
    }

    @Test
    void smallStepsAddUp() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            float[] points = values(1100 * 8, random::nextGaussian);
            same("seed " + seed, points, someOf(points, 64, 8, random), 8, BoundedAssignerTest::allCreep);
        }
    }

    @Test
    void oneClusterAndAsManyAsPoints() {
        Random random = new Random(5);
        float[] points = values(700 * 3, random::nextGaussian);
        same("K = 1", points, someOf(points, 1, 3, random), 3, BoundedAssignerTest::means);
        same("K = N", points, points, 3, BoundedAssignerTest::allCreep);
        same("one point", new float[] {1, 2, 3}, points, 3, BoundedAssignerTest::oneJumps);
    }

    @Test
    void lengthsThatOverflowAreLeftToThePlainAssignment() {
        Random random = new Random(6);
        float[] points = values(600 * 2, random::nextGaussian);
        float[] start = someOf(points, 40, 2, random);
        same("overflow", points, start, 2, (p, assignment, centroids, width, r) -> {
            // The last group, whatever its size, goes where squares are infinite and comes back onto points.
            boolean away = centroids[64] > 1e20f;
            for (int j = 64; j < centroids.length; j++) {
                centroids[j] = away ? p[j] : 1e30f;
            }
        });
        points[9] = Float.NaN;
        same("NaN", points, start, 2, BoundedAssignerTest::oneJumps);
    }
}
