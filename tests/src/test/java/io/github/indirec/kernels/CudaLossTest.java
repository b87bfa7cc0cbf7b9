package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.LossKernels;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CudaLossTest extends DeviceTest {
    /**
     * Sums of exponentials run in another order: a few units in the last place of a log-sum-exp below 16, 2^-20 each.
     */
    private static final double LOG_SUM_EXP = 4e-6;

    /**
     * The error of a softmax is that of its log-sum-exp, and a gradient sums up to 200 of them, times FACTOR and 0.7.
     */
    private static final double GRADIENT = 4e-6;

    /** A mean of squares about 2 in another order: a few units in the last place. */
    private static final double MEAN = 2e-6;

    private static final double FACTOR = 0.25;

    private void same(String what, BiFunction<LossKernels, Place, List<Tensor>> op) {
        compare(what, Backend::loss, CudaLoss::new, SAME_BITS, SAME_BITS, op);
    }

    private void close(
            String what,
            Function<CudaDevice, LossKernels> cuda,
            double absolute,
            BiFunction<LossKernels, Place, List<Tensor>> op) {
        compare(what, Backend::loss, cuda, 0, absolute, op);
    }

    private static Tensor upstream(Place place) {
        return place.in(Tensor.of(Shape.of(1), 0.7f));
    }

    private static String name(String op, int... sizes) {
        return op + " of " + Arrays.toString(sizes);
    }

    @Test
    void crossEntropyMatchesInPlaceAndBeside() {
        for (int[] shape : new int[][] {{1, 1}, {3, 2}, {2, 31}, {3, 257}, {2, 1030}, {1, 4099}, {0, 5}}) {
            int[] targets = integers(3, shape[0], shape[1]);
            close(name("crossEntropy", shape), CudaLoss::new, LOG_SUM_EXP, (k, place) -> {
                Tensor logits = place.in(normals(1, shape));
                Tensor losses = place.out(shape[0]);
                Tensor total = place.out(shape[0]);
                Tensor dlogits = shape[1] % 2 == 0 ? logits : place.out(shape);
                k.crossEntropy(logits, targets, losses, total);
                k.crossEntropyBackward(logits, targets, total, upstream(place), FACTOR, dlogits);
                return List.of(losses, total, dlogits);
            });
        }
    }

    @Test
    void aLogitFarAboveTheOthersOverflowsNothing() {
        close("crossEntropy", CudaLoss::new, 2 * LOG_SUM_EXP, (k, place) -> {
            Tensor logits = place.in(Tensor.of(
                    Shape.of(2, 3), 200, -200, 0, Float.NEGATIVE_INFINITY, -300, -301));
            Tensor losses = place.out(2);
            Tensor total = place.out(2);
            k.crossEntropy(logits, new int[] {0, 1}, losses, total);
            return List.of(losses, total);
        });
    }

    /** Losses, or one of the gradients. */
    private static List<Tensor> table(LossKernels k, Place place, int[] sizes, boolean add, String wanted) {
        int rows = sizes[0];
        int items = sizes[1];
        int width = sizes[2];
        int[] targets = integers(3, rows, items);
        Tensor h = place.in(scaled(1, rows, width));
        Tensor table = place.in(scaled(2, items, width));
        Tensor losses = place.out(rows);
        Tensor saved = place.out(k.tableCrossEntropySaved(rows, items));
        k.tableCrossEntropy(h, table, targets, losses, saved);
        Tensor dh = wanted.contains("dh") ? place.in(normals(4, rows, width)) : null;
        Tensor dtable = wanted.contains("dtable") ? place.in(normals(5, items, width)) : null;
        if (dh != null || dtable != null) {
            k.tableCrossEntropyBackward(
                    h, table, targets, saved, upstream(place), FACTOR, add, dh, add, dtable);
        }
        return dh != null && dtable != null ? List.of(losses, dh, dtable) : List.of(dh != null ? dh : dtable);
    }

    /** Normal numbers whose rows have products of about 1. */
    private static Tensor scaled(long seed, int rows, int width) {
        float[] values = normals(seed, rows, width).toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] *= (float) Math.pow(width, -0.25);
        }
        return Tensor.of(Shape.of(rows, width), values);
    }

    @Test
    void tableCrossEntropyMatchesAtEveryFormAndTail() {
        int[][] all = {{1, 1, 1}, {65, 63, 64}, {3, 130, 33}, {64, 64, 20}, {5, 66, 132}, {2, 7, 129}};
        for (int[] sizes : all) {
            close(name("tableCrossEntropy", sizes), CudaLoss::new, GRADIENT, (k, place) ->
                    table(k, place, sizes, false, "dh, dtable"));
        }
    }

    @Test
    void tilesWalkedByOneBlockCountLikeTilesOfMany() {
        int[] sizes = {131, 200, 16};
        for (int blocks : new int[] {1, 5}) {
            close("with " + blocks + " blocks", d -> new CudaLoss(d, blocks), GRADIENT, (k, place) ->
                    table(k, place, sizes, false, "dh, dtable"));
        }
    }

    @Test
    void gradientsOfTheTableLossAreAddedWhereAskedForAndLeftOutWhereNot() {
        int[] sizes = {2, 70, 12};
        for (int blocks : new int[] {1, 512}) {
            for (String wanted : List.of("dh", "dtable", "dh, dtable")) {
                close(wanted, d -> new CudaLoss(d, blocks), GRADIENT, (k, place) ->
                        table(k, place, sizes, true, wanted));
            }
        }
    }

    /** x, scores and the gradients of a sampled cross-entropy. */
    private static List<Tensor> sampled(LossKernels k, Place place, int[] sizes, boolean dx, boolean dtable) {
        int rows = sizes[0];
        int items = sizes[1];
        int width = sizes[2];
        int[] positives = integers(3, rows, items);
        int[] negatives = integers(4, rows, items);
        Tensor x = place.in(normals(1, rows, width));
        Tensor table = place.in(normals(2, items, width));
        Tensor losses = place.out(rows);
        Tensor scores = place.out(rows, 2);
        k.sampledCrossEntropy(x, table, positives, negatives, losses, scores);
        Tensor dxs = place.in(normals(5, rows, width));
        Tensor dtables = place.in(normals(6, items, width));
        k.sampledCrossEntropyBackward(
                x, table, positives, negatives, scores, upstream(place), FACTOR, dx ? dxs : null,
                dtable ? dtables : null);
        return List.of(losses, scores, dxs, dtables);
    }

    @Test
    void sampledCrossEntropyHasTheCpusBits() {
        for (int[] sizes : new int[][] {{1, 1, 1}, {70, 3, 64}, {33, 40, 33}, {9, 5, 100}, {0, 4, 8}}) {
            same(name("sampledCrossEntropy", sizes), (k, place) -> sampled(k, place, sizes, true, true));
        }
        int[] sizes = {5, 4, 31};
        same("dx alone", (k, place) -> sampled(k, place, sizes, true, false));
        same("dtable alone", (k, place) -> sampled(k, place, sizes, false, true));
    }

    @Test
    void infoNceHasTheCpusBits() {
        for (int views : new int[] {1, 2, 5, 33}) {
            int[] groups = integers(2, views, Math.max(1, views / 2));
            same(name("infoNce", views), (k, place) -> {
                Tensor sim = place.in(normals(1, 2 * views, 2 * views));
                Tensor losses = place.out(2 * views);
                Tensor total = place.out(2 * views);
                Tensor dsim = place.out(2 * views, 2 * views);
                k.infoNce(sim, groups, losses, total);
                k.infoNceBackward(sim, groups, total, upstream(place), FACTOR, dsim);
                return List.of(losses, total, dsim);
            });
        }
    }

    @Test
    void meanSquaredErrorMatches() {
        for (int size : new int[] {1, 31, 1024, 4097, 9000}) {
            close(name("meanSquaredError", size), CudaLoss::new, MEAN, (k, place) -> {
                Tensor out = place.out(1);
                Tensor x = place.in(normals(1, size));
                k.meanSquaredError(x, place.in(normals(2, size)), out);
                Tensor dx = place.out(size);
                k.meanSquaredErrorBackward(x, place.in(normals(2, size)), upstream(place), dx);
                return List.of(out, dx);
            });
        }
    }

    @Test
    void cosineDistanceHasTheCpusBitsAlsoOfRowsWithoutDirection() {
        for (int[] shape : new int[][] {{1, 1}, {9, 64}, {8, 33}, {3, 257}, {0, 4}}) {
            same(name("cosineDistance", shape), (k, place) -> {
                float[] values = normals(1, shape).toFloats();
                Arrays.fill(values, 0, Math.min(values.length, shape[1]), shape[0] > 1 ? 0f : 1f);
                Tensor x = place.in(Tensor.of(Shape.of(shape), values));
                Tensor y = place.in(normals(2, shape));
                Tensor losses = place.out(shape[0]);
                Tensor dx = place.out(shape);
                Tensor dy = place.out(shape);
                k.cosineDistance(x, y, 1e-8, losses);
                k.cosineDistanceBackward(x, y, 1e-8, upstream(place), FACTOR, dx, dy);
                return List.of(losses, dx, dy);
            });
        }
    }

    @Test
    void aTargetOutsideOfTheColumnsIsNamed() {
        withDevice(1, device -> {
            LossKernels k = new CudaLoss(device);
            Tensor logits = onDevice(device, normals(1, 2, 3));
            Tensor out = undefined(device, 2);
            var thrown = assertThrows(
                    IndexOutOfBoundsException.class, () -> k.crossEntropy(logits, new int[] {0, 3}, out, out));
            assertTrue(thrown.getMessage().contains("targets[1] is 3, expected 0 to 2"), thrown.getMessage());
        });
    }
}
