package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;

/** What Philox words become: normal numbers for the diffusion, dropout for the encoder. */
public class RandomBenchmark extends KernelBenchmark {
    private static final int ROWS = 12_800;
    private static final int WIDTH = 64;
    private static final double DROPPED = 0.5;
    private static final RandomKey KEY = new RandomKey(2022, 1, 1);

    private final int[] coordinates = IntStream.range(0, ROWS).toArray();
    private final Tensor x = normal(1, ROWS, WIDTH);
    private final Tensor kept = blank(ROWS, WIDTH);
    private final Tensor normals = blank(ROWS, WIDTH);

    private void dropout(CpuBackend kernels) {
        kernels.elementwise().dropout(x, DROPPED, KEY, coordinates, kept);
    }

    private void normals(CpuBackend kernels) {
        kernels.random().normal(KEY, 0, normals);
    }

    @Override
    void callAll(CpuBackend kernels) {
        dropout(kernels);
        normals(kernels);
    }

    @Override
    List<Tensor> written() {
        return List.of(kept, normals);
    }

    @Benchmark
    @Workload(kernel = "dropout", size = "12,800 x 64")
    public void dropout() {
        dropout(backend);
    }

    @Benchmark
    @Workload(kernel = "normal numbers", size = "12,800 x 64")
    public void normals() {
        normals(backend);
    }
}
