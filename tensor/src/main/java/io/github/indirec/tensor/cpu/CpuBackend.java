package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.ClusterKernels;
import io.github.indirec.tensor.spi.DiffusionKernels;
import io.github.indirec.tensor.spi.ElementwiseKernels;
import io.github.indirec.tensor.spi.HostStorage;
import io.github.indirec.tensor.spi.IndexKernels;
import io.github.indirec.tensor.spi.LinalgKernels;
import io.github.indirec.tensor.spi.LossKernels;
import io.github.indirec.tensor.spi.NormKernels;
import io.github.indirec.tensor.spi.OptimizerKernels;
import io.github.indirec.tensor.spi.RandomKernels;
import io.github.indirec.tensor.spi.RankingKernels;
import java.util.function.IntConsumer;

/**
 * The CPU: for each op family a scalar class, which is the specification, and a vector class with the same bits; the
 * results are the same for any number of threads. Thread-safe.
 */
public final class CpuBackend implements Backend {
    private final CpuContext context;
    private final BufferPool pool = new BufferPool();
    private final String description;
    private final ElementwiseKernels elementwise;
    private final LinalgKernels linalg;
    private final IndexKernels index;
    private final NormKernels norm;
    private final AttentionKernels attention;
    private final LossKernels loss;
    private final RandomKernels random;
    private final OptimizerKernels optimizer;
    private final RankingKernels ranking;
    private final ClusterKernels cluster;
    private final DiffusionKernels diffusion;

    /**
     * Starts {@code threads - 1} workers.
     *
     * @param vector whether to use the Vector API kernels; {@link VectorSupport} says whether they exist here
     */
    CpuBackend(int threads, boolean vector, String description) {
        this.context = new CpuContext(threads, vector);
        this.description = description;
        this.elementwise = new CpuElementwise(context);
        this.linalg = new CpuLinalg(context);
        this.index = new CpuIndex(context);
        this.norm = new CpuNorm(context);
        this.attention = new CpuAttention(context);
        this.loss = new CpuLoss(context);
        this.random = new CpuRandom(context);
        this.optimizer = new CpuOptimizer(context);
        this.ranking = new CpuRanking(context);
        this.cluster = new CpuCluster(context);
        this.diffusion = new CpuDiffusion(context);
    }

    @Override
    public Device device() {
        return Device.CPU;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Tensor allocate(DType dtype, Shape shape) {
        Object array = dtype == DType.F32 ? pool.floats(shape.size()) : pool.doubles(shape.size());
        HostStorage storage = new HostStorage(array, shape.size(), pool::giveBack);
        return new Tensor(shape, dtype, Device.CPU, storage, 0, true);
    }

    @Override
    public int concurrency() {
        return context.parallel.threads();
    }

    @Override
    public void forEach(int count, IntConsumer task) {
        context.parallel.ranges(count, 1, (from, to) -> {
            for (int i = from; i < to; i++) {
                task.accept(i);
            }
        });
    }

    @Override
    public ElementwiseKernels elementwise() {
        return elementwise;
    }

    @Override
    public LinalgKernels linalg() {
        return linalg;
    }

    @Override
    public IndexKernels index() {
        return index;
    }

    @Override
    public NormKernels norm() {
        return norm;
    }

    @Override
    public AttentionKernels attention() {
        return attention;
    }

    @Override
    public LossKernels loss() {
        return loss;
    }

    @Override
    public RandomKernels random() {
        return random;
    }

    @Override
    public OptimizerKernels optimizer() {
        return optimizer;
    }

    @Override
    public RankingKernels ranking() {
        return ranking;
    }

    @Override
    public ClusterKernels cluster() {
        return cluster;
    }

    @Override
    public DiffusionKernels diffusion() {
        return diffusion;
    }

    @Override
    public void close() {
        context.parallel.close();
        pool.close();
    }
}
