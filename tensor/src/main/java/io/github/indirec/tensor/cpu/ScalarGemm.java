package io.github.indirec.tensor.cpu;

/**
 * Matrix product of raw row-major arrays: the specification that every other form must equal bit for bit.
 *
 * <p>With c_ij = alpha acc + beta c_ij and acc = sum over k of op(a)_ik op(b)_kj: acc starts at 0 and takes the terms
 * in the order of k, one fused multiply-add each, so that blocking, vector width and threads cannot change it.
 */
class ScalarGemm {
    /**
     * C = alpha op(A) op(B) + beta C; op(A) is [m x k], op(B) [k x n], C [m x n].
     *
     * @param transA whether A is stored as [k x m]
     * @param transB whether B is stored as [n x k]
     * @param lda distance between stored rows of A, likewise ldb and ldc
     * @param beta 0 leaves the old contents of C unread
     */
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
        int aRow = transA ? 1 : lda;
        int aStep = transA ? lda : 1;
        int bColumn = transB ? ldb : 1;
        int bStep = transB ? 1 : ldb;
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float acc = 0;
                for (int p = 0; p < k; p++) {
                    acc = Math.fma(a[aOffset + i * aRow + p * aStep], b[bOffset + j * bColumn + p * bStep], acc);
                }
                int at = cOffset + i * ldc + j;
                c[at] = combine(alpha, acc, beta, c[at]);
            }
        }
    }

    /** alpha acc + beta old, where beta = 0 drops old even if it is NaN. */
    static float combine(float alpha, float acc, float beta, float old) {
        return beta == 0 ? alpha * acc : Math.fma(beta, old, alpha * acc);
    }
}
