package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels.Layout;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;

/** Causal attention with dropout within each sequence of a ragged batch, heads and width as the model has them. */
public class AttentionBenchmark extends KernelBenchmark {
    private static final int SEQUENCES = 256;
    private static final int MAX_LENGTH = 50;
    private static final int WIDTH = 64;
    private static final int HEADS = 2;
    private static final double DROPPED = 0.5;

    private final RaggedLayout rows = RaggedLayout.ofLengths(lengths(), MAX_LENGTH);
    private final Layout layout = new Layout(rows, rows, HEADS, true, DROPPED, new RandomKey(2022, 1, 1));
    private final Tensor q = normal(1, rows.rows(), WIDTH);
    private final Tensor k = normal(2, rows.rows(), WIDTH);
    private final Tensor v = normal(3, rows.rows(), WIDTH);
    private final Tensor dout = normal(4, rows.rows(), WIDTH);
    private final Tensor out = blank(rows.rows(), WIDTH);
    private final Tensor weights = blank(layout.weights());
    private final Tensor dq = blank(rows.rows(), WIDTH);
    private final Tensor dk = blank(rows.rows(), WIDTH);
    private final Tensor dv = blank(rows.rows(), WIDTH);

    /**
     * Quantiles of a Lomax distribution (scale 5, shape 1.4), cut at 50: mean 8.2 and median 4, nearly those of Beauty's
     * sub-sequences (8.4 and 4), in mixed order.
     */
    private static int[] lengths() {
        int[] lengths = new int[SEQUENCES];
        for (int s = 0; s < SEQUENCES; s++) {
            // 97 is odd, so every quantile comes once.
            double above = 1 - (s * 97 % SEQUENCES + 0.5) / SEQUENCES;
            double length = Math.ceil(5 * (StrictMath.pow(above, -1 / 1.4) - 1));
            lengths[s] = (int) Math.max(1, Math.min(MAX_LENGTH, length));
        }
        return lengths;
    }

    private void forward(CpuBackend kernels) {
        kernels.attention().forward(q, k, v, layout, out, weights);
    }

    private void backward(CpuBackend kernels) {
        kernels.attention().backward(q, k, v, layout, out, weights, dout, dq, dk, dv);
    }

    @Override
    void callAll(CpuBackend kernels) {
        forward(kernels);
        backward(kernels);
    }

    @Override
    List<Tensor> written() {
        return List.of(out, weights, dq, dk, dv);
    }

    @Benchmark
    @Workload(kernel = "ragged attention, forward", size = "256 sequences, 2,100 rows x 64")
    public void forward() {
        forward(backend);
    }

    @Benchmark
    @Workload(kernel = "ragged attention, backward", size = "256 sequences, 2,100 rows x 64")
    public void backward() {
        backward(backend);
    }
}
