package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.DeviceBuffer;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.OptimizerKernels;

/** Parameter updates on a CUDA device: optimizer.cu. */
final class CudaOptimizer implements OptimizerKernels {
    private final CudaDevice device;
    private final KernelFamily kernels;

    CudaOptimizer(CudaDevice device) {
        this.device = device;
        this.kernels = new KernelFamily(device, "optimizer");
    }

    @Override
    public double sumOfSquares(Tensor x) {
        int blocks = Grid.blocks(x.size(), Grid.SUM_TILE);
        double[] total = new double[1];
        try (DeviceBuffer sums = device.buffer((long) Float.BYTES * blocks);
                DeviceBuffer sum = device.buffer(Double.BYTES)) {
            kernels.launch("sumOfSquares").tensor(x).i32(x.size()).buffer(sums).run(blocks, Grid.THREADS);
            kernels.launch("sumBlocks").buffer(sums).i32(blocks).buffer(sum).run(1, Grid.THREADS);
            device.download(sum, total, 1);
        }
        return total[0];
    }

    @Override
    public void adamW(Tensor parameter, Tensor gradient, Tensor m, Tensor v, AdamW settings) {
        // All scalars in float64 before they are rounded once, as on the CPU; StrictMath, as they become parameters.
        double decay = 1 - settings.learningRate() * settings.weightDecay();
        double stepSize = settings.learningRate() / (1 - StrictMath.pow(settings.beta1(), settings.step()));
        double rootScale = 1 / Math.sqrt(1 - StrictMath.pow(settings.beta2(), settings.step()));
        kernels.launch("adamW")
                .tensor(parameter)
                .tensor(gradient)
                .tensor(m)
                .tensor(v)
                .f32(settings.gradientScale())
                .f32(settings.beta1())
                .f32(1 - settings.beta1())
                .f32(settings.beta2())
                .f32(1 - settings.beta2())
                .f32(decay)
                .f32(stepSize)
                .f32(rootScale)
                .f32(settings.eps())
                .i32(parameter.size())
                .run(Grid.blocks(parameter.size(), Grid.TILE), Grid.THREADS);
    }
}
