package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.Tensor;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;

/** Layer normalisation of the rows of a padded batch. */
public class LayerNormBenchmark extends KernelBenchmark {
    private static final int ROWS = 12_800;
    private static final int WIDTH = 64;
    private static final double EPS = 1e-12;

    private final Tensor x = normal(1, ROWS, WIDTH);
    private final Tensor gamma = normal(2, WIDTH);
    private final Tensor beta = normal(3, WIDTH);
    private final Tensor dy = normal(4, ROWS, WIDTH);
    private final Tensor out = blank(ROWS, WIDTH);
    private final Tensor mean = blank(ROWS);
    private final Tensor rstd = blank(ROWS);
    private final Tensor dx = blank(ROWS, WIDTH);
    private final Tensor dgamma = blank(WIDTH);
    private final Tensor dbeta = blank(WIDTH);

    private void forward(CpuBackend kernels) {
        kernels.norm().layerNorm(x, gamma, beta, EPS, out, mean, rstd);
    }

    private void backward(CpuBackend kernels) {
        kernels.norm().layerNormBackward(x, gamma, mean, rstd, dy, dx, false, dgamma, dbeta);
    }

    @Override
    void callAll(CpuBackend kernels) {
        forward(kernels);
        backward(kernels);
    }

    @Override
    List<Tensor> written() {
        return List.of(out, mean, rstd, dx, dgamma, dbeta);
    }

    @Benchmark
    @Workload(kernel = "LayerNorm, forward", size = "12,800 x 64")
    public void forward() {
        forward(backend);
    }

    @Benchmark
    @Workload(kernel = "LayerNorm, backward", size = "12,800 x 64")
    public void backward() {
        backward(backend);
    }
}
