package io.github.indirec.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The small matrix products of one attention head. Every element of a result is summed in order with fused
 * multiply-adds by one lane, so the shapes of the register blocks do not show in the bits.
 */
final class VectorAttentionProducts {
    private static final VectorSpecies<Float> SPECIES = VectorLanes.SPECIES;
    private static final VectorSpecies<Float> EIGHT = FloatVector.SPECIES_256;
    private static final int WIDTH = SPECIES.length();
    private static final boolean HALVES = VectorLanes.HALVES;

    /** Columns of a register block of {@link #overRows}. */
    private static final int WIDE = 32;

    private VectorAttentionProducts() {}

    /** out[c, j] = x[j, c] for n rows of d columns; out has {@code stride} columns, zero from n on. */
    static void transpose(float[] x, int at, int width, int n, int d, float[] out, int outAt, int stride) {
        FloatVector zero = FloatVector.zero(SPECIES);
        int last = stride - Lanes.COUNT;
        for (int c = 0; c < d; c++) {
            int row = outAt + c * stride;
            zero.intoArray(out, row + last);
            if (HALVES) {
                zero.intoArray(out, row + last + 8);
            }
        }
        for (int j = 0; j < n; j++) {
            int row = at + j * width;
            int to = outAt + j;
            for (int c = 0; c < d; c++) {
                out[to + c * stride] = x[row + c];
            }
        }
    }

    /**
     * out[i, j] = scale * (sum over c in order of a[i, c] b[c, j]) for m rows, d columns c, and the first
     * {@code seen} + i of n columns j, rounded up to whole blocks of 16.
     *
     * @param b d rows of {@code stride} columns; out has the same stride
     */
    static void overColumns(
            float[] a,
            int aAt,
            int width,
            int m,
            float[] b,
            int bAt,
            int stride,
            int n,
            int d,
            int seen,
            float scale,
            float[] out,
            int outAt) {
        for (int i = 0; i < m; i += 4) {
            // Blocks of four rows; where fewer are left, the last one is computed again.
            int i1 = Math.min(i + 1, m - 1);
            int i2 = Math.min(i + 2, m - 1);
            int i3 = Math.min(i + 3, m - 1);
            int end = Math.min(n, seen + i3);
            for (int j = 0; j < end; j += Lanes.COUNT) {
                block4x16(
                        a, aAt + i * width, aAt + i1 * width, aAt + i2 * width, aAt + i3 * width, b, bAt + j, stride,
                        d, scale, out, outAt + j + i * stride, outAt + j + i1 * stride, outAt + j + i2 * stride,
                        outAt + j + i3 * stride);
            }
        }
    }

    private static void block4x16(
            float[] a,
            int a0,
            int a1,
            int a2,
            int a3,
            float[] b,
            int bAt,
            int stride,
            int d,
            float scale,
            float[] out,
            int out0,
            int out1,
            int out2,
            int out3) {
        FloatVector low0 = FloatVector.zero(SPECIES);
        FloatVector low1 = low0;
        FloatVector low2 = low0;
        FloatVector low3 = low0;
        FloatVector high0 = low0;
        FloatVector high1 = low0;
        FloatVector high2 = low0;
        FloatVector high3 = low0;
        for (int c = 0; c < d; c++) {
            int at = bAt + c * stride;
            FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + c]);
            FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + c]);
            FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + c]);
            FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + c]);
            FloatVector low = FloatVector.fromArray(SPECIES, b, at);
            low0 = x0.fma(low, low0);
            low1 = x1.fma(low, low1);
            low2 = x2.fma(low, low2);
            low3 = x3.fma(low, low3);
            if (HALVES) {
                FloatVector high = FloatVector.fromArray(SPECIES, b, at + 8);
                high0 = x0.fma(high, high0);
                high1 = x1.fma(high, high1);
                high2 = x2.fma(high, high2);
                high3 = x3.fma(high, high3);
            }
        }
        store(low0, high0, scale, out, out0);
        store(low1, high1, scale, out, out1);
        store(low2, high2, scale, out, out2);
        store(low3, high3, scale, out, out3);
    }

    private static void store(FloatVector low, FloatVector high, float scale, float[] out, int at) {
        low.mul(scale).intoArray(out, at);
        if (HALVES) {
            high.mul(scale).intoArray(out, at + 8);
        }
    }

    /**
     * out[r, c] = sum over t in order of a[r, t] b[t, c] for {@code rows} rows and d columns c, where row r sums over t
     * from max(0, r - lag) to min(count, seen + r): the causal triangle, or all.
     *
     * @param rowStep distance of a[r, t] and a[r + 1, t]
     * @param step distance of a[r, t] and a[r, t + 1]
     * @param width distance of two rows of b
     * @param outWidth distance of two rows of out; negative where out is written from its end
     */
    static void overRows(
            float[] a,
            int aAt,
            int rowStep,
            int step,
            int rows,
            int count,
            int lag,
            int seen,
            float[] b,
            int bAt,
            int width,
            int d,
            float[] out,
            int outAt,
            int outWidth) {
        for (int r = 0; r < rows; r += 2) {
            int r1 = Math.min(r + 1, rows - 1);
            int from0 = Math.max(0, r - lag);
            int from1 = Math.max(0, r1 - lag);
            int to0 = Math.min(count, seen + r);
            int to1 = Math.min(count, seen + r1);
            int a0 = aAt + r * rowStep;
            int a1 = aAt + r1 * rowStep;
            int out0 = outAt + r * outWidth;
            int out1 = outAt + r1 * outWidth;
            int c = 0;
            for (; c <= d - WIDE; c += WIDE) {
                block2x32(a, a0, a1, step, from0, from1, to0, to1, b, bAt + c, width, out, out0 + c, out1 + c);
            }
            for (; c <= d - 8; c += 8) {
                block2x8(a, a0, a1, step, from0, from1, to0, to1, b, bAt + c, width, out, out0 + c, out1 + c);
            }
            for (; c < d; c++) {
                out[out0 + c] = column(a, a0, step, from0, to0, b, bAt + c, width);
                out[out1 + c] = column(a, a1, step, from1, to1, b, bAt + c, width);
            }
        }
    }

    /** Columns c to c + 31 of two rows, whose sums differ by at most one term at either end. */
    private static void block2x32(
            float[] a,
            int a0,
            int a1,
            int step,
            int from0,
            int from1,
            int to0,
            int to1,
            float[] b,
            int bAt,
            int width,
            float[] out,
            int out0,
            int out1) {
        FloatVector p0 = FloatVector.zero(SPECIES);
        FloatVector p1 = p0;
        FloatVector p2 = p0;
        FloatVector p3 = p0;
        FloatVector q0 = p0;
        FloatVector q1 = p0;
        FloatVector q2 = p0;
        FloatVector q3 = p0;
        if (from0 < from1) {
            int at = bAt + from0 * width;
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + from0 * step]);
            p0 = x.fma(load(b, at), p0);
            p1 = x.fma(load(b, at + WIDTH), p1);
            if (HALVES) {
                p2 = x.fma(load(b, at + 2 * WIDTH), p2);
                p3 = x.fma(load(b, at + 3 * WIDTH), p3);
            }
        }
        for (int t = from1; t < to0; t++) {
            int at = bAt + t * width;
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + t * step]);
            FloatVector y = FloatVector.broadcast(SPECIES, a[a1 + t * step]);
            FloatVector b0 = load(b, at);
            FloatVector b1 = load(b, at + WIDTH);
            p0 = x.fma(b0, p0);
            p1 = x.fma(b1, p1);
            q0 = y.fma(b0, q0);
            q1 = y.fma(b1, q1);
            if (HALVES) {
                FloatVector b2 = load(b, at + 2 * WIDTH);
                FloatVector b3 = load(b, at + 3 * WIDTH);
                p2 = x.fma(b2, p2);
                p3 = x.fma(b3, p3);
                q2 = y.fma(b2, q2);
                q3 = y.fma(b3, q3);
            }
        }
        if (to0 < to1) {
            int at = bAt + to0 * width;
            FloatVector y = FloatVector.broadcast(SPECIES, a[a1 + to0 * step]);
            q0 = y.fma(load(b, at), q0);
            q1 = y.fma(load(b, at + WIDTH), q1);
            if (HALVES) {
                q2 = y.fma(load(b, at + 2 * WIDTH), q2);
                q3 = y.fma(load(b, at + 3 * WIDTH), q3);
            }
        }
        p0.intoArray(out, out0);
        p1.intoArray(out, out0 + WIDTH);
        q0.intoArray(out, out1);
        q1.intoArray(out, out1 + WIDTH);
        if (HALVES) {
            p2.intoArray(out, out0 + 2 * WIDTH);
            p3.intoArray(out, out0 + 3 * WIDTH);
            q2.intoArray(out, out1 + 2 * WIDTH);
            q3.intoArray(out, out1 + 3 * WIDTH);
        }
    }

    /** {@link #block2x32} for eight columns, in 256 bits on any machine: heads of 8 columns are common. */
    private static void block2x8(
            float[] a,
            int a0,
            int a1,
            int step,
            int from0,
            int from1,
            int to0,
            int to1,
            float[] b,
            int bAt,
            int width,
            float[] out,
            int out0,
            int out1) {
        FloatVector p = FloatVector.zero(EIGHT);
        FloatVector q = p;
        if (from0 < from1) {
            FloatVector b0 = FloatVector.fromArray(EIGHT, b, bAt + from0 * width);
            p = FloatVector.broadcast(EIGHT, a[a0 + from0 * step]).fma(b0, p);
        }
        for (int t = from1; t < to0; t++) {
            FloatVector b0 = FloatVector.fromArray(EIGHT, b, bAt + t * width);
            p = FloatVector.broadcast(EIGHT, a[a0 + t * step]).fma(b0, p);
            q = FloatVector.broadcast(EIGHT, a[a1 + t * step]).fma(b0, q);
        }
        if (to0 < to1) {
            FloatVector b0 = FloatVector.fromArray(EIGHT, b, bAt + to0 * width);
            q = FloatVector.broadcast(EIGHT, a[a1 + to0 * step]).fma(b0, q);
        }
        p.intoArray(out, out0);
        q.intoArray(out, out1);
    }

    private static float column(float[] a, int at, int step, int from, int to, float[] b, int bAt, int width) {
        float sum = 0f;
        for (int t = from; t < to; t++) {
            sum = Math.fma(a[at + t * step], b[bAt + t * width], sum);
        }
        return sum;
    }

    private static FloatVector load(float[] array, int index) {
        return FloatVector.fromArray(SPECIES, array, index);
    }
}
