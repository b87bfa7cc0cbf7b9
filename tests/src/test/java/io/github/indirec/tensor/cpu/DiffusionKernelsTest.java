package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.KernelFixtures.assertClose;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBits;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBitsOnAnyThreads;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertVectorEqualsScalar;
import static io.github.indirec.tensor.cpu.KernelFixtures.assumeVector;
import static io.github.indirec.tensor.cpu.KernelFixtures.blank;
import static io.github.indirec.tensor.cpu.KernelFixtures.normal;
import static io.github.indirec.tensor.cpu.KernelFixtures.run;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.DiffusionKernels.Chain;
import io.github.indirec.tensor.spi.DiffusionKernels.MlpChain;
import io.github.indirec.tensor.spi.DiffusionKernels.Steps;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DiffusionKernelsTest {
    private static final long SEED = 20_260_211;
    private static final int STEPS = 5;
    private static final int[][] SIZES = {{1, 1}, {3, 7}, {37, 16}, {70, 33}, {300, 64}};

    /** The chain contracts, so that float32 stays within some 2^-24 a value and step of float64. */
    private static final double ROUNDING = 1e-5;

    private static float[] scales(int seed) {
        Random random = new Random(SEED + seed);
        float[] scales = new float[STEPS];
        for (int t = 0; t < STEPS; t++) {
            scales[t] = 0.2f + 0.6f * random.nextFloat();
        }
        return scales;
    }

    private static int[] steps(int rows) {
        return new Random(SEED).ints(rows, 0, STEPS).toArray();
    }

    private static Chain chain(DType dtype, int rows, int width, int stop) {
        return new Chain(
                normal(dtype, SEED + 1, 0.5 / Math.sqrt(width), width, width),
                normal(dtype, SEED + 2, 1, rows, width),
                normal(dtype, SEED + 3, 1, STEPS, width),
                chainSteps(stop));
    }

    private static Steps chainSteps(int stop) {
        RandomKey[] keys = new RandomKey[STEPS];
        for (int t = 1; t < STEPS; t++) {
            keys[t] = new RandomKey(SEED, 100 + t, 9);
        }
        return new Steps(scales(1), scales(2), scales(3), new RandomKey(SEED, 99, 9), keys, stop);
    }

    /** With one and a half times as many hidden values as columns. */
    private static MlpChain mlpChain(DType dtype, int rows, int width, int stop) {
        int inner = width + width / 2;
        return new MlpChain(
                normal(dtype, SEED + 1, 0.5 / Math.sqrt(width), inner, width),
                normal(dtype, SEED + 2, 1, rows, inner),
                normal(dtype, SEED + 3, 1, STEPS, inner),
                normal(dtype, SEED + 4, 1, STEPS, inner),
                normal(dtype, SEED + 5, 0.5 / inner, width, inner),
                normal(dtype, SEED + 6, 1, width),
                2,
                chainSteps(stop));
    }

    private static Tensor reverseMlp(CpuContext context, DType dtype, int rows, int width, int stop) {
        Tensor x = blank(dtype, rows, width);
        new CpuDiffusion(context).reverseChain(mlpChain(dtype, rows, width, stop), x);
        return x;
    }

    /** The perceptron's chain as a loop over the other families' kernels. */
    private static Tensor composedMlp(CpuContext context, DType dtype, int rows, int width, int stop) {
        MlpChain chain = mlpChain(dtype, rows, width, stop);
        int inner = chain.w1().shape().rows();
        CpuElementwise elementwise = new CpuElementwise(context);
        CpuLinalg linalg = new CpuLinalg(context);
        CpuRandom random = new CpuRandom(context);
        Tensor x = blank(dtype, rows, width);
        Tensor p = blank(dtype, rows, inner);
        Tensor h = blank(dtype, rows, inner);
        Tensor xhat = blank(dtype, rows, width);
        random.normal(chain.steps().start(), 0, x);
        for (int t = STEPS - 1; t >= stop; t--) {
            linalg.gemm(false, true, 1, x, chain.w1(), 0, p);
            elementwise.add(p, chain.conditionTerm(), h);
            elementwise.biasGelu(h, chain.stepTerms().rows(t, t + 1).reshape(inner), h);
            elementwise.biasGelu(p, chain.nothingTerms().rows(t, t + 1).reshape(inner), p);
            elementwise.scale(-chain.w(), p, p);
            elementwise.axpy(1 + chain.w(), h, p);
            linalg.gemm(false, true, 1, p, chain.w2(), 0, xhat);
            elementwise.addRowVector(xhat, chain.b2(), xhat);
            elementwise.scale(chain.steps().coef2()[t], x, x);
            elementwise.axpy(chain.steps().coef1()[t], xhat, x);
            if (t > 0) {
                random.normal(chain.steps().noise()[t], 0, xhat);
                elementwise.axpy(chain.steps().noiseScale()[t], xhat, x);
            }
        }
        return x;
    }

    private static Tensor reverse(CpuContext context, DType dtype, int rows, int width, int stop) {
        Tensor x = blank(dtype, rows, width);
        new CpuDiffusion(context).reverseChain(chain(dtype, rows, width, stop), x);
        return x;
    }

    /** The chain as a loop over the other families' kernels. */
    private static Tensor composed(CpuContext context, DType dtype, int rows, int width, int stop) {
        Chain chain = chain(dtype, rows, width, stop);
        CpuElementwise elementwise = new CpuElementwise(context);
        CpuRandom random = new CpuRandom(context);
        Tensor x = blank(dtype, rows, width);
        Tensor xhat = blank(dtype, rows, width);
        Tensor z = blank(dtype, rows, width);
        random.normal(chain.steps().start(), 0, x);
        for (int t = STEPS - 1; t >= stop; t--) {
            new CpuLinalg(context).gemm(false, true, 1, x, chain.wx(), 0, xhat);
            elementwise.add(xhat, chain.conditionTerm(), xhat);
            elementwise.addRowVector(xhat, chain.stepTerms().rows(t, t + 1).reshape(width), xhat);
            elementwise.scale(chain.steps().coef2()[t], x, x);
            elementwise.axpy(chain.steps().coef1()[t], xhat, x);
            if (t > 0) {
                random.normal(chain.steps().noise()[t], 0, z);
                elementwise.axpy(chain.steps().noiseScale()[t], z, x);
            }
        }
        return x;
    }

    private static List<Tensor> noising(CpuContext context, DType dtype, int rows, int width) {
        Tensor x0 = normal(dtype, SEED, 1, rows, width);
        Tensor out = blank(dtype, rows, width);
        Tensor dx0 = blank(dtype, rows, width);
        CpuDiffusion kernels = new CpuDiffusion(context);
        kernels.qSample(x0, normal(dtype, SEED + 1, 1, rows, width), scales(1), scales(2), steps(rows), out);
        kernels.qSampleBackward(normal(dtype, SEED + 2, 1, rows, width), scales(1), steps(rows), dx0);
        return List.of(out, dx0);
    }

    /** {@link #noising} by the kernels of arithmetic. */
    private static List<Tensor> composedNoising(CpuContext context, DType dtype, int rows, int width) {
        Tensor signal = blank(dtype, rows);
        Tensor sigma = blank(dtype, rows);
        int[] t = steps(rows);
        float[] values = new float[rows];
        for (int i = 0; i < rows; i++) {
            values[i] = scales(1)[t[i]];
        }
        signal.copyFrom(values);
        for (int i = 0; i < rows; i++) {
            values[i] = scales(2)[t[i]];
        }
        sigma.copyFrom(values);
        CpuElementwise kernels = new CpuElementwise(context);
        Tensor out = blank(dtype, rows, width);
        Tensor noise = blank(dtype, rows, width);
        Tensor dx0 = blank(dtype, rows, width);
        kernels.scaleRows(normal(dtype, SEED, 1, rows, width), signal, out);
        kernels.scaleRows(normal(dtype, SEED + 1, 1, rows, width), sigma, noise);
        kernels.add(out, noise, out);
        kernels.scaleRows(normal(dtype, SEED + 2, 1, rows, width), signal, dx0);
        return List.of(out, dx0);
    }

    @Test
    void allHaveTheBitsOfTheirComposedForm() {
        for (int[] size : SIZES) {
            for (DType dtype : DType.values()) {
                String message = dtype + " " + size[0] + " x " + size[1];
                assertSameBits(
                        message,
                        run(context -> composedNoising(context, dtype, size[0], size[1])),
                        run(context -> noising(context, dtype, size[0], size[1])));
                for (int stop : new int[] {0, 1}) {
                    assertSameBits(
                            message + " down to " + stop,
                            run(context -> List.of(composed(context, dtype, size[0], size[1], stop))),
                            run(context -> List.of(reverse(context, dtype, size[0], size[1], stop))));
                    assertSameBits(
                            message + " of a perceptron down to " + stop,
                            run(context -> List.of(composedMlp(context, dtype, size[0], size[1], stop))),
                            run(context -> List.of(reverseMlp(context, dtype, size[0], size[1], stop))));
                }
            }
        }
    }

    @Test
    void theVectorFormHasTheBitsOfTheScalarOne() {
        assumeVector();
        for (int[] size : SIZES) {
            assertVectorEqualsScalar(
                    size[0] + " x " + size[1],
                    context -> List.of(
                            reverse(context, DType.F32, size[0], size[1], 0),
                            reverseMlp(context, DType.F32, size[0], size[1], 0)));
        }
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBits() {
        assertSameBitsOnAnyThreads("chain", context -> List.of(reverse(context, DType.F32, 301, 64, 0)));
        assertSameBitsOnAnyThreads(
                "perceptron", context -> List.of(reverseMlp(context, DType.F32, 301, 64, 0)));
        assertSameBitsOnAnyThreads("noising", context -> noising(context, DType.F32, 1301, 64));
    }

    @Test
    void float32IsTheRoundingOfFloat64() {
        assertClose(
                "chain",
                run(context -> reverse(context, DType.F64, 37, 16, 0)).toDoubles(),
                run(context -> reverse(context, DType.F32, 37, 16, 0)).toDoubles(),
                ROUNDING);
        assertClose(
                "chain of a perceptron",
                run(context -> reverseMlp(context, DType.F64, 37, 16, 0)).toDoubles(),
                run(context -> reverseMlp(context, DType.F32, 37, 16, 0)).toDoubles(),
                ROUNDING);
    }
}
