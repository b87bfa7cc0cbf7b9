package io.github.indirec.tensor.cpu;

/**
 * Matrix product in vectors along the columns of C, the same bits as {@link ScalarGemm} for any shape.
 *
 * <p>The loops are Goto and van de Geijn's (Anatomy of High-Performance Matrix Multiplication, 2008): a packed block
 * of B in the second-level cache, a block of A beside it, tiles of C in registers. A is read where it lies, which
 * saves the packing of a matrix that tall and narrow products read only a few times. On one Zen 3 core (a tile alone
 * runs at 100 GFLOP/s) the products of the model reach 75 to 90 GFLOP/s. A single row of C needs none of this
 * ({@link VectorRowProduct}).
 */
final class VectorGemm extends ScalarGemm {
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
        if (m == 1 && !transB && alpha == 1 && beta == 0) {
            VectorRowProduct.multiply(n, k, a, aOffset, transA ? lda : 1, b, bOffset, ldb, c, cOffset);
            return;
        }
        VectorGemmBlocks mine = blocks.get();
        mine.a(transA, a, aOffset, lda);
        mine.b(transB, b, bOffset, ldb);
        mine.c(alpha, beta, c, cOffset, ldc);
        mine.multiply(m, n, k);
    }
}
