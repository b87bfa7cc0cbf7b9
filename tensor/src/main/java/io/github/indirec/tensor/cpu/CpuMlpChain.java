package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.spi.HostStorage.doubles;
import static io.github.indirec.tensor.spi.HostStorage.floats;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.DiffusionKernels.MlpChain;
import io.github.indirec.tensor.spi.DiffusionKernels.Steps;

/** The guided reverse chain of a perceptron on the CPU: all steps on some rows. */
final class CpuMlpChain {
    private final CpuContext context;
    private final ScalarMlpChain kernels;
    private final ScalarDiffusion noise;
    private final Float64MlpChain kernels64;
    private final Float64Diffusion noise64;
    private final ThreadLocal<int[]> words = ThreadLocal.withInitial(() -> new int[ScalarRandom.WORDS]);

    CpuMlpChain(CpuContext context) {
        this.context = context;
        ScalarGemm gemm = context.kernels(ScalarGemm.class, ScalarRowGemm::new, "VectorGemm");
        ScalarElementwise elementwise =
                context.kernels(ScalarElementwise.class, ScalarElementwise::new, "VectorElementwise");
        this.kernels = new ScalarMlpChain(gemm, elementwise);
        this.noise = new ScalarDiffusion(
                gemm, elementwise, context.kernels(ScalarRandom.class, ScalarRandom::new, "VectorRandom"));
        this.kernels64 = new Float64MlpChain(new Float64RowGemm(), new Float64Elementwise());
        this.noise64 = new Float64Diffusion(new Float64RowGemm(), new Float64Elementwise(), new Float64Random());
    }

    /** Rows {@code from} up to {@code to}. */
    void run(MlpChain chain, Tensor x, int from, int to) {
        if (x.dtype() == DType.F32) {
            run32(chain, x, from, to);
        } else {
            run64(chain, x, from, to);
        }
    }

    private void run32(MlpChain chain, Tensor x, int from, int to) {
        int width = x.shape().rowLength();
        int inner = chain.w1().shape().rows();
        int rows = to - from;
        int at = x.offset() + from * width;
        int u = chain.conditionTerm().offset() + from * inner;
        Steps steps = chain.steps();
        int[] buffer = words.get();
        float[] m = context.scratch(CpuContext.DIFFUSION, 2 * rows * inner);
        float[] scratch = context.scratch(CpuContext.REDUCTION, rows * width);
        noise.start(steps.start(), from, rows, width, buffer, floats(x), at);
        for (int t = steps.count() - 1; t >= steps.stop(); t--) {
            int q = chain.stepTerms().offset() + t * inner;
            int r = chain.nothingTerms().offset() + t * inner;
            kernels.hidden(
                    (float) (1 + chain.w()), (float) -chain.w(), rows, width, inner, floats(x), at, floats(chain.w1()),
                    chain.w1().offset(), floats(chain.conditionTerm()), u, floats(chain.stepTerms()), q,
                    floats(chain.nothingTerms()), r, m);
            kernels.step(
                    steps.coef1()[t], steps.coef2()[t], rows, width, inner, m, floats(chain.w2()),
                    chain.w2().offset(), floats(chain.b2()), chain.b2().offset(), floats(x), at, scratch);
            if (t > 0) {
                noise.noise(
                        steps.noiseScale()[t], steps.noise()[t], from, rows, width, buffer, floats(x), at, scratch);
            }
        }
    }

    private void run64(MlpChain chain, Tensor x, int from, int to) {
        int width = x.shape().rowLength();
        int inner = chain.w1().shape().rows();
        int rows = to - from;
        int at = x.offset() + from * width;
        int u = chain.conditionTerm().offset() + from * inner;
        Steps steps = chain.steps();
        int[] buffer = words.get();
        double[] m = new double[2 * rows * inner];
        double[] scratch = new double[rows * width];
        noise64.start(steps.start(), from, rows, width, buffer, doubles(x), at);
        for (int t = steps.count() - 1; t >= steps.stop(); t--) {
            int q = chain.stepTerms().offset() + t * inner;
            int r = chain.nothingTerms().offset() + t * inner;
            kernels64.hidden(
                    1 + chain.w(), -chain.w(), rows, width, inner, doubles(x), at, doubles(chain.w1()),
                    chain.w1().offset(), doubles(chain.conditionTerm()), u, doubles(chain.stepTerms()), q,
                    doubles(chain.nothingTerms()), r, m);
            kernels64.step(
                    steps.coef1()[t], steps.coef2()[t], rows, width, inner, m, doubles(chain.w2()),
                    chain.w2().offset(), doubles(chain.b2()), chain.b2().offset(), doubles(x), at, scratch);
            if (t > 0) {
                noise64.noise(
                        steps.noiseScale()[t], steps.noise()[t], from, rows, width, buffer, doubles(x), at, scratch);
            }
        }
    }
}
