package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.OptimizerKernels;
import java.util.List;
import org.junit.jupiter.api.Test;

class CudaOptimizerTest extends DeviceTest {
    /** Positive terms lose nothing by cancellation: 16 float32 roundings of 2^-24 on the longest path. */
    private static final double SUM_RELATIVE = 1e-6;

    @Test
    void adamWHasTheCpusBits() {
        for (int n : new int[] {0, 1, 33, 1024, 1500}) {
            compare("adamW on " + n, Backend::optimizer, CudaOptimizer::new, SAME_BITS, SAME_BITS, (kernels, place) -> {
                Tensor p = place.in(normals(1, n));
                Tensor m = place.in(Tensor.of(p.shape(), new float[n]));
                Tensor v = place.in(Tensor.of(p.shape(), new float[n]));
                for (int step = 1; step <= 2; step++) {
                    Tensor g = place.in(normals(1 + step, n));
                    kernels.adamW(p, g, m, v, new OptimizerKernels.AdamW(1e-3, 0.9, 0.999, 1e-8, 0.01, 0.7, step));
                }
                return List.of(p, m, v);
            });
        }
    }

    @Test
    void sumsOfSquaresMatchAcrossTiles() {
        try (Backend cpu = Backends.cpu(1)) {
            // The last has more tiles than the block that adds their sums has threads.
            for (int n : new int[] {0, 1, 33, 4096, 4097, 9000, 4096 * 256 + 1}) {
                for (long seed : SCHEDULES) {
                    withDevice(seed, device -> {
                        Tensor x = normals(1, n);
                        double expected = cpu.optimizer().sumOfSquares(x);
                        Tensor there = on(device, (int) (seed % 2)).in(x);
                        double actual = new CudaOptimizer(device).sumOfSquares(there);
                        assertEquals(expected, actual, SUM_RELATIVE * expected, n + " values, schedule " + seed);
                    });
                }
            }
        }
    }
}
