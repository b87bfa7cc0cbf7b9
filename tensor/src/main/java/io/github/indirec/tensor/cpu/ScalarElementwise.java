package io.github.indirec.tensor.cpu;

import java.util.Arrays;

/**
 * Element-wise arithmetic, the specification.
 *
 * <p>Methods over {@code count} values start at the offsets given; methods over rows {@code from} to {@code to} take
 * the offset of row 0.
 */
class ScalarElementwise {
    /** Values of one partial sum. */
    static final int SUM_BLOCK = 4096;

    static final float SQRT_HALF = 0.70710678118654752440f;

    /** 1 / sqrt(2 pi). */
    static final float NORMAL_PEAK = 0.39894228040143267794f;

    void add(float[] x, int xOffset, float[] y, int yOffset, int count, float[] out, int outOffset) {
        for (int i = 0; i < count; i++) {
            out[outOffset + i] = x[xOffset + i] + y[yOffset + i];
        }
    }

    void axpy(float alpha, float[] x, int xOffset, int count, float[] y, int yOffset) {
        for (int i = 0; i < count; i++) {
            y[yOffset + i] = Math.fma(alpha, x[xOffset + i], y[yOffset + i]);
        }
    }

    void multiply(float[] x, int xOffset, float[] y, int yOffset, int count, float[] out, int outOffset) {
        for (int i = 0; i < count; i++) {
            out[outOffset + i] = x[xOffset + i] * y[yOffset + i];
        }
    }

    void scale(float alpha, float[] x, int xOffset, int count, float[] out, int outOffset) {
        for (int i = 0; i < count; i++) {
            out[outOffset + i] = alpha * x[xOffset + i];
        }
    }

    /** Sum of x y over 16 lanes, one fused multiply-add a value. */
    float dot(float[] x, int xOffset, float[] y, int yOffset, int count, float[] lanes) {
        Arrays.fill(lanes, 0, Lanes.COUNT, 0f);
        for (int i = 0; i < count; i++) {
            lanes[i & 15] = Math.fma(x[xOffset + i], y[yOffset + i], lanes[i & 15]);
        }
        return Lanes.tree(lanes);
    }

    void addRowVector(
            float[] x,
            int xOffset,
            float[] bias,
            int biasOffset,
            int width,
            int from,
            int to,
            float[] out,
            int outOffset) {
        addColumns(x, xOffset, bias, biasOffset, width, 0, from, to, out, outOffset);
    }

    /** {@link #addRowVector} for the columns from {@code first} on. */
    final void addColumns(
            float[] x,
            int xOffset,
            float[] bias,
            int biasOffset,
            int width,
            int first,
            int from,
            int to,
            float[] out,
            int outOffset) {
        for (int i = from; i < to; i++) {
            for (int j = first; j < width; j++) {
                out[outOffset + i * width + j] = x[xOffset + i * width + j] + bias[biasOffset + j];
            }
        }
    }

    void scaleRows(
            float[] x,
            int xOffset,
            float[] factors,
            int factorsOffset,
            int width,
            int from,
            int to,
            float[] out,
            int outOffset) {
        for (int i = from; i < to; i++) {
            scale(factors[factorsOffset + i], x, xOffset + i * width, width, out, outOffset + i * width);
        }
    }

    /** partial[j] = sum over the rows of x[i, j], in order, starting from 0. */
    void sumRows(float[] x, int xOffset, int width, int from, int to, float[] partial, int partialOffset) {
        sumColumns(x, xOffset, width, 0, from, to, partial, partialOffset);
    }

    /** {@link #sumRows} for the columns from {@code first} on. */
    final void sumColumns(
            float[] x, int xOffset, int width, int first, int from, int to, float[] partial, int partialOffset) {
        Arrays.fill(partial, partialOffset + first, partialOffset + width, 0f);
        for (int i = from; i < to; i++) {
            for (int j = first; j < width; j++) {
                partial[partialOffset + j] += x[xOffset + i * width + j];
            }
        }
    }

    /** Joins the partial sums of {@code chunks} chunks, {@code width} values each, in order; adds to out if asked. */
    void joinChunks(float[] partials, int chunks, int width, boolean accumulate, float[] out, int outOffset) {
        for (int chunk = 1; chunk < chunks; chunk++) {
            add(partials, 0, partials, chunk * width, width, partials, 0);
        }
        if (accumulate) {
            add(out, outOffset, partials, 0, width, out, outOffset);
        } else {
            System.arraycopy(partials, 0, out, outOffset, width);
        }
    }

    /** out = v Phi(v) with v = x + bias and Phi(v) = (1 + erf(v / sqrt 2)) / 2. */
    void biasGelu(
            float[] x,
            int xOffset,
            float[] bias,
            int biasOffset,
            int width,
            int from,
            int to,
            float[] out,
            int outOffset) {
        for (int i = from; i < to; i++) {
            for (int j = 0; j < width; j++) {
                float value = x[xOffset + i * width + j] + bias[biasOffset + j];
                out[outOffset + i * width + j] = value * normalCdf(value);
            }
        }
    }

    /** {@link #biasGelu}, and slope = Phi(v) + v phi(v) with phi(v) = exp(-v^2 / 2) / sqrt(2 pi); may overwrite x. */
    void biasGeluWithSlope(
            float[] x,
            int xOffset,
            float[] bias,
            int biasOffset,
            int width,
            int from,
            int to,
            float[] out,
            int outOffset,
            float[] slope,
            int slopeOffset) {
        for (int i = from; i < to; i++) {
            int shift = i * width;
            geluRow(
                    x, xOffset + shift, bias, biasOffset, 0, width, out, outOffset + shift, slope, slopeOffset + shift);
        }
    }

    /** One row of {@link #biasGeluWithSlope}, from a column on. */
    final void geluRow(
            float[] x,
            int row,
            float[] bias,
            int biasOffset,
            int first,
            int width,
            float[] out,
            int outRow,
            float[] slope,
            int slopeRow) {
        for (int j = first; j < width; j++) {
            float value = x[row + j] + bias[biasOffset + j];
            float density = NORMAL_PEAK * FloatMath.exp(-0.5f * (value * value));
            float cdf = normalCdf(value);
            out[outRow + j] = value * cdf;
            slope[slopeRow + j] = Math.fma(value, density, cdf);
        }
    }

    static float normalCdf(float x) {
        return Math.fma(0.5f, FloatMath.erf(x * SQRT_HALF), 0.5f);
    }

    /** Sums of the blocks {@code from} to {@code to} of {@link #SUM_BLOCK} values, each over 16 lanes. */
    void blockSums(float[] x, int xOffset, int count, int from, int to, float[] sums) {
        float[] lanes = new float[Lanes.COUNT];
        for (int block = from; block < to; block++) {
            int first = block * SUM_BLOCK;
            int length = Math.min(SUM_BLOCK, count - first);
            Arrays.fill(lanes, 0f);
            for (int i = 0; i < length; i++) {
                lanes[i & 15] += x[xOffset + first + i];
            }
            sums[block] = Lanes.tree(lanes);
        }
    }

    /** The block sums added in order. */
    float total(float[] sums, int blocks) {
        float total = 0f;
        for (int block = 0; block < blocks; block++) {
            total += sums[block];
        }
        return total;
    }
}
