package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.KernelFixtures.assertClose;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertSameBitsOnAnyThreads;
import static io.github.indirec.tensor.cpu.KernelFixtures.assertVectorEqualsScalar;
import static io.github.indirec.tensor.cpu.KernelFixtures.assumeVector;
import static io.github.indirec.tensor.cpu.KernelFixtures.normal;
import static io.github.indirec.tensor.cpu.KernelFixtures.run;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.OptimizerKernels;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptimizerKernelsTest {
    private static final int[] LENGTHS = {0, 1, 7, 8, 15, 16, 17, 31, 33, 64, 100, 1000};
    private static final int STEPS = 5;

    /** Five steps of eight roundings each on values of size 1. */
    private static final double FLOAT = 1e-6;

    /** The same in float64. */
    private static final double DOUBLE = 1e-14;

    private static OptimizerKernels.AdamW settings(int step) {
        return new OptimizerKernels.AdamW(1e-2, 0.9, 0.999, 1e-8, 0.05, 0.5, step);
    }

    /** Parameter, first and second moment after some steps with changing gradients. */
    private static List<Tensor> train(CpuContext context, DType dtype, int count) {
        CpuOptimizer kernels = new CpuOptimizer(context);
        Tensor p = normal(dtype, 1, 1, count);
        Tensor m = Tensor.zeros(Shape.of(count), dtype);
        Tensor v = Tensor.zeros(Shape.of(count), dtype);
        for (int step = 1; step <= STEPS; step++) {
            kernels.adamW(p, normal(dtype, 10 + step, 1, count), m, v, settings(step));
        }
        return List.of(p, m, v);
    }

    /** The formula of the paper, Algorithm 2 with the learning rate as schedule multiplier, in float64. */
    private static double[] expected(DType dtype, int count) {
        double[] p = normal(dtype, 1, 1, count).toDoubles();
        double[] m = new double[count];
        double[] v = new double[count];
        for (int step = 1; step <= STEPS; step++) {
            OptimizerKernels.AdamW s = settings(step);
            double[] g = normal(dtype, 10 + step, 1, count).toDoubles();
            for (int i = 0; i < count; i++) {
                double gi = s.gradientScale() * g[i];
                m[i] = s.beta1() * m[i] + (1 - s.beta1()) * gi;
                v[i] = s.beta2() * v[i] + (1 - s.beta2()) * gi * gi;
                double mHat = m[i] / (1 - Math.pow(s.beta1(), step));
                double vHat = v[i] / (1 - Math.pow(s.beta2(), step));
                p[i] -= s.learningRate() * s.weightDecay() * p[i];
                p[i] -= s.learningRate() * mHat / (Math.sqrt(vHat) + s.eps());
            }
        }
        return p;
    }

    @Test
    void adamWFollowsThePaper() {
        Tensor floats = run(context -> train(context, DType.F32, 100)).get(0);
        assertClose("float32", expected(DType.F32, 100), floats.toDoubles(), FLOAT);
        Tensor doubles = run(context -> train(context, DType.F64, 100)).get(0);
        assertClose("float64", expected(DType.F64, 100), doubles.toDoubles(), DOUBLE);
    }

    @Test
    void adamWGivesTheSameBitsOnAnyNumberOfThreads() {
        assertSameBitsOnAnyThreads("adamW", context -> train(context, DType.F32, 50_001));
    }

    @Test
    void vectorAdamWGivesTheScalarBits() {
        assumeVector();
        for (int length : LENGTHS) {
            assertVectorEqualsScalar(length + " values", context -> train(context, DType.F32, length));
        }
    }

    @Test
    void aZeroGradientFromTheStartOnlyDecays() {
        Tensor p = Tensor.of(Shape.of(2), 1f, -2f);
        Tensor m = Tensor.of(Shape.of(2), 0f, 0f);
        Tensor v = Tensor.of(Shape.of(2), 0f, 0f);
        Tensor g = Tensor.of(Shape.of(2), 0f, 0f);
        run(context -> {
            new CpuOptimizer(context).adamW(p, g, m, v, settings(1));
            return null;
        });
        float decay = (float) (1 - 1e-2 * 0.05);
        assertEquals(decay, p.toFloats()[0]);
        assertEquals(-2 * decay, p.toFloats()[1]);
    }

    private static double sumOfSquares(CpuContext context, DType dtype, int count) {
        return new CpuOptimizer(context).sumOfSquares(normal(dtype, 3, 1, count));
    }

    private static List<Tensor> boxed(CpuContext context, int count) {
        return List.of(Tensor.ofDoubles(Shape.of(1), sumOfSquares(context, DType.F32, count)));
    }

    @Test
    void sumOfSquaresIsTheSquaredNorm() {
        for (int count : new int[] {0, 1, 17, 4096, 10_000}) {
            double expected = 0;
            for (double value : normal(DType.F32, 3, 1, count).toDoubles()) {
                expected += value * value;
            }
            // 256 roundings in each lane of a block.
            double tolerance = expected * 256 * 6e-8;
            double found = run(context -> sumOfSquares(context, DType.F32, count));
            assertEquals(expected, found, tolerance, count + " values");
        }
    }

    @Test
    void sumOfSquaresGivesTheSameBitsAsVectorAndOnAnyNumberOfThreads() {
        for (int length : LENGTHS) {
            if (VectorSupport.unavailable().isEmpty()) {
                assertVectorEqualsScalar(length + " values", context -> boxed(context, length));
            }
        }
        assertSameBitsOnAnyThreads("100003 values", context -> boxed(context, 100_003));
    }
}
