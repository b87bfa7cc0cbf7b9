package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.OptimizerKernels.AdamW;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;

/** One step of the optimiser over as many parameters as the model of Beauty has. */
public class AdamWBenchmark extends KernelBenchmark {
    private static final int PARAMETERS = 900_000;
    private static final AdamW SETTINGS = new AdamW(1e-3, 0.9, 0.999, 1e-8, 0, 1, 10);

    private final float[] start = normal(1, PARAMETERS).toFloats();
    private final Tensor gradient = normal(2, PARAMETERS);
    private final Tensor parameter = blank(PARAMETERS);
    private final Tensor m = blank(PARAMETERS);
    private final Tensor v = blank(PARAMETERS);

    /** From the same start; the timed steps go on from where they are, which costs the same. */
    @Override
    void callAll(CpuBackend kernels) {
        parameter.copyFrom(start);
        m.copyFrom(new float[PARAMETERS]);
        v.copyFrom(new float[PARAMETERS]);
        kernels.optimizer().adamW(parameter, gradient, m, v, SETTINGS);
    }

    @Override
    List<Tensor> written() {
        return List.of(parameter, m, v);
    }

    @Benchmark
    @Workload(kernel = "AdamW step", size = "900,000")
    public void step() {
        backend.optimizer().adamW(parameter, gradient, m, v, SETTINGS);
    }
}
