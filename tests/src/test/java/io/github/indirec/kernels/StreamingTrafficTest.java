package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.sim.Counters;
import io.github.indirec.kernels.sim.LaunchResult;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.OptimizerKernels;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What the memory-bound kernels ask of memory at model widths, by the simulator's counters: a model, not a measurement.
 */
class StreamingTrafficTest extends DeviceTest {
    private static final int ROWS = 128;
    private static final int WIDTH = 64;
    private static final long BYTES = 4L * ROWS * WIDTH;

    /** Sectors moved for each that the bytes asked for would fill. */
    private static final double SECTORS = 1.1;

    private static final RandomKey KEY = new RandomKey(1, 2, 3);

    /** Only the lanes that write a result for a row, a warp or a block part from the others. */
    private static final int PARTINGS = 2;

    /**
     * No spills, no bank conflicts, whole sectors, hardly a parting; and the bytes of all launches. Bytes that several
     * lanes of a warp ask for at once count once: a row vector is half of x where a warp's request spans two rows.
     */
    private static void check(CudaDevice device, long read, long written, Runnable op) {
        long loaded = 0;
        long stored = 0;
        for (LaunchResult result : launches(device, op)) {
            Counters counters = result.counters();
            String what = result.kernel() + ": " + counters;
            assertEquals(0, counters.localRequests(), what);
            long warps = result.size().blocks() * result.size().threads() / 32;
            assertTrue(counters.divergentBranches() <= PARTINGS * warps, what);
            assertEquals(counters.sharedIdealWavefronts(), counters.sharedWavefronts(), what);
            assertTrue(counters.sectorsPerIdeal() <= SECTORS, what);
            loaded += counters.loadBytes();
            stored += counters.storeBytes();
        }
        assertEquals(read, loaded, "bytes read");
        assertEquals(written, stored, "bytes written");
    }

    @Test
    void elementwiseKernelsReadEachOperandOnce() {
        withDevice(1, device -> {
            CudaElementwise kernels = new CudaElementwise(device);
            Tensor x = onDevice(device, normals(1, ROWS, WIDTH));
            Tensor y = onDevice(device, normals(2, ROWS, WIDTH));
            Tensor out = undefined(device, ROWS, WIDTH);
            Tensor bias = onDevice(device, normals(3, WIDTH));
            int[] rows = IntStream.range(0, ROWS).toArray();
            check(device, 2 * BYTES, BYTES, () -> kernels.add(x, y, out));
            check(device, BYTES + BYTES / 2, BYTES, () -> kernels.addRowVector(x, bias, out));
            check(device, BYTES + BYTES / 2, 2 * BYTES, () -> kernels.biasGeluWithSlope(x, bias, out, y));
            check(device, 3 * BYTES, 2 * BYTES, () -> kernels.gate(x, x, x, y, out));
            check(device, BYTES + 4 * ROWS, BYTES, () -> kernels.dropout(x, 0.1, KEY, rows, out));
        });
    }

    @Test
    void sumsReadEachValueOnce() {
        withDevice(1, device -> {
            CudaElementwise kernels = new CudaElementwise(device);
            Tensor x = onDevice(device, normals(1, ROWS, WIDTH));
            Tensor sum = undefined(device, 1);
            Tensor rows = undefined(device, WIDTH);
            long tiles = 4L * ROWS * WIDTH / Grid.SUM_TILE;
            check(device, BYTES + tiles, tiles + 4, () -> kernels.sum(x, sum));
            long chunks = 4L * Grid.chunks(ROWS).count() * WIDTH;
            check(device, BYTES + chunks, chunks + 4 * WIDTH, () -> kernels.sumRows(x, false, rows));
        });
    }

    @Test
    void rowKernelsKeepTheirRowInRegisters() {
        withDevice(1, device -> {
            CudaNorm kernels = new CudaNorm(device);
            Tensor x = onDevice(device, normals(1, ROWS, WIDTH));
            Tensor residual = onDevice(device, normals(2, ROWS, WIDTH));
            Tensor column = onDevice(device, normals(3, WIDTH));
            Tensor sum = undefined(device, ROWS, WIDTH);
            Tensor out = undefined(device, ROWS, WIDTH);
            Tensor mean = undefined(device, ROWS);
            Tensor rstd = undefined(device, ROWS);
            int[] rows = IntStream.range(0, ROWS).toArray();
            check(device, BYTES + 2 * (BYTES / 2), BYTES + 8 * ROWS, () ->
                    kernels.layerNorm(x, column, column, 1e-12, out, mean, rstd));
            check(device, 2 * BYTES + 3 * (BYTES / 2) + 4 * ROWS, 2 * BYTES + 8 * ROWS, () -> kernels.residualNorm(
                    x, column, 0.1, KEY, rows, residual, column, column, 1e-12, sum, out, mean, rstd));
            check(device, BYTES, BYTES + 4 * ROWS, () -> kernels.normalizeRows(x, 1e-8, out, mean));
            check(device, 2 * BYTES + 4 * ROWS, BYTES, () -> kernels.normalizeRowsBackward(x, mean, residual, out));
            // gamma is read twice; the chunks' shares of its gradient and beta's are written, then read.
            long shares = 2L * 4 * Grid.chunks(ROWS).count() * WIDTH;
            Tensor dgamma = undefined(device, WIDTH);
            Tensor dbeta = undefined(device, WIDTH);
            check(device, 2 * BYTES + 2 * (BYTES / 2) + 8 * ROWS + shares, BYTES + shares + 8 * WIDTH, () ->
                    kernels.layerNormBackward(x, column, mean, rstd, residual, out, false, dgamma, dbeta));
        });
    }

    @Test
    void updatesAndCopiesReadEachOperandOnce() {
        withDevice(1, device -> {
            Tensor x = onDevice(device, normals(1, ROWS, WIDTH));
            Tensor table = onDevice(device, normals(2, ROWS, WIDTH));
            Tensor m = onDevice(device, Tensor.of(x.shape(), new float[x.size()]));
            Tensor v = onDevice(device, Tensor.of(x.shape(), new float[x.size()]));
            CudaOptimizer optimizer = new CudaOptimizer(device);
            CudaIndex index = new CudaIndex(device);
            var settings = new OptimizerKernels.AdamW(1e-3, 0.9, 0.999, 1e-8, 0, 1, 1);
            int[] ids = IntStream.range(0, ROWS).map(i -> (7 * i + 3) % ROWS).toArray();
            check(device, 4 * BYTES, 3 * BYTES, () -> optimizer.adamW(table, x, m, v, settings));
            check(device, BYTES + 4 * ROWS, BYTES, () -> index.gatherRows(table, ids, x));
            check(device, BYTES, BYTES, () -> index.copyColumns(x, 0, table, 0, WIDTH));
            check(device, 0, BYTES, () -> new CudaRandom(device).normal(KEY, 0, x));
        });
    }
}
