package io.github.indirec.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.RankingKernels.Candidates;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankingKernelsTest {
    private static final float NONE = Float.NEGATIVE_INFINITY;

    private static int[] ranks(int threads, Tensor scores, int[] targets, int[] offsets, int[] seen, Candidates range) {
        CpuContext context = new CpuContext(threads, false);
        int[] ranks = new int[targets.length];
        try {
            new CpuRanking(context).ranks(scores, targets, offsets, seen, range, ranks);
        } finally {
            context.parallel.close();
        }
        return ranks;
    }

    private static int rank(float[] scores, int target, int[] seen, Candidates range) {
        Tensor row = Tensor.of(Shape.of(1, scores.length), scores);
        return ranks(1, row, new int[] {target}, new int[] {0, seen.length}, seen, range)[0];
    }

    private static float[] noise(int length, long seed, int levels) {
        Random random = new Random(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextInt(levels) - levels / 2;
        }
        return values;
    }

    @Test
    void rankCountsStrictlyGreaterScoresOnly() {
        float[] scores = {5, 3, 3, 4, 1};
        assertEquals(3, rank(scores, 1, new int[0], new Candidates(0, 5, NONE)));
        assertEquals(3, rank(scores, 2, new int[0], new Candidates(0, 5, NONE)));
        assertEquals(1, rank(scores, 0, new int[0], new Candidates(0, 5, NONE)));
        assertEquals(5, rank(scores, 4, new int[0], new Candidates(0, 5, NONE)));
    }

    @Test
    void columnsOutsideOfTheCandidatesDoNotCompete() {
        float[] scores = {9, 2, 1, 3, 9};
        assertEquals(2, rank(scores, 1, new int[0], new Candidates(1, 4, NONE)));
    }

    @Test
    void seenItemsGetTheSeenScoreAndTheTargetNever() {
        float[] scores = {9, -2, 8, -1};
        assertEquals(2, rank(scores.clone(), 1, new int[] {0, 1, 2}, new Candidates(0, 4, NONE)));
        assertEquals(4, rank(scores.clone(), 1, new int[] {0, 1, 2}, new Candidates(0, 4, 0)));
        float[] masked = scores.clone();
        rank(masked, 1, new int[] {0, 1}, new Candidates(0, 4, 0));
        assertArrayEquals(new float[] {0, -2, 8, -1}, masked);
    }

    @Test
    void anInfinitelyLowTargetRanksBehindAllOthers() {
        assertEquals(3, rank(new float[] {1, NONE, 2, NONE}, 1, new int[0], new Candidates(0, 4, NONE)));
    }

    @Test
    void ranksEqualPlainCountingForAnyNumberOfThreads() {
        int rows = 301;
        int width = 1013;
        float[] scores = noise(rows * width, 1, 900);
        int[] targets = new Random(2).ints(rows, 0, width).toArray();
        int[] offsets = IntStream.rangeClosed(0, rows).map(i -> 3 * i).toArray();
        int[] seen = new Random(3).ints(3 * rows, 0, width).toArray();
        int[] expected = new int[rows];
        for (int i = 0; i < rows; i++) {
            float[] row = Arrays.copyOfRange(scores, i * width, (i + 1) * width);
            for (int s = 3 * i; s < 3 * i + 3; s++) {
                row[seen[s]] = seen[s] == targets[i] ? row[seen[s]] : NONE;
            }
            float target = row[targets[i]];
            expected[i] = 1 + (int) IntStream.range(1, width - 1).filter(j -> row[j] > target).count();
        }
        for (int threads : new int[] {1, 2, 3, 8}) {
            Tensor copy = Tensor.of(Shape.of(rows, width), scores.clone());
            Candidates inner = new Candidates(1, width - 1, NONE);
            assertArrayEquals(expected, ranks(threads, copy, targets, offsets, seen, inner));
        }
    }

    @Test
    void aComparedNaNIsAnErrorThatNamesTheFirstSuchRow() {
        int rows = 400;
        int width = 300;
        float[] scores = noise(rows * width, 4, 100);
        scores[77 * width + 299] = Float.NaN;
        scores[390 * width] = Float.NaN;
        Tensor tensor = Tensor.of(Shape.of(rows, width), scores);
        int[] offsets = new int[rows + 1];
        for (int threads : new int[] {1, 3}) {
            ArithmeticException e = assertThrows(
                    ArithmeticException.class,
                    () -> ranks(threads, tensor, new int[rows], offsets, new int[0], new Candidates(0, width, NONE)));
            assertTrue(e.getMessage().contains("row 77 "), e.getMessage());
        }
    }

    @Test
    void aNaNTargetIsAnErrorAndAMaskedNaNIsNot() {
        float[] scores = {1, Float.NaN, 3};
        assertThrows(
                ArithmeticException.class, () -> rank(scores.clone(), 1, new int[0], new Candidates(0, 3, NONE)));
        assertEquals(2, rank(scores.clone(), 0, new int[] {1}, new Candidates(0, 3, NONE)));
        assertEquals(1, rank(scores.clone(), 0, new int[0], new Candidates(0, 1, NONE)));
    }

    @Test
    void topKEqualsSortingWithTiesByColumn() {
        CpuRanking ranking = new CpuRanking(new CpuContext(1, false));
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int width = 1 + random.nextInt(60);
            int k = 1 + random.nextInt(70);
            int from = random.nextInt(width);
            int to = from + random.nextInt(width - from + 1);
            float[] scores = noise(2 * width, seed, 1 + random.nextInt(40));
            if (seed % 3 == 0) {
                scores[width + from] = NONE;
            }
            int[] expected = IntStream.range(from, to)
                    .filter(j -> scores[width + j] != NONE)
                    .boxed()
                    .sorted(Comparator.<Integer>comparingDouble(j -> -scores[width + j]).thenComparing(j -> j))
                    .limit(k)
                    .mapToInt(j -> j)
                    .toArray();
            int[] items = new int[k];
            float[] itemScores = new float[k];
            int found = ranking.topK(Tensor.of(Shape.of(2, width), scores), 1, from, to, k, items, itemScores);
            assertArrayEquals(expected, Arrays.copyOf(items, found), "seed " + seed);
            for (int i = 0; i < found; i++) {
                assertEquals(scores[width + items[i]], itemScores[i], "seed " + seed);
            }
        }
    }

    @Test
    void topKRefusesNaNAndRoomlessOutputs() {
        CpuRanking ranking = new CpuRanking(new CpuContext(1, false));
        Tensor row = Tensor.of(Shape.of(1, 3), 3, 2, Float.NaN);
        assertThrows(
                ArithmeticException.class, () -> ranking.topK(row, 0, 0, 3, 1, new int[1], new float[1]));
        assertEquals(1, ranking.topK(row, 0, 0, 2, 1, new int[1], new float[1]));
        assertThrows(
                IllegalArgumentException.class, () -> ranking.topK(row, 0, 0, 2, 2, new int[1], new float[2]));
        assertThrows(ShapeException.class, () -> ranking.topK(row, 0, 0, 4, 1, new int[1], new float[1]));
    }

    private static float[] masked(int[] allowed, int... denied) {
        float[] scores = {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23};
        Tensor rows = Tensor.of(Shape.of(4, 4), Arrays.copyOf(scores, 16)).rows(1, 3);
        new CpuRanking(new CpuContext(1, false)).mask(rows, 1, allowed, denied);
        float[] left = rows.toFloats();
        assertArrayEquals(new float[] {10, 11, 12, 13}, Arrays.copyOf(left, 4), "the other row is left alone");
        return Arrays.copyOfRange(left, 4, 8);
    }

    @Test
    void aMaskLeavesTheAllowedColumnsThatAreNotDenied() {
        assertArrayEquals(new float[] {20, 21, 22, 23}, masked(null));
        assertArrayEquals(new float[] {20, NONE, 22, NONE}, masked(null, 3, 1, 3));
        assertArrayEquals(new float[] {NONE, 21, NONE, 23}, masked(new int[] {3, 1, 1}));
        assertArrayEquals(new float[] {NONE, 21, NONE, NONE}, masked(new int[] {3, 1}, 3, 2));
        assertArrayEquals(new float[] {NONE, NONE, NONE, NONE}, masked(new int[0]));
    }

    @Test
    void float64ScoresAreRefusedWithTheReason() {
        Tensor scores = Tensor.ofDoubles(Shape.of(1, 1), 1);
        ShapeException e = assertThrows(
                ShapeException.class,
                () -> ranks(1, scores, new int[1], new int[2], new int[0], new Candidates(0, 1, NONE)));
        assertTrue(e.getMessage().contains("scores are F64, expected F32"), e.getMessage());
    }
}
