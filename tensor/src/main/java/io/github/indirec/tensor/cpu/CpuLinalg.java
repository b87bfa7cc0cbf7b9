package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.HostStorage;
import io.github.indirec.tensor.spi.LinalgKernels;

/**
 * Matrix products: picks the kernel and shares the rows or the columns of C out among threads, never k, so that each
 * element keeps its one order of additions.
 */
final class CpuLinalg implements LinalgKernels {
    /** Below this much work a thread costs more to wake than it saves; also the least work of a piece, about 25 us. */
    private static final double PIECE_FLOPS = 2e6;

    /** More pieces than threads, so that a thread which loses its core holds nobody up for long. */
    private static final int PIECES_PER_THREAD = 4;

    /** Fewer rows than this do not pay for packing B once more. */
    private static final int MIN_ROWS = 32;

    /** Columns are cut at multiples of the widest register tile. */
    private static final int COLUMN_STEP = 64;

    private final CpuContext context;
    private final ScalarGemm gemm;
    private final Float64Gemm gemm64 = new Float64RowGemm();

    CpuLinalg(CpuContext context) {
        this.context = context;
        this.gemm = context.kernels(ScalarGemm.class, ScalarRowGemm::new, "VectorGemm");
    }

    @Override
    public void gemm(
            boolean transposeA, boolean transposeB, double alpha, Tensor a, Tensor b, double beta, Tensor c) {
        int m = c.shape().rows();
        int n = c.shape().rowLength();
        int k = transposeA ? a.shape().rows() : a.shape().rowLength();
        double affordable = 2.0 * m * n * k / PIECE_FLOPS;
        int pieces = (int) Math.min(affordable, PIECES_PER_THREAD * context.parallel.threads());
        if (pieces <= 1 || context.parallel.threads() == 1) {
            block(transposeA, transposeB, 0, 0, m, n, k, alpha, a, b, beta, c);
        } else if (n > m && n >= 2 * COLUMN_STEP) {
            int width = (n / pieces + COLUMN_STEP - 1) / COLUMN_STEP * COLUMN_STEP;
            context.parallel.ranges(
                    n,
                    width,
                    (from, to) -> block(transposeA, transposeB, 0, from, m, to - from, k, alpha, a, b, beta, c));
        } else {
            int height = Math.max(MIN_ROWS, (m + pieces - 1) / pieces);
            context.parallel.ranges(
                    m,
                    height,
                    (from, to) -> block(transposeA, transposeB, from, 0, to - from, n, k, alpha, a, b, beta, c));
        }
    }

    /** The [m x n] block of C at row i and column j. */
    private void block(
            boolean transposeA,
            boolean transposeB,
            int i,
            int j,
            int m,
            int n,
            int k,
            double alpha,
            Tensor a,
            Tensor b,
            double beta,
            Tensor c) {
        int lda = a.shape().rowLength();
        int ldb = b.shape().rowLength();
        int ldc = c.shape().rowLength();
        int aOffset = a.offset() + (transposeA ? i : i * lda);
        int bOffset = b.offset() + (transposeB ? j * ldb : j);
        int cOffset = c.offset() + i * ldc + j;
        if (c.dtype() == DType.F32) {
            float[] x = HostStorage.floats(a);
            float[] y = HostStorage.floats(b);
            float[] z = HostStorage.floats(c);
            gemm.gemm(
                    transposeA, transposeB, m, n, k, (float) alpha, x, aOffset, lda, y, bOffset, ldb, (float) beta, z,
                    cOffset, ldc);
        } else {
            double[] x = HostStorage.doubles(a);
            double[] y = HostStorage.doubles(b);
            double[] z = HostStorage.doubles(c);
            gemm64.gemm(
                    transposeA, transposeB, m, n, k, alpha, x, aOffset, lda, y, bOffset, ldb, beta, z, cOffset, ldc);
        }
    }
}
