package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.Tensor;

/** Matrix products. */
public interface LinalgKernels {
    /**
     * C = alpha op(A) op(B) + beta C with op the transpose where asked. A is [M x K] or [K x M], B [K x N] or [N x K],
     * C [M x N]. Each element adds over k in order with fused multiply-add, so its bits depend on nothing else. With
     * beta = 0 the old contents of C are not read.
     */
    void gemm(
            boolean transposeA, boolean transposeB, double alpha, Tensor a, Tensor b, double beta, Tensor c);
}
