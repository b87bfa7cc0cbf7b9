package io.github.indirec.kernels.driver.jcuda;

import static jcuda.jcublas.JCublas2.cublasCreate;
import static jcuda.jcublas.JCublas2.cublasDestroy;
import static jcuda.jcublas.JCublas2.cublasSetMathMode;
import static jcuda.jcublas.JCublas2.cublasSetStream;
import static jcuda.jcublas.JCublas2.cublasSgemm;

import io.github.indirec.kernels.driver.ColumnMajorGemm;
import io.github.indirec.kernels.driver.Cublas;
import io.github.indirec.kernels.driver.CudaDriver;
import io.github.indirec.tensor.DeviceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;

/** cuBLAS's SGEMM on one stream, in plain float32: its default may round the factors to TF32 on newer devices. */
public final class CublasProduct implements Cublas.Product {
    private final cublasHandle handle = new cublasHandle();

    /** alpha and beta: cuBLAS reads them during the call, from memory that does not move. */
    private final ByteBuffer scalars = ByteBuffer.allocateDirect(2 * Float.BYTES).order(ByteOrder.nativeOrder());

    private final Pointer alphaPointer = Pointer.to(scalars);
    private final Pointer betaPointer = alphaPointer.withByteOffset(Float.BYTES);

    public CublasProduct(CudaDriver driver, Long stream) {
        check("cublasCreate", cublasCreate(handle));
        try {
            cudaStream_t queue = new cudaStream_t(((JCudaDriver) driver).stream(stream));
            check("cublasSetStream", cublasSetStream(handle, queue));
            check("cublasSetMathMode", cublasSetMathMode(handle, cublasMath.CUBLAS_PEDANTIC_MATH));
        } catch (DeviceException e) {
            close();
            throw e;
        }
    }

    @Override
    public synchronized void multiply(ColumnMajorGemm call, float alpha, long a, long b, float beta, long c) {
        scalars.putFloat(0, alpha).putFloat(Float.BYTES, beta);
        int status = cublasSgemm(
                handle,
                operation(call.transposeFirst()),
                operation(call.transposeSecond()),
                call.m(),
                call.n(),
                call.k(),
                alphaPointer,
                new Address(b),
                call.firstLeading(),
                new Address(a),
                call.secondLeading(),
                betaPointer,
                new Address(c),
                call.resultLeading());
        check("cublasSgemm", status);
    }

    private static int operation(boolean transpose) {
        return transpose ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
    }

    private static void check(String call, int status) {
        if (status != cublasStatus.CUBLAS_STATUS_SUCCESS) {
            throw new DeviceException("cuBLAS: " + call + " returned " + cublasStatus.stringFor(status));
        }
    }

    @Override
    public void close() {
        cublasDestroy(handle);
    }
}
