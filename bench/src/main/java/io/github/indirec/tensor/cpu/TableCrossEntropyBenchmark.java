package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * The recommendation loss of a batch over Beauty's item table, with its matrix products. One method, because the
 * backward overwrites what the forward has kept.
 */
public class TableCrossEntropyBenchmark extends KernelBenchmark {
    private static final int BATCH = 256;
    private static final int WIDTH = 64;
    private static final int ITEMS = 12_101;

    private final Tensor h = normal(1, BATCH, WIDTH);
    private final Tensor table = normal(2, ITEMS, WIDTH);
    private final int[] targets = targets(BATCH, ITEMS);
    private final Tensor losses = blank(BATCH);
    private final Tensor saved = blank(ScalarTableCrossEntropy.saved(BATCH, ITEMS));
    private final Tensor dLoss = Tensor.of(Shape.of(1), 1);
    private final Tensor dh = blank(BATCH, WIDTH);
    private final Tensor dtable = blank(ITEMS, WIDTH);

    @Override
    void callAll(CpuBackend kernels) {
        kernels.loss().tableCrossEntropy(h, table, targets, losses, saved);
        kernels.loss()
                .tableCrossEntropyBackward(
                        h, table, targets, saved, dLoss, 1.0 / BATCH, false, dh, false, dtable);
    }

    @Override
    List<Tensor> written() {
        return List.of(losses, dh, dtable);
    }

    @Benchmark
    @Workload(kernel = "cross-entropy over the item table, forward + backward", size = "256 x 64 x 12,101")
    public void forwardAndBackward() {
        callAll(backend);
    }
}
