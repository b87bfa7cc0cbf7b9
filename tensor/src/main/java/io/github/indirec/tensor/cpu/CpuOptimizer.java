package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.spi.HostStorage.doubles;
import static io.github.indirec.tensor.spi.HostStorage.floats;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.OptimizerKernels;

/** Parameter updates on the CPU: shares values out among threads. */
final class CpuOptimizer implements OptimizerKernels {
    /** Values a piece: about 5 microseconds, well above the cost of handing a piece over. */
    private static final int GRAIN = 16_384;

    private final CpuContext context;
    private final ScalarOptimizer kernels;
    private final Float64Optimizer kernels64 = new Float64Optimizer();

    CpuOptimizer(CpuContext context) {
        this.context = context;
        this.kernels = context.kernels(ScalarOptimizer.class, ScalarOptimizer::new, "VectorOptimizer");
    }

    @Override
    public double sumOfSquares(Tensor x) {
        int count = x.size();
        int blocks = (count - 1) / ScalarOptimizer.SUM_BLOCK + 1;
        double[] sums = new double[blocks];
        context.parallel.ranges(blocks, GRAIN / ScalarOptimizer.SUM_BLOCK, (from, to) -> {
            if (x.dtype() == DType.F32) {
                kernels.blockSquares(floats(x), x.offset(), count, from, to, sums);
            } else {
                kernels64.blockSquares(doubles(x), x.offset(), count, from, to, sums);
            }
        });
        double total = 0;
        for (double sum : sums) {
            total += sum;
        }
        return total;
    }

    @Override
    public void adamW(Tensor parameter, Tensor gradient, Tensor m, Tensor v, AdamW settings) {
        // All scalars in float64 before they are rounded once; StrictMath, because these become parameters.
        double decay = 1 - settings.learningRate() * settings.weightDecay();
        double stepSize = settings.learningRate() / (1 - StrictMath.pow(settings.beta1(), settings.step()));
        double rootScale = 1 / Math.sqrt(1 - StrictMath.pow(settings.beta2(), settings.step()));
        context.parallel.ranges(parameter.size(), GRAIN, (from, to) -> {
            if (parameter.dtype() == DType.F32) {
                kernels.adamW(
                        floats(parameter), parameter.offset() + from, floats(gradient), gradient.offset() + from,
                        floats(m), m.offset() + from, floats(v), v.offset() + from, to - from,
                        (float) settings.gradientScale(), (float) settings.beta1(), (float) (1 - settings.beta1()),
                        (float) settings.beta2(), (float) (1 - settings.beta2()), (float) decay, (float) stepSize,
                        (float) rootScale, (float) settings.eps());
            } else {
                kernels64.adamW(
                        doubles(parameter), parameter.offset() + from, doubles(gradient), gradient.offset() + from,
                        doubles(m), m.offset() + from, doubles(v), v.offset() + from, to - from,
                        settings.gradientScale(), settings.beta1(), 1 - settings.beta1(), settings.beta2(),
                        1 - settings.beta2(), decay, stepSize, rootScale, settings.eps());
            }
        });
    }
}
