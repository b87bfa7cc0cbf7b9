package io.github.indirec.kernels;

import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.NormKernels;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class CudaNormTest extends DeviceTest {
    /** Rows and columns: every form of a kernel at its longest row and before it, half-filled blocks, nothing. */
    private static final int[][] MATRICES = {
        {9, 64}, {3, 50}, {1, 1}, {5, 128}, {2, 65}, {3, 256}, {1, 129}, {3, 257}, {1, 512}, {0, 64}
    };

    private static final RandomKey KEY = new RandomKey(-3, 5, 2);
    private static final double EPS = 1e-12;

    /** Sums of at most 70 terms of size 1 in another order: 16 roundings of 2^-24 at sums below 50. */
    private static final double SUM_ABSOLUTE = 5e-5;

    private void same(String what, BiFunction<NormKernels, Place, List<Tensor>> op) {
        compare(what, Backend::norm, CudaNorm::new, SAME_BITS, SAME_BITS, op);
    }

    private static String name(String op, int[] shape) {
        return op + " of " + shape[0] + " x " + shape[1];
    }

    @Test
    void layerNormHasTheCpusBits() {
        for (int[] shape : MATRICES) {
            same(name("layerNorm", shape), (kernels, place) -> {
                Tensor out = place.out(shape);
                Tensor mean = place.out(shape[0]);
                Tensor rstd = place.out(shape[0]);
                Tensor gamma = place.in(normals(2, shape[1]));
                Tensor beta = place.in(normals(3, shape[1]));
                kernels.layerNorm(place.in(normals(1, shape)), gamma, beta, EPS, out, mean, rstd);
                return List.of(out, mean, rstd);
            });
        }
    }

    @Test
    void residualNormHasTheCpusBitsWithAndWithoutDropoutAndInPlace() {
        for (int[] shape : MATRICES) {
            for (double p : new double[] {0, 0.3}) {
                boolean inPlace = shape[1] % 2 == 0;
                same(name("residualNorm " + p, shape), (kernels, place) -> {
                    Tensor x = place.in(normals(1, shape));
                    Tensor sum = inPlace ? x : place.out(shape);
                    Tensor out = place.out(shape);
                    Tensor mean = place.out(shape[0]);
                    Tensor rstd = place.out(shape[0]);
                    int[] rows = integers(7, shape[0], 1 << 20);
                    kernels.residualNorm(
                            x,
                            place.in(normals(2, shape[1])),
                            p,
                            KEY,
                            rows,
                            place.in(normals(3, shape)),
                            place.in(normals(4, shape[1])),
                            place.in(normals(5, shape[1])),
                            EPS,
                            sum,
                            out,
                            mean,
                            rstd);
                    return List.of(sum, out, mean, rstd);
                });
            }
        }
    }

    /** The gradients of gamma and beta, or that of x. */
    private List<Tensor> backward(NormKernels k, Place place, int[] shape, boolean accumulate, boolean parameters) {
        Tensor x = place.in(normals(1, shape));
        Tensor gamma = place.in(normals(2, shape[1]));
        Tensor mean = place.out(shape[0]);
        Tensor rstd = place.out(shape[0]);
        Tensor dx = place.out(shape);
        Tensor dgamma = place.in(normals(5, shape[1]));
        Tensor dbeta = place.in(normals(6, shape[1]));
        Tensor dy = place.in(normals(4, shape));
        k.layerNorm(x, gamma, place.in(normals(3, shape[1])), EPS, dx, mean, rstd);
        k.layerNormBackward(x, gamma, mean, rstd, dy, dx, accumulate, dgamma, dbeta);
        return parameters ? List.of(dgamma, dbeta) : List.of(dx);
    }

    @Test
    void theGradientOfLayerNormsInputHasTheCpusBits() {
        for (int[] shape : MATRICES) {
            same(name("dx", shape), (kernels, place) -> backward(kernels, place, shape, false, false));
        }
    }

    @Test
    void theGradientsOfGammaAndBetaMatchAcrossChunks() {
        for (int[] shape : new int[][] {{70, 64}, {64, 20}, {17, 128}, {66, 256}, {70, 260}, {0, 64}, {0, 300}}) {
            for (boolean accumulate : new boolean[] {false, true}) {
                compare(name("dgamma, dbeta", shape), Backend::norm, CudaNorm::new, 0, SUM_ABSOLUTE, (k, place) ->
                        backward(k, place, shape, accumulate, true));
            }
        }
    }

    @Test
    void normalizedRowsAndTheirGradientHaveTheCpusBits() {
        for (int[] shape : MATRICES) {
            same(name("normalizeRows", shape), (kernels, place) -> {
                Tensor out = place.out(shape);
                Tensor norm = place.out(shape[0]);
                Tensor dx = place.out(shape);
                kernels.normalizeRows(place.in(normals(1, shape)), 1e-8, out, norm);
                kernels.normalizeRowsBackward(out, norm, place.in(normals(2, shape)), dx);
                return List.of(out, norm, dx);
            });
        }
    }

    @Test
    void rowsOfZeroAndOfNaNNormaliseAsOnTheCpu() {
        same("special rows", (kernels, place) -> {
            float[] values = new float[3 * 5];
            values[7] = Float.NaN;
            values[10] = 1e-20f;
            Tensor x = place.in(Tensor.of(Shape.of(3, 5), values));
            Tensor out = place.out(3, 5);
            Tensor norm = place.out(3);
            kernels.normalizeRows(x, 1e-8, out, norm);
            return List.of(out, norm);
        });
    }
}
