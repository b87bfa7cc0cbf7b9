package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.Tensor;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;

/** The assignment half of a Lloyd iteration. */
public class KMeansBenchmark extends KernelBenchmark {
    private static final int POINTS = 20_000;
    private static final int WIDTH = 64;
    private static final int CLUSTERS = 1024;

    private final Tensor points = normal(1, POINTS, WIDTH);
    private final Tensor centroids = normal(2, CLUSTERS, WIDTH);
    private final int[] assignment = new int[POINTS];
    private final float[] distances = new float[POINTS];
    private final Tensor assigned = blank(POINTS);
    private final Tensor squaredDistances = blank(POINTS);

    @Override
    void callAll(CpuBackend kernels) {
        kernels.cluster().assign(points, centroids, assignment, distances);
        float[] exact = new float[POINTS];
        for (int i = 0; i < POINTS; i++) {
            exact[i] = assignment[i];
        }
        assigned.copyFrom(exact);
        squaredDistances.copyFrom(distances);
    }

    @Override
    List<Tensor> written() {
        return List.of(assigned, squaredDistances);
    }

    @Benchmark
    @Workload(kernel = "k-means assignment", size = "20,000 x 64 to 1,024")
    public void assign() {
        backend.cluster().assign(points, centroids, assignment, distances);
    }
}
