package io.github.indirec.tensor.cpu;

/**
 * Matrix product in vectors along the columns of C, the same bits as {@link ScalarGemm} for any shape.
 *
 * <p>The loops are Goto and van de Geijn's (Anatomy of High-Performance Matrix Multiplication, 2008): a packed block
 * of B in the second-level cache, a block of A beside it, tiles of C in registers. A is read where it lies, which
 * saves the packing of a matrix that tall and narrow products read only a few times. On one Zen 3 core (a tile alone
 * runs at 100 GFLOP/s) the products of the model reach 75 to 90 GFLOP/s. A few rows of C need none of this ({@link
 * VectorRowProduct}, {@link VectorFewRows}).
 */
final class VectorGemm extends ScalarGemm {
    /**
     * Rows of C up to which B is read where it lies rather than packed. On a Zen 3 core, in us, packed and not: 4 x 256 x
     * 64 6.8 and 2.1, 16 x 256 x 64 11.4 and 8.6, 48 x 256 x 64 22.5 and 25.9; 4 x 12,103 x 64 359 and 144, 16 x 12,103 x
     * 64 672 and 481, 48 x 12,103 x 64 1,139 and 2,514.
     */
    private static final int FEW_ROWS = 16;

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
        if (m <= FEW_ROWS && !transA && !transB && alpha == 1 && beta == 0) {
            if (m == 1) {
                VectorRowProduct.multiply(n, k, a, aOffset, b, bOffset, ldb, c, cOffset);
                return;
            }
            if (n >= VectorFewRows.COLUMNS) {
                VectorFewRows.multiply(m, n, k, a, aOffset, lda, b, bOffset, ldb, c, cOffset, ldc);
                return;
            }
        }
        VectorGemmBlocks mine = blocks.get();
        mine.a(transA, a, aOffset, lda);
        mine.b(transB, b, bOffset, ldb);
        mine.c(alpha, beta, c, cOffset, ldc);
        mine.multiply(m, n, k);
    }
}
