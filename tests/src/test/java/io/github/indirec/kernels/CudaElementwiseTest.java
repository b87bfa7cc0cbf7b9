package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.indirec.tensor.Philox;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.ElementwiseKernels;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class CudaElementwiseTest extends DeviceTest {
    /** Nothing, one value, a warp and its neighbours, a whole tile of 1024 with and without a tail. */
    private static final int[] COUNTS = {0, 1, 31, 32, 33, 1024, 2051};

    /** Rows and columns: with rows of whole 16-byte pieces over more than a tile, with odd ones, single ones, none. */
    private static final int[][] MATRICES = {{33, 64}, {7, 150}, {5, 1}, {1, 3}, {0, 4}};

    /**
     * Sums in another order: the terms are of size 1 and the sums below 100, so that 16 roundings of 2^-24 times 100
     * cover what a path through both trees may differ by.
     */
    private static final double SUM_ABSOLUTE = 1e-4;

    private static final RandomKey KEY = new RandomKey(0x0123456789abcdefL, 7, 11);

    private void same(String what, BiFunction<ElementwiseKernels, Place, List<Tensor>> op) {
        compare(what, Backend::elementwise, CudaElementwise::new, SAME_BITS, SAME_BITS, op);
    }

    private void near(String what, BiFunction<ElementwiseKernels, Place, List<Tensor>> op) {
        compare(what, Backend::elementwise, CudaElementwise::new, 0, SUM_ABSOLUTE, op);
    }

    private static String name(String op, int[] shape) {
        return op + " of " + shape[0] + " x " + shape[1];
    }

    @Test
    void fillAndCopyReachEveryValueAndNoOther() {
        for (int n : COUNTS) {
            same("fill and copy of " + n, (kernels, place) -> {
                Tensor whole = place.in(normals(1, n + 2));
                Tensor inner = whole.rows(1, n + 1);
                kernels.fill(inner, -2.5);
                Tensor copy = place.out(n + 2);
                kernels.copy(whole, copy);
                return List.of(whole, copy);
            });
        }
    }

    @Test
    void plainArithmeticHasTheCpusBits() {
        for (int n : COUNTS) {
            same("arithmetic on " + n, (kernels, place) -> {
                Tensor x = place.in(normals(1, n));
                Tensor y = place.in(normals(2, n));
                Tensor sum = place.out(n);
                Tensor product = place.out(n);
                Tensor scaled = place.out(n);
                kernels.add(x, y, sum);
                kernels.multiply(x, y, product);
                kernels.scale(0.3, x, scaled);
                kernels.axpy(-1.7, x, y);
                return List.of(sum, product, scaled, y);
            });
        }
    }

    @Test
    void anOutputMayBeAnInput() {
        same("in place", (kernels, place) -> {
            Tensor x = place.in(normals(1, 35, 32));
            Tensor bias = place.in(normals(2, 32));
            Tensor slope = place.in(normals(3, 35, 32));
            kernels.add(x, x, x);
            kernels.scale(0.5, x, x);
            kernels.addRowVector(x, bias, x);
            kernels.biasGeluWithSlope(slope, bias, x, slope);
            kernels.silu(x, x);
            kernels.siluBackward(x, slope, slope);
            kernels.dropout(x, 0.25, KEY, integers(4, 35, 1000), x);
            return List.of(x, slope);
        });
    }

    @Test
    void rowBroadcastsHaveTheCpusBits() {
        for (int[] shape : MATRICES) {
            same(name("broadcasts", shape), (kernels, place) -> {
                Tensor x = place.in(normals(1, shape));
                Tensor shifted = place.out(shape);
                Tensor scaled = place.out(shape);
                kernels.addRowVector(x, place.in(normals(2, shape[1])), shifted);
                kernels.scaleRows(x, place.in(normals(3, shape[0])), scaled);
                return List.of(shifted, scaled);
            });
        }
    }

    @Test
    void activationsHaveTheCpusBits() {
        for (int[] shape : MATRICES) {
            same(name("activations", shape), (kernels, place) -> {
                Tensor x = place.in(normals(1, shape));
                Tensor bias = place.in(normals(2, shape[1]));
                Tensor dy = place.in(normals(3, shape));
                Tensor gelu = place.out(shape);
                Tensor slope = place.out(shape);
                Tensor alone = place.out(shape);
                Tensor silu = place.out(shape);
                Tensor dx = place.out(shape);
                kernels.biasGelu(x, bias, alone);
                kernels.biasGeluWithSlope(x, bias, gelu, slope);
                kernels.silu(x, silu);
                kernels.siluBackward(x, dy, dx);
                return List.of(alone, gelu, slope, silu, dx);
            });
        }
    }

    @Test
    void activationsOfExtremeValuesHaveTheCpusBits() {
        float[] extremes = {
            0f, -0f, 1e-40f, -1e-30f, 4f, -4f, 5.7f, -5.7f, 13f, -13f, 80f, -80f, 88f, -88f, 1e30f, -1e30f,
            Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN
        };
        same("extreme values", (kernels, place) -> {
            Tensor x = place.in(Tensor.of(Shape.of(1, extremes.length), extremes));
            Tensor zero = place.in(Tensor.of(Shape.of(extremes.length), new float[extremes.length]));
            Tensor gelu = place.out(1, extremes.length);
            Tensor slope = place.out(1, extremes.length);
            Tensor silu = place.out(1, extremes.length);
            Tensor dx = place.out(1, extremes.length);
            kernels.biasGeluWithSlope(x, zero, gelu, slope);
            kernels.silu(x, silu);
            kernels.siluBackward(x, x, dx);
            return List.of(gelu, slope, silu, dx);
        });
    }

    @Test
    void gatesHaveTheCpusBitsWithRowsOfTheirOwnAndWithOneForAll() {
        for (int[] shape : MATRICES) {
            for (int zRows : new int[] {1, shape[0]}) {
                same(name("gates from " + zRows + " rows", shape), (kernels, place) -> {
                    Tensor z = place.in(normals(1, zRows, shape[1]));
                    Tensor x = place.in(normals(2, shape));
                    Tensor y = place.in(normals(3, shape));
                    Tensor dout = place.in(normals(4, shape));
                    Tensor gates = place.out(shape);
                    Tensor out = place.out(shape);
                    Tensor dz = place.out(shape);
                    Tensor dx = place.out(shape);
                    Tensor dy = place.out(shape);
                    kernels.gate(z, x, y, gates, out);
                    kernels.gateBackward(gates, x, y, dout, dz, dx, dy);
                    return List.of(gates, out, dz, dx, dy);
                });
            }
        }
    }

    @Test
    void dropoutKeepsTheValuesThatTheCpuKeeps() {
        for (int[] shape : MATRICES) {
            for (double p : new double[] {0, 0.2, 0.999}) {
                same(name("dropout " + p, shape), (kernels, place) -> {
                    Tensor out = place.out(shape);
                    int[] rows = integers(5, shape[0] + 3, Integer.MAX_VALUE);
                    kernels.dropout(place.in(normals(1, shape)), p, KEY, rows, out);
                    return List.of(out);
                });
            }
        }
    }

    @Test
    void aValueWhoseWordIsAtTheThresholdIsKept() {
        for (int unit = 0; unit < 4; unit++) {
            double p = (Philox.word(KEY, 9, unit) >>> 8) * 0x1p-24;
            same("word " + unit + " at the threshold", (kernels, place) -> {
                Tensor out = place.out(1, 4);
                kernels.dropout(place.in(normals(1, 1, 4)), p, KEY, new int[] {9}, out);
                return List.of(out);
            });
        }
    }

    @Test
    void dropoutRejectsWhatIsNoProbabilityAndMissingRows() {
        withDevice(1, device -> {
            Tensor x = onDevice(device, normals(1, 2, 3));
            CudaElementwise kernels = new CudaElementwise(device);
            assertThrows(IllegalArgumentException.class, () -> kernels.dropout(x, 1, KEY, new int[2], x));
            assertThrows(IllegalArgumentException.class, () -> kernels.dropout(x, Double.NaN, KEY, new int[2], x));
            assertThrows(IllegalArgumentException.class, () -> kernels.dropout(x, 0.5, KEY, new int[1], x));
        });
    }

    @Test
    void sumsOverRowsMatchWithAndWithoutASecondLaunch() {
        for (int[] shape : new int[][] {{0, 5}, {1, 33}, {63, 3}, {64, 64}, {65, 7}, {300, 40}}) {
            for (boolean accumulate : new boolean[] {false, true}) {
                near(name("sumRows", shape), (kernels, place) -> {
                    Tensor out = place.in(normals(2, shape[1]));
                    kernels.sumRows(place.in(normals(1, shape)), accumulate, out);
                    return List.of(out);
                });
            }
        }
    }

    @Test
    void theSumOfAllValuesMatchesAcrossTiles() {
        for (int n : new int[] {0, 1, 33, 4095, 4096, 4097, 9000}) {
            near("sum of " + n, (kernels, place) -> {
                Tensor out = place.out(1);
                kernels.sum(place.in(normals(1, n)), out);
                return List.of(out);
            });
        }
    }
}
