package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.RankingKernels;
import io.github.indirec.tensor.spi.RankingKernels.Candidates;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CudaRankingTest extends DeviceTest {
    private static final float NONE = Float.NEGATIVE_INFINITY;

    private void same(String what, BiFunction<RankingKernels, Place, List<Tensor>> op) {
        compare(what, Backend::ranking, CudaRanking::new, SAME_BITS, SAME_BITS, op);
    }

    private void onDevice(Consumer<RankingKernels> test, Tensor[] scores, Tensor host) {
        withDevice(1, device -> {
            scores[0] = onDevice(device, host);
            test.accept(new CudaRanking(device));
        });
    }

    /** Few different scores, so that many are equal. */
    private static Tensor tied(long seed, int rows, int width) {
        float[] values = normals(seed, rows, width).toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.round(4 * values[i]) / 4f;
        }
        return Tensor.of(Shape.of(rows, width), values);
    }

    private static Tensor of(int[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        return Tensor.of(Shape.of(values.length), floats);
    }

    @Test
    void ranksAndMaskedScoresAreTheCpus() {
        for (int[] shape : new int[][] {{1, 1}, {3, 33}, {2, 300}, {1, 1040}, {0, 4}}) {
            int rows = shape[0];
            int width = shape[1];
            for (float seenScore : new float[] {NONE, 0}) {
                same("ranks of " + Arrays.toString(shape), (k, place) -> {
                    Tensor scores = place.in(tied(1, rows, width));
                    // Some items twice, and the target among them.
                    int[] seen = integers(2, 40 * rows, width);
                    int[] targets = integers(3, rows, width);
                    int[] offsets = new int[rows + 1];
                    for (int i = 0; i < rows; i++) {
                        offsets[i + 1] = 40 * (i + 1);
                        seen[offsets[i]] = targets[i];
                    }
                    int[] ranks = new int[rows];
                    int from = Math.min(1, width - 1);
                    k.ranks(scores, targets, offsets, seen, new Candidates(from, width, seenScore), ranks);
                    return List.of(of(ranks), scores);
                });
            }
        }
    }

    @Test
    void aScoreThatIsNotANumberIsRefusedWithItsRow() {
        float[] values = normals(1, 3, 40).toFloats();
        values[2 * 40 + 17] = Float.NaN;
        Tensor[] scores = new Tensor[1];
        onDevice(
                k -> {
                    Candidates all = new Candidates(0, 40, NONE);
                    var ranks = assertThrows(
                            ArithmeticException.class,
                            () -> k.ranks(scores[0], new int[3], new int[4], new int[0], all, new int[3]));
                    assertTrue(ranks.getMessage().contains("row 2 "), ranks.getMessage());
                    var top = assertThrows(
                            ArithmeticException.class,
                            () -> k.topK(scores[0], 2, 0, 40, 1, new int[1], new float[1]));
                    assertTrue(top.getMessage().contains("row 2 "), top.getMessage());
                    Candidates few = new Candidates(0, 17, NONE);
                    k.ranks(scores[0], new int[3], new int[4], new int[0], few, new int[3]);
                    assertEquals(3, k.topK(scores[0], 2, 18, 40, 3, new int[3], new float[3]));
                },
                scores,
                Tensor.of(Shape.of(3, 40), values));
    }

    @Test
    void masksAreTheCpus() {
        for (int width : new int[] {1, 32, 33, 300}) {
            int[] denied = integers(3, 5, width);
            for (int[] allowed : new int[][] {null, {}, integers(4, 9, width)}) {
                same("mask of " + width, (k, place) -> {
                    Tensor scores = place.in(normals(1, 3, width));
                    k.mask(scores, 1, allowed, denied);
                    k.mask(scores, 2, allowed, new int[0]);
                    return List.of(scores);
                });
            }
        }
    }

    /** Number found, columns and scores of the best of row 1. */
    private static List<Tensor> top(RankingKernels k, Tensor scores, int from, int to, int count) {
        int[] items = new int[count];
        float[] itemScores = new float[count];
        int found = k.topK(scores, 1, from, to, count, items, itemScores);
        return List.of(
                of(new int[] {found}),
                of(Arrays.copyOf(items, found)),
                Tensor.of(Shape.of(found), Arrays.copyOf(itemScores, found)));
    }

    @Test
    void theBestAreTheCpusWithTiesByTheSmallerColumn() {
        int[][] widthsAndCounts = {{2, 1}, {33, 40}, {700, 20}, {2049, 3}, {4500, 300}, {2500, 1500}};
        for (int[] sizes : widthsAndCounts) {
            same("top " + sizes[1] + " of " + sizes[0], (k, place) ->
                    top(k, place.in(tied(1, 2, sizes[0])), 1, sizes[0], sizes[1]));
        }
        same("top of nothing", (k, place) -> top(k, place.in(tied(1, 2, 3)), 2, 2, 1));
    }

    @Test
    void infinitiesAndBothZerosHaveTheirPlace() {
        float[] values = {9, 9, 9, 9, 9, 9, 0, NONE, 1, -1, Float.POSITIVE_INFINITY, 0, NONE, -3e38f};
        same("top of infinities", (k, place) ->
                top(k, place.in(Tensor.of(Shape.of(2, 7), values)), 0, 7, 7));
        float[] zeros = {0, 0, 0, -0f, 0, -0f};
        Tensor[] scores = new Tensor[1];
        onDevice(
                k -> {
                    int[] items = new int[3];
                    assertEquals(3, k.topK(scores[0], 1, 0, 3, 3, items, new float[3]));
                    assertEquals("[0, 1, 2]", Arrays.toString(items), "-0 and 0 are equal scores");
                },
                scores,
                Tensor.of(Shape.of(2, 3), zeros));
    }
}
