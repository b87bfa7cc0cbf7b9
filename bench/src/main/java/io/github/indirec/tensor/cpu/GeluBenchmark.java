package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.Tensor;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;

/** Bias, GELU and its derivative in one pass over the feed-forward layer of a padded batch. */
public class GeluBenchmark extends KernelBenchmark {
    private static final int ROWS = 12_800;
    private static final int WIDTH = 256;

    private final Tensor x = normal(1, ROWS, WIDTH);
    private final Tensor bias = normal(2, WIDTH);
    private final Tensor out = blank(ROWS, WIDTH);
    private final Tensor slope = blank(ROWS, WIDTH);

    @Override
    void callAll(CpuBackend kernels) {
        kernels.elementwise().biasGeluWithSlope(x, bias, out, slope);
    }

    @Override
    List<Tensor> written() {
        return List.of(out, slope);
    }

    @Benchmark
    @Workload(kernel = "bias + GELU with slope", size = "12,800 x 256")
    public void biasGeluWithSlope() {
        callAll(backend);
    }
}
