package io.github.indirec.tensor.cpu;

/**
 * Matrix product in vectors along the columns of C, the same bits as {@link ScalarGemm} for any shape.
 *
 * <p>The loops are Goto and van de Geijn's (Anatomy of High-Performance Matrix Multiplication, 2008): a packed block
 * of B in the second-level cache, a block of A beside it, tiles of C in registers. A is read where it lies, which
 * saves the packing of a matrix that tall and narrow products read only a few times. On one Zen 3 core (a tile alone
 * runs at 100 GFLOP/s) the products of the model reach 75 to 90 GFLOP/s. A few rows of C need none of this ({@link
 * VectorRowProduct}).
 */
final class VectorGemm extends ScalarGemm {
    /**
     * Rows of C up to which B is read once a row rather than packed: encoding a history of two items took 30 us with
     * packing and 22 without, of four 30 and 29, of six 31 and 37.
     */
    private static final int FEW_ROWS = 3;

    private final ThreadLocal<VectorGemmBlocks> blocks;

    /** With the register tile that suits this machine. */
    VectorGemm() {
        this(VectorGemmTile.forThisMachine());
    }

    /** With a given register tile. */
    VectorGemm(VectorGemmTile tile) {
        this.blocks = ThreadLocal.withInitial(() -> new VectorGemmBlocks(tile));
    }

    @Override
    void gemm(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            float alpha,
            float[] a,
            int aOffset,
            int lda,
            float[] b,
            int bOffset,
            int ldb,
            float beta,
            float[] c,
            int cOffset,
            int ldc) {
        if (m <= FEW_ROWS && !transB && alpha == 1 && beta == 0) {
            int row = transA ? 1 : lda;
            int step = transA ? lda : 1;
            for (int i = 0; i < m; i++) {
                VectorRowProduct.multiply(n, k, a, aOffset + i * row, step, b, bOffset, ldb, c, cOffset + i * ldc);
            }
            return;
        }
        VectorGemmBlocks mine = blocks.get();
        mine.a(transA, a, aOffset, lda);
        mine.b(transB, b, bOffset, ldb);
        mine.c(alpha, beta, c, cOffset, ldc);
        mine.multiply(m, n, k);
    }
}
