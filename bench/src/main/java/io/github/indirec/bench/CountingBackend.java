package io.github.indirec.bench;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.RaggedLayout;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * A backend that counts the floating-point operations of the matrix products that pass through it, a fused
 * multiply-add being two, from the shapes that occur, so that a ragged batch counts what it has and no padding:
 *
 * <pre>
 * product [M x K][K x N]                  2 M N K
 * attention, forward                      4 P D      (Q K^T, P V)
 * attention, backward                     8 P D      (dP, dV, dQ, dK)
 * with relative positions                twice both
 * reverse chain of diffusion             2 T B D D
 * the same of a perceptron               4 T B D F
 * cross-entropy over a table, forward     2 B I D    (logits)
 * cross-entropy over a table, backward    4 B I D    (dh, dtable)
 * </pre>
 *
 * P being the pairs of a query and a key that it sees. All else (norms, GELU, softmax, noise, AdamW, the nearest
 * centroid) counts as nothing, and so does what a kernel computes twice.
 */
final class CountingBackend implements Backend {
    private final Backend backend;
    private final AtomicLong flops = new AtomicLong();

    /**
     * @param backend does the work; stays the caller's
     */
    CountingBackend(Backend backend) {
        this.backend = backend;
    }

    /** Floating-point operations so far. */
    long flops() {
        return flops.get();
    }

    private void add(double operations) {
        flops.addAndGet((long) operations);
    }

    private static double pairs(AttentionKernels.Layout layout) {
        RaggedLayout keys = layout.keys();
        double pairs = 0;
        for (int s = 0; s < keys.count(); s++) {
            double n = keys.length(s);
            double m = layout.queries().length(s);
            // The queries are the last m of n rows; the last sees n keys, the one before it n - 1.
            pairs += layout.causal() ? m * n - m * (m - 1) / 2 : m * n;
        }
        return pairs;
    }

    @Override
    public LinalgKernels linalg() {
        return (transposeA, transposeB, alpha, a, b, beta, c) -> {
            double k = transposeA ? a.shape().rows() : a.shape().rowLength();
            add(2 * k * c.size());
            backend.linalg().gemm(transposeA, transposeB, alpha, a, b, beta, c);
        };
    }

    @Override
    public AttentionKernels attention() {
        AttentionKernels kernels = backend.attention();
        return new AttentionKernels() {
            @Override
            public int saved(Layout layout) {
                return kernels.saved(layout);
            }

            @Override
            public int savedRelative(Layout layout) {
                return kernels.savedRelative(layout);
            }

            @Override
            public void forward(Tensor q, Tensor k, Tensor v, Layout layout, Tensor out, Tensor saved) {
                add(4 * pairs(layout) * q.shape().rowLength());
                kernels.forward(q, k, v, layout, out, saved);
            }

            @Override
            public void backward(
                    Tensor q,
                    Tensor k,
                    Tensor v,
                    Layout layout,
                    Tensor out,
                    Tensor saved,
                    Tensor dout,
                    Tensor dq,
                    Tensor dk,
                    Tensor dv) {
                add(8 * pairs(layout) * q.shape().rowLength());
                kernels.backward(q, k, v, layout, out, saved, dout, dq, dk, dv);
            }

            @Override
            public void forwardRelative(
                    Tensor q,
                    Tensor k,
                    Tensor v,
                    Tensor positionKeys,
                    Tensor positionQueries,
                    Layout layout,
                    Tensor out,
                    Tensor saved) {
                add(8 * pairs(layout) * q.shape().rowLength());
                kernels.forwardRelative(q, k, v, positionKeys, positionQueries, layout, out, saved);
            }

            @Override
            public void backwardRelative(
                    Tensor q,
                    Tensor k,
                    Tensor v,
                    Tensor positionKeys,
                    Tensor positionQueries,
                    Layout layout,
                    Tensor out,
                    Tensor saved,
                    Tensor dout,
                    Tensor dq,
                    Tensor dk,
                    Tensor dv,
                    Tensor dPositionKeys,
                    Tensor dPositionQueries) {
                add(16 * pairs(layout) * q.shape().rowLength());
                kernels.backwardRelative(
                        q, k, v, positionKeys, positionQueries, layout, out, saved, dout, dq, dk, dv, dPositionKeys,
                        dPositionQueries);
            }
        };
    }

    @Override
    public LossKernels loss() {
        return new CountingLoss(backend.loss(), this::add);
    }

    @Override
    public DiffusionKernels diffusion() {
        DiffusionKernels kernels = backend.diffusion();
        return new DiffusionKernels() {
            @Override
            public void qSample(
                    Tensor x0, Tensor noise, float[] signalScale, float[] noiseScale, int[] t, Tensor out) {
                kernels.qSample(x0, noise, signalScale, noiseScale, t, out);
            }

            @Override
            public void qSampleBackward(Tensor dout, float[] signalScale, int[] t, Tensor dx0) {
                kernels.qSampleBackward(dout, signalScale, t, dx0);
            }

            @Override
            public void reverseChain(Chain chain, Tensor x) {
                double steps = chain.steps().count() - chain.steps().stop();
                add(2 * steps * x.size() * x.shape().rowLength());
                kernels.reverseChain(chain, x);
            }

            @Override
            public void reverseChain(MlpChain chain, Tensor x) {
                double steps = chain.steps().count() - chain.steps().stop();
                add(4 * steps * x.size() * chain.w1().shape().rows());
                kernels.reverseChain(chain, x);
            }

            @Override
            public boolean prefersMlpChain() {
                return kernels.prefersMlpChain();
            }
        };
    }

    @Override
    public Device device() {
        return backend.device();
    }

    @Override
    public String description() {
        return backend.description();
    }

    @Override
    public Tensor allocate(DType dtype, Shape shape) {
        return backend.allocate(dtype, shape);
    }

    @Override
    public int concurrency() {
        return backend.concurrency();
    }

    @Override
    public void forEach(int count, IntConsumer task) {
        backend.forEach(count, task);
    }

    @Override
    public ElementwiseKernels elementwise() {
        return backend.elementwise();
    }

    @Override
    public IndexKernels index() {
        return backend.index();
    }

    @Override
    public NormKernels norm() {
        return backend.norm();
    }

    @Override
    public RandomKernels random() {
        return backend.random();
    }

    @Override
    public OptimizerKernels optimizer() {
        return backend.optimizer();
    }

    @Override
    public RankingKernels ranking() {
        return backend.ranking();
    }

    @Override
    public ClusterKernels cluster() {
        return backend.cluster();
    }

    /** Leaves the backend open: it is the caller's. */
    @Override
    public void close() {}
}
