package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.driver.ColumnMajorGemm;
import io.github.indirec.kernels.driver.Cublas;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.LinalgKernels;

/** Matrix products by cuBLAS, in plain float32, where it loads; {@link CudaLinalg} elsewhere. */
final class CublasLinalg implements LinalgKernels {
    private final CudaDevice device;
    private final Cublas.Product product;

    CublasLinalg(CudaDevice device, Cublas.Product product) {
        this.device = device;
        this.product = product;
    }

    @Override
    public void gemm(
            boolean transposeA, boolean transposeB, double alpha, Tensor a, Tensor b, double beta, Tensor c) {
        int m = c.shape().rows();
        int n = c.shape().rowLength();
        int k = transposeA ? a.shape().rows() : a.shape().rowLength();
        if (m == 0 || n == 0) {
            return;
        }
        device.enter();
        product.multiply(
                ColumnMajorGemm.ofRowMajor(
                        transposeA, transposeB, m, n, k, a.shape().rowLength(), b.shape().rowLength(), n),
                (float) alpha,
                device.address(a),
                device.address(b),
                (float) beta,
                device.address(c));
    }
}
