package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.DeviceBuffer;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.LinalgKernels;

/**
 * Matrix products on the device: {@code gemm.cu}, so that the driver alone is enough.
 *
 * <p>Each element adds over k in order as on the CPU, with equal bits, but for products of few tiles and a long k, the
 * gradients of weights above all: they are cut into parts of k, which many blocks compute and one pass adds in order.
 * The parts depend on m, n and k alone, never on the device.
 */
final class CudaLinalg implements LinalgKernels {
    private static final int THREADS = 128;

    /** Columns of a tile. */
    private static final int COLUMNS = 64;

    /** Rows of a tile, and of the low one. */
    private static final int ROWS = 64;

    private static final int FEW_ROWS = 8;

    /** Up to this many rows of C low tiles compute less that is not there than they read twice. */
    private static final int FEW = 2 * FEW_ROWS;

    /** A tile's steps of k. */
    private static final int STEP = 16;

    /** Blocks that a product is cut into if its k allows: one or two for every multiprocessor of a large card. */
    private static final int BLOCKS = 160;

    /** Shorter parts of k would cost more in the adding pass than they gain. */
    private static final int SHORTEST_PART = 128;

    private static final int VECTOR_A = 1;
    private static final int VECTOR_B = 2;
    private static final int VECTOR_C = 4;

    private final CudaDevice device;
    private final KernelFamily kernels;

    CudaLinalg(CudaDevice device) {
        this.device = device;
        this.kernels = new KernelFamily(device, "gemm");
    }

    @Override
    public void gemm(
            boolean transposeA, boolean transposeB, double alpha, Tensor a, Tensor b, double beta, Tensor c) {
        int m = c.shape().rows();
        int n = c.shape().rowLength();
        int k = transposeA ? a.shape().rows() : a.shape().rowLength();
        int length = partLength(m, n, k);
        int parts = Math.max(1, Grid.blocks(k, length));
        int vectors = isVector(a, transposeA ? m : k) ? VECTOR_A : 0;
        vectors |= isVector(b, transposeB ? k : n) ? VECTOR_B : 0;
        long target = device.address(c);
        if (parts == 1) {
            vectors |= isVector(c, n) ? VECTOR_C : 0;
            product(transposeA, transposeB, m, n, k, 1, length, vectors, alpha, a, b, beta, target);
            return;
        }
        vectors |= n % 4 == 0 ? VECTOR_C : 0;
        try (DeviceBuffer partial = device.buffer((long) Float.BYTES * parts * m * n)) {
            product(transposeA, transposeB, m, n, k, parts, length, vectors, 1, a, b, 0, partial.address());
            kernels.launch("gemm_add")
                    .i32(parts)
                    .i32(m * n)
                    .buffer(partial)
                    .f32(alpha)
                    .f32(beta)
                    .i64(target)
                    .run(Grid.blocks(m * n, THREADS), THREADS);
        }
    }

    private void product(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            int parts,
            int length,
            int vectors,
            double alpha,
            Tensor a,
            Tensor b,
            double beta,
            long c) {
        String name = (m <= FEW ? "gemm_few_" : "gemm_") + (transposeA ? 't' : 'n') + (transposeB ? 't' : 'n');
        kernels.launch(name)
                .i32(m)
                .i32(n)
                .i32(k)
                .i32(parts)
                .i32(length)
                .i32(vectors)
                .f32(alpha)
                .tensor(a)
                .tensor(b)
                .f32(beta)
                .i64(c)
                .run(rowTiles(m) * parts, Grid.blocks(n, COLUMNS), THREADS);
    }

    /** Steps of k that one block adds, a multiple of {@link #STEP}; at least k where k is not cut. */
    static int partLength(int m, int n, int k) {
        int tiles = Math.max(1, rowTiles(m) * Grid.blocks(n, COLUMNS));
        int parts = Math.max(1, Math.min(BLOCKS / tiles, k / SHORTEST_PART));
        return Math.max(1, Grid.blocks(Grid.blocks(k, parts), STEP)) * STEP;
    }

    private static int rowTiles(int m) {
        return Grid.blocks(m, m <= FEW ? FEW_ROWS : ROWS);
    }

    /** Whether four values at a time may be read from rows of that length. */
    private boolean isVector(Tensor x, int rowLength) {
        return rowLength % 4 == 0 && device.address(x) % 16 == 0;
    }
}
