package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.Tensor;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The 20 best of one user's scores, in the only form there is; checked against sorting them all. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public class TopItemsBenchmark {
    private static final int ITEMS = 12_101;
    private static final int K = 20;

    private final Tensor scores = KernelBenchmark.normal(1, 1, ITEMS);
    private final int[] items = new int[K];
    private final float[] itemScores = new float[K];
    private final CpuBackend backend = VectorUnit.backend(false);

    @Setup
    public void checkThenReady() {
        float[] values = scores.toFloats();
        float[] expected = new float[K];
        int[] best = IntStream.range(0, ITEMS)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(item -> -values[item]).thenComparingInt(item -> item))
                .mapToInt(item -> item)
                .limit(K)
                .toArray();
        top20();
        float[] found = new float[K];
        for (int i = 0; i < K; i++) {
            expected[i] = best[i];
            found[i] = items[i];
        }
        Agreement.requireSameBits("top 20", expected, found);
        WarmUp.settle(this::top20);
    }

    @Benchmark
    @Workload(kernel = "top 20 of a row", size = "12,101")
    public int top20() {
        return backend.ranking().topK(scores, 0, 0, ITEMS, K, items, itemScores);
    }
}
