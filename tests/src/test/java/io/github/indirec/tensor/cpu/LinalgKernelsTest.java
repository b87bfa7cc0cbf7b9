package io.github.indirec.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinalgKernelsTest {
    /** Sizes whose products are cut by rows, by columns and not at all; {m, n, k}. */
    private static final int[][] SIZES = {{531, 64, 70}, {40, 1201, 65}, {300, 130, 301}, {9, 11, 4}, {64, 64, 700}};

    private static float[] noise(int length, long seed) {
        Random random = new Random(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return values;
    }

    private static double[] widened(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    private static float[] product(int threads, boolean vector, int[] size, boolean transA, boolean transB) {
        int m = size[0];
        int n = size[1];
        int k = size[2];
        CpuContext context = new CpuContext(threads, vector);
        try {
            // A sits in the middle of its array, as a view does.
            Shape shape = transA ? Shape.of(k + 2, m) : Shape.of(m + 2, k);
            Tensor a = Tensor.of(shape, noise(shape.size(), 1));
            Tensor b = Tensor.of(transB ? Shape.of(n, k) : Shape.of(k, n), noise(n * k, 2));
            Tensor c = Tensor.of(Shape.of(m, n), noise(m * n, 3));
            Tensor view = a.rows(1, a.shape().dim(0) - 1);
            new CpuLinalg(context).gemm(transA, transB, 0.5, view, b, 1, c);
            return c.toFloats();
        } finally {
            context.parallel.close();
        }
    }

    @Test
    void anyNumberOfThreadsAndEitherKernelGiveTheSameBytes() {
        boolean vector = VectorSupport.unavailable().isEmpty();
        for (int[] size : SIZES) {
            for (int mask = 0; mask < 4; mask++) {
                boolean transA = (mask & 1) != 0;
                boolean transB = (mask & 2) != 0;
                float[] expected = product(1, false, size, transA, transB);
                for (int threads : new int[] {1, 2, 3, 8}) {
                    String which = size[0] + "x" + size[1] + "x" + size[2] + " mask " + mask + " threads " + threads;
                    assertArrayEquals(expected, product(threads, vector, size, transA, transB), which);
                    assertArrayEquals(expected, product(threads, false, size, transA, transB), which);
                }
            }
        }
    }

    @Test
    void tensorsOfMoreAxesCountAsRowsOfTheirLastAxis() {
        CpuContext context = new CpuContext(1, false);
        Tensor a = Tensor.of(Shape.of(2, 1, 2), 1, 2, 3, 4);
        Tensor b = Tensor.of(Shape.of(2, 1), 10, 1);
        Tensor c = Tensor.of(Shape.of(2, 1, 1), 0, 0);
        new CpuLinalg(context).gemm(false, false, 1, a, b, 0, c);
        assertArrayEquals(new float[] {12, 34}, c.toFloats());
    }

    @Test
    void float64ProductsKeepFloat64Precision() {
        int m = 70;
        int n = 9;
        int k = 300;
        float[] x = noise(m * k, 5);
        float[] y = noise(n * k, 6);
        for (int threads : new int[] {1, 3}) {
            CpuContext context = new CpuContext(threads, false);
            Tensor c = Tensor.ofDoubles(Shape.of(m, n), new double[m * n]);
            Tensor a = Tensor.ofDoubles(Shape.of(m, k), widened(x));
            new CpuLinalg(context).gemm(false, true, 1, a, Tensor.ofDoubles(Shape.of(n, k), widened(y)), 0, c);
            context.parallel.close();
            double[] found = c.toDoubles();
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int p = 0; p < k; p++) {
                        sum = Math.fma((double) x[i * k + p], (double) y[j * k + p], sum);
                    }
                    assertEquals(sum, found[i * n + j], 0, "row " + i + " column " + j);
                }
            }
        }
    }
}
