package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.spi.HostStorage.doubles;
import static io.github.indirec.tensor.spi.HostStorage.floats;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.DiffusionKernels;

/**
 * Diffusion on the CPU: shares rows out among threads. In a reverse chain every thread runs all steps on rows of its
 * own: a step alone is too short to be shared out.
 */
final class CpuDiffusion implements DiffusionKernels {
    /** Values a piece of a noising: about 10 microseconds. */
    private static final int GRAIN = 16_384;

    /** Values of x that are worth a thread of a chain: some 50 microseconds a step, half of it noise. */
    private static final int LEAST_VALUES = 2048;

    private final CpuContext context;
    private final CpuMlpChain mlpChain;
    private final ScalarDiffusion kernels;
    private final Float64Diffusion kernels64 =
            new Float64Diffusion(new Float64RowGemm(), new Float64Elementwise(), new Float64Random());
    private final ThreadLocal<int[]> words = ThreadLocal.withInitial(() -> new int[ScalarRandom.WORDS]);

    CpuDiffusion(CpuContext context) {
        this.context = context;
        this.kernels = new ScalarDiffusion(
                context.kernels(ScalarGemm.class, ScalarRowGemm::new, "VectorGemm"),
                context.kernels(ScalarElementwise.class, ScalarElementwise::new, "VectorElementwise"),
                context.kernels(ScalarRandom.class, ScalarRandom::new, "VectorRandom"));
        this.mlpChain = new CpuMlpChain(context);
    }

    @Override
    public void qSample(Tensor x0, Tensor noise, float[] signalScale, float[] noiseScale, int[] t, Tensor out) {
        int width = x0.shape().rowLength();
        context.parallel.ranges(x0.shape().rows(), GRAIN / Math.max(1, width), (from, to) -> {
            for (int i = from; i < to; i++) {
                int at = i * width;
                float signal = signalScale[t[i]];
                float sigma = noiseScale[t[i]];
                if (x0.dtype() == DType.F32) {
                    kernels.qSample(
                            signal, floats(x0), x0.offset() + at, sigma, floats(noise), noise.offset() + at, width,
                            floats(out), out.offset() + at);
                } else {
                    kernels64.qSample(
                            signal, doubles(x0), x0.offset() + at, sigma, doubles(noise), noise.offset() + at, width,
                            doubles(out), out.offset() + at);
                }
            }
        });
    }

    @Override
    public void qSampleBackward(Tensor dout, float[] signalScale, int[] t, Tensor dx0) {
        int width = dout.shape().rowLength();
        context.parallel.ranges(dout.shape().rows(), GRAIN / Math.max(1, width), (from, to) -> {
            for (int i = from; i < to; i++) {
                int d = dout.offset() + i * width;
                int x = dx0.offset() + i * width;
                if (dout.dtype() == DType.F32) {
                    kernels.qSampleBackward(signalScale[t[i]], floats(dout), d, width, floats(dx0), x);
                } else {
                    kernels64.qSampleBackward(signalScale[t[i]], doubles(dout), d, width, doubles(dx0), x);
                }
            }
        });
    }

    @Override
    public void reverseChain(Chain chain, Tensor x) {
        shareRows(x, (from, to) -> {
            if (x.dtype() == DType.F32) {
                chain32(chain, x, from, to);
            } else {
                chain64(chain, x, from, to);
            }
        });
    }

    @Override
    public void reverseChain(MlpChain chain, Tensor x) {
        shareRows(x, (from, to) -> mlpChain.run(chain, x, from, to));
    }

    /** The loop gave all trained models of this backend. */
    @Override
    public boolean prefersMlpChain() {
        return false;
    }

    private void shareRows(Tensor x, Parallel.RangeTask chain) {
        int rows = x.shape().rows();
        int affordable = Math.min(rows, x.size() / LEAST_VALUES);
        int pieces = Math.max(1, Math.min(affordable, context.parallel.threads()));
        context.parallel.ranges(pieces, 1, (first, end) ->
                chain.run((int) ((long) rows * first / pieces), (int) ((long) rows * end / pieces)));
    }

    private void chain32(Chain chain, Tensor x, int from, int to) {
        int width = x.shape().rowLength();
        int rows = to - from;
        int at = x.offset() + from * width;
        Steps steps = chain.steps();
        int u = chain.conditionTerm().offset() + from * width;
        int[] buffer = words.get();
        float[] scratch = context.scratch(CpuContext.DIFFUSION, rows * width);
        kernels.start(steps.start(), from, rows, width, buffer, floats(x), at);
        for (int t = steps.count() - 1; t >= steps.stop(); t--) {
            int q = chain.stepTerms().offset() + t * width;
            kernels.step(
                    steps.coef1()[t], steps.coef2()[t], rows, width, floats(chain.wx()), chain.wx().offset(),
                    floats(chain.conditionTerm()), u, floats(chain.stepTerms()), q, floats(x), at, scratch);
            if (t > 0) {
                kernels.noise(
                        steps.noiseScale()[t], steps.noise()[t], from, rows, width, buffer, floats(x), at, scratch);
            }
        }
    }

    private void chain64(Chain chain, Tensor x, int from, int to) {
        int width = x.shape().rowLength();
        int rows = to - from;
        int at = x.offset() + from * width;
        Steps steps = chain.steps();
        int u = chain.conditionTerm().offset() + from * width;
        int[] buffer = words.get();
        double[] scratch = new double[rows * width];
        kernels64.start(steps.start(), from, rows, width, buffer, doubles(x), at);
        for (int t = steps.count() - 1; t >= steps.stop(); t--) {
            int q = chain.stepTerms().offset() + t * width;
            kernels64.step(
                    steps.coef1()[t], steps.coef2()[t], rows, width, doubles(chain.wx()), chain.wx().offset(),
                    doubles(chain.conditionTerm()), u, doubles(chain.stepTerms()), q, doubles(x), at, scratch);
            if (t > 0) {
                kernels64.noise(
                        steps.noiseScale()[t], steps.noise()[t], from, rows, width, buffer, doubles(x), at, scratch);
            }
        }
    }
}
