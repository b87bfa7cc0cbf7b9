package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.driver.Cublas;
import io.github.indirec.kernels.driver.CudaDriver;
import io.github.indirec.kernels.driver.DeviceProperties;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.ClusterKernels;
import io.github.indirec.tensor.spi.DiffusionKernels;
import io.github.indirec.tensor.spi.ElementwiseKernels;
import io.github.indirec.tensor.spi.IndexKernels;
import io.github.indirec.tensor.spi.LinalgKernels;
import io.github.indirec.tensor.spi.LossKernels;
import io.github.indirec.tensor.spi.NormKernels;
import io.github.indirec.tensor.spi.OptimizerKernels;
import io.github.indirec.tensor.spi.RandomKernels;
import io.github.indirec.tensor.spi.RankingKernels;
import java.util.List;

/**
 * A CUDA device, or the simulator in its place: for each op family one class that launches the kernels of the .cu file of
 * that name. Float32 alone.
 *
 * <p>Results are the same from run to run, since no kernel adds in an order that chance decides. They agree with the
 * CPU's within rounding, and bit for bit where nothing is rounded: Philox's words, dropout masks, gathered rows.
 */
public final class CudaBackend implements Backend {
    private static final List<String> FAMILIES = List.of(
            "elementwise",
            "activation",
            "gemm",
            "index",
            "norm",
            "attention",
            "relative_attention",
            "cross_entropy",
            "table_cross_entropy",
            "sampled_cross_entropy",
            "info_nce",
            "distance",
            "random",
            "optimizer",
            "ranking",
            "kmeans",
            "diffusion",
            "mlp_chain");

    private final CudaDevice device;
    private final Cublas cublas;
    private final String description;
    private final ElementwiseKernels elementwise;
    private final LinalgKernels ownProducts;
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
    private boolean closed;

    private CudaBackend(CudaDevice device, Cublas cublas, String description) {
        this.device = device;
        this.cublas = cublas;
        this.description = description;
        this.elementwise = new CudaElementwise(device);
        this.ownProducts = new CudaLinalg(device);
        this.linalg = cublas.product().isPresent()
                ? new CublasLinalg(device, cublas.product().get())
                : ownProducts;
        this.index = new CudaIndex(device);
        this.norm = new CudaNorm(device);
        this.attention = new CudaAttention(device);
        this.loss = new CudaLoss(device);
        this.random = new CudaRandom(device);
        this.optimizer = new CudaOptimizer(device);
        this.ranking = new CudaRanking(device);
        this.cluster = new CudaCluster(device);
        this.diffusion = new CudaDiffusion(device);
    }

    /**
     * Opens a device through a driver, which is closed with the backend.
     *
     * @param separate whether every tensor is an allocation of its own, for drivers that check bounds
     */
    public static CudaBackend open(CudaDriver driver, Device device, boolean separate) {
        CudaDevice opened = new CudaDevice(driver, device, separate);
        Cublas cublas = Cublas.open(driver, opened.stream());
        DeviceProperties properties = opened.properties();
        return new CudaBackend(
                opened,
                cublas,
                device + ", " + properties.name() + ", compute capability " + properties.major() + "."
                        + properties.minor() + ", " + properties.multiprocessors() + " multiprocessors, "
                        + (properties.totalBytes() >> 20) + " MiB, products by "
                        + (cublas.product().isPresent() ? "cuBLAS" : "our kernel: " + cublas.reason()));
    }

    /** Names of the .ptx files of all kernels, without their ending. */
    public static List<String> families() {
        return FAMILIES;
    }

    @Override
    public Device device() {
        return device.device();
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Tensor allocate(DType dtype, Shape shape) {
        return device.allocate(dtype, shape);
    }

    @Override
    public ElementwiseKernels elementwise() {
        return elementwise;
    }

    @Override
    public LinalgKernels linalg() {
        return linalg;
    }

    /** Our own matrix products, also where {@link #linalg} is cuBLAS. */
    public LinalgKernels ownProducts() {
        return ownProducts;
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
    public synchronized void close() {
        if (!closed) {
            closed = true;
            cublas.product().ifPresent(Cublas.Product::close);
            device.close();
        }
    }
}
