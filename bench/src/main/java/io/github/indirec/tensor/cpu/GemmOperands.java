package io.github.indirec.tensor.cpu;

import java.util.Arrays;
import java.util.Random;

/** Random operands of a matrix product, and its result from any of our kernels. */
final class GemmOperands {
    /** Rows of C by the specification itself, which computes one number at a time. */
    private static final int SPECIFIED_ROWS = 8;

    final GemmShape shape;
    final float[] a;
    final float[] b;
    final float[] c;

    GemmOperands(GemmShape shape) {
        this.shape = shape;
        Random random = new Random(shape.ordinal());
        this.a = noise(random, shape.m() * shape.k());
        this.b = noise(random, shape.k() * shape.n());
        this.c = new float[shape.m() * shape.n()];
    }

    private static float[] noise(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return values;
    }

    void multiply(ScalarGemm gemm) {
        multiply(gemm, shape.m());
    }

    private void multiply(ScalarGemm gemm, int rows) {
        gemm.gemm(
                shape.transposeA(), shape.transposeB(), rows, shape.n(), shape.k(), 1, a, 0, shape.lda(), b, 0,
                shape.ldb(), 0, c, 0, shape.n());
    }

    /** The result of a kernel; a value that it does not store is NaN. */
    float[] result(ScalarGemm gemm) {
        Arrays.fill(c, Float.NaN);
        multiply(gemm);
        return c.clone();
    }

    /** The result of the scalar kernel, its first rows checked against the specification. */
    float[] expected() {
        float[] expected = result(VectorUnit.gemm(false));
        int rows = Math.min(SPECIFIED_ROWS, shape.m());
        multiply(new ScalarGemm(), rows);
        int count = rows * shape.n();
        Agreement.requireSameBits(
                "scalar " + shape.label(), Arrays.copyOf(c, count), Arrays.copyOf(expected, count));
        return expected;
    }
}
