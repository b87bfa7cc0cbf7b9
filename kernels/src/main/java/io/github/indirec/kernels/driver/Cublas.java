package io.github.indirec.kernels.driver;

import io.github.indirec.tensor.DeviceException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;

/**
 * NVIDIA's matrix product, where there is one: JCuda is built against cuBLAS 12, and a machine with CUDA 13 alone, or
 * with the driver alone, has none. Our own kernel serves there.
 *
 * @param product the product, if cuBLAS is to be had
 * @param reason why there is none, empty if there is
 */
public record Cublas(Optional<Product> product, String reason) {
    /** A matrix product in float32 on one stream. One thread at a time is let in. */
    public interface Product extends AutoCloseable {
        /**
         * C = alpha op(A) op(B) + beta C.
         *
         * @param call shapes, from {@link ColumnMajorGemm#ofRowMajor}
         * @param a device address of A; so for B and C
         * @throws DeviceException if cuBLAS refuses
         */
        void multiply(ColumnMajorGemm call, float alpha, long a, long b, float beta, long c);

        @Override
        void close();
    }

    /**
     * Opens cuBLAS in the calling thread's context.
     *
     * @param driver from {@link CudaAvailability#open}; any other has no cuBLAS
     * @param stream that the products are queued in
     */
    public static Cublas open(CudaDriver driver, long stream) {
        if (driver.getClass().getClassLoader() != JCudaLoader.shared()) {
            return absent("only the driver of a GPU has cuBLAS, not " + driver.getClass().getSimpleName());
        }
        try {
            JCudaLoader.shared().load("JCublas2");
            return new Cublas(
                    Optional.of(JCudaLoader.shared().create(Product.class, "CublasProduct", driver, stream)), "");
        } catch (FileNotFoundException e) {
            return absent(e.getMessage() + " is not on the class path; add org.jcuda:jcublas-natives");
        } catch (IOException | LinkageError e) {
            return absent("cuBLAS 12 does not load: " + e.getMessage());
        } catch (DeviceException e) {
            return absent(e.getMessage());
        }
    }

    private static Cublas absent(String reason) {
        return new Cublas(Optional.empty(), reason);
    }
}
