package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.RandomKernels;

/** Random fields on a CUDA device: random.cu. */
final class CudaRandom implements RandomKernels {
    private final KernelFamily kernels;

    CudaRandom(CudaDevice device) {
        this.kernels = new KernelFamily(device, "random");
    }

    @Override
    public void normal(RandomKey key, int firstRow, Tensor out) {
        kernels.launch("normal")
                .key(key)
                .i32(firstRow)
                .i32(out.shape().rowLength())
                .i32(out.size())
                .tensor(out)
                .run(Grid.blocks(out.size(), Grid.TILE), Grid.THREADS);
    }
}
