package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.kernels.sim.Counters;
import io.github.indirec.kernels.sim.LaunchResult;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.LinalgKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CudaLinalgTest extends DeviceTest {
    /** {m, n, k}: one value, few rows, and every edge of tiles of 8 or 64 rows, 64 columns and 16 steps. */
    private static final int[][] SIZES = {
        {1, 1, 1}, {3, 64, 20}, {9, 66, 17}, {16, 4, 1}, {17, 65, 15}, {31, 32, 33}, {64, 64, 64}, {68, 33, 16},
        {130, 8, 3}
    };

    /** Products that are cut into parts: long k in few tiles, and in low tiles. */
    private static final int[][] LONG = {{64, 64, 300}, {5, 70, 643}, {33, 17, 643}};

    /** Up to 700 sums of magnitude up to 80, each rounded by up to 4e-6, in another order: 26 such steps, doubled. */
    private static final double PARTS_TOLERANCE = 2e-4;

    @Test
    void everyTransposeAndSizeHasTheBitsOfTheCpu() {
        compare("gemm", Backend::linalg, CudaLinalg::new, SAME_BITS, SAME_BITS, (linalg, place) ->
                products(linalg, place, SIZES, 0.75, -1.5));
    }

    @Test
    void withBetaZeroTheOldContentsAreNotRead() {
        compare("gemm", Backend::linalg, CudaLinalg::new, SAME_BITS, SAME_BITS, (linalg, place) -> List.of(
                product(linalg, place, false, false, 5, 64, 7, 2, 0),
                product(linalg, place, false, true, 65, 34, 20, 2, 0)));
    }

    @Test
    void longSumsInPartsAgreeWithTheCpu() {
        compare("gemm", Backend::linalg, CudaLinalg::new, 0, PARTS_TOLERANCE, (linalg, place) -> {
            List<Tensor> results = products(linalg, place, LONG, 0.5, 1);
            results.add(product(linalg, place, true, false, 20, 20, 700, 2, 0));
            return results;
        });
    }

    @Test
    void aSumOfNothingIsZero() {
        compare("gemm", Backend::linalg, CudaLinalg::new, SAME_BITS, SAME_BITS, (linalg, place) ->
                products(linalg, place, new int[][] {{3, 5, 0}, {0, 5, 4}, {5, 0, 4}}, 1, 0));
    }

    /** Every operand is 64 wide, so whole sectors are moved; C is written once and not read. */
    @Test
    void aProductMovesWholeSectors() {
        withDevice(2, device -> {
            Tensor x = onDevice(device, normals(1, 96, 64));
            Tensor w = onDevice(device, normals(2, 64, 64));
            Tensor y = undefined(device, 96, 64);
            List<LaunchResult> launches = launches(device, () -> {
                new CudaLinalg(device).gemm(false, false, 1, x, w, 0, y);
                new CudaLinalg(device).gemm(false, true, 1, x, w, 0, y);
                new CudaLinalg(device).gemm(true, false, 1, x, y, 0, w);
            });
            assertEquals(3, launches.size());
            for (LaunchResult launch : launches) {
                Counters counters = launch.counters();
                assertEquals(1, counters.sectorsPerIdeal(), launch.kernel() + ": " + counters);
                assertEquals(0, counters.localRequests(), launch.kernel() + ": " + counters);
            }
            assertEquals(4L * 96 * 64, launches.get(0).counters().storeBytes(), "C is written once");
        });
    }

    @Test
    void partsOfALongSumDependOnTheSizesAlone() {
        assertEquals(64, CudaLinalg.partLength(12800, 64, 64), "many tiles, short k: one part");
        assertEquals(64, CudaLinalg.partLength(256, 12103, 64), "many tiles, short k: one part");
        int length = CudaLinalg.partLength(64, 64, 12800);
        assertEquals(0, length % 16, "whole steps");
        assertTrue(length < 256, "weight gradients fill the device: " + length);
    }

    private static List<Tensor> products(
            LinalgKernels linalg, Place place, int[][] sizes, double alpha, double beta) {
        List<Tensor> results = new ArrayList<>();
        for (int[] size : sizes) {
            for (int transpose : IntStream.range(0, 4).toArray()) {
                boolean a = transpose % 2 == 1;
                boolean b = transpose / 2 == 1;
                results.add(product(linalg, place, a, b, size[0], size[1], size[2], alpha, beta));
            }
        }
        return results;
    }

    private static Tensor product(
            LinalgKernels linalg,
            Place place,
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            double alpha,
            double beta) {
        Tensor a = place.in(transposeA ? normals(m + k, k, m) : normals(m + k, m, k));
        Tensor b = place.in(transposeB ? normals(-n - k, n, k) : normals(-n - k, k, n));
        Tensor c = beta == 0 ? place.out(m, n) : place.in(normals(m + n, m, n));
        linalg.gemm(transposeA, transposeB, alpha, a, b, beta, c);
        return c;
    }
}
