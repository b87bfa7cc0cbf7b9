package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.VectorMath.SPECIES;

import jdk.incubator.vector.FloatVector;

/** {@link ScalarElementwise} through the Vector API, bit for bit. */
final class VectorElementwise extends ScalarElementwise {
    private static final int WIDTH = SPECIES.length();

    /** Columns that the row-wise methods work on together. */
    private static final int STRIP = 4 * WIDTH;

    /** Values between the loops of a GELU: with what is made of them 6 KiB, which stay in the first-level cache. */
    private static final int BLOCK = 512;

    private static final int CDFS = BLOCK;
    private static final int DENSITIES = 2 * BLOCK;

    private final ThreadLocal<float[]> work = ThreadLocal.withInitial(() -> new float[3 * BLOCK]);

    VectorElementwise() {
        VectorLanes.requireSupported();
    }

    @Override
    void add(float[] x, int xOffset, float[] y, int yOffset, int count, float[] out, int outOffset) {
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += WIDTH) {
            FloatVector yi = FloatVector.fromArray(SPECIES, y, yOffset + i);
            FloatVector.fromArray(SPECIES, x, xOffset + i).add(yi).intoArray(out, outOffset + i);
        }
        super.add(x, xOffset + whole, y, yOffset + whole, count - whole, out, outOffset + whole);
    }

    @Override
    void axpy(float alpha, float[] x, int xOffset, int count, float[] y, int yOffset) {
        FloatVector factor = FloatVector.broadcast(SPECIES, alpha);
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += WIDTH) {
            FloatVector yi = FloatVector.fromArray(SPECIES, y, yOffset + i);
            FloatVector.fromArray(SPECIES, x, xOffset + i).fma(factor, yi).intoArray(y, yOffset + i);
        }
        super.axpy(alpha, x, xOffset + whole, count - whole, y, yOffset + whole);
    }

    @Override
    void multiply(float[] x, int xOffset, float[] y, int yOffset, int count, float[] out, int outOffset) {
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += WIDTH) {
            FloatVector yi = FloatVector.fromArray(SPECIES, y, yOffset + i);
            FloatVector.fromArray(SPECIES, x, xOffset + i).mul(yi).intoArray(out, outOffset + i);
        }
        super.multiply(x, xOffset + whole, y, yOffset + whole, count - whole, out, outOffset + whole);
    }

    @Override
    void scale(float alpha, float[] x, int xOffset, int count, float[] out, int outOffset) {
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += WIDTH) {
            FloatVector.fromArray(SPECIES, x, xOffset + i).mul(alpha).intoArray(out, outOffset + i);
        }
        super.scale(alpha, x, xOffset + whole, count - whole, out, outOffset + whole);
    }

    @Override
    float dot(float[] x, int xOffset, float[] y, int yOffset, int count, float[] lanes) {
        return VectorLanes.dot(x, xOffset, y, yOffset, count, lanes);
    }

    /** Four vectors of columns at a time, the bias in registers: a row of 64 columns alone is too short a loop. */
    @Override
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
        int j = 0;
        for (; j <= width - STRIP; j += STRIP) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, bias, biasOffset + j);
            FloatVector b1 = FloatVector.fromArray(SPECIES, bias, biasOffset + j + WIDTH);
            FloatVector b2 = FloatVector.fromArray(SPECIES, bias, biasOffset + j + 2 * WIDTH);
            FloatVector b3 = FloatVector.fromArray(SPECIES, bias, biasOffset + j + 3 * WIDTH);
            for (int i = from; i < to; i++) {
                int in = xOffset + i * width + j;
                int o = outOffset + i * width + j;
                FloatVector.fromArray(SPECIES, x, in).add(b0).intoArray(out, o);
                FloatVector.fromArray(SPECIES, x, in + WIDTH).add(b1).intoArray(out, o + WIDTH);
                FloatVector.fromArray(SPECIES, x, in + 2 * WIDTH).add(b2).intoArray(out, o + 2 * WIDTH);
                FloatVector.fromArray(SPECIES, x, in + 3 * WIDTH).add(b3).intoArray(out, o + 3 * WIDTH);
            }
        }
        for (; j <= width - WIDTH; j += WIDTH) {
            FloatVector b = FloatVector.fromArray(SPECIES, bias, biasOffset + j);
            for (int i = from; i < to; i++) {
                int at = i * width + j;
                FloatVector.fromArray(SPECIES, x, xOffset + at).add(b).intoArray(out, outOffset + at);
            }
        }
        addColumns(x, xOffset, bias, biasOffset, width, j, from, to, out, outOffset);
    }

    @Override
    void sumRows(float[] x, int xOffset, int width, int from, int to, float[] partial, int partialOffset) {
        int j = 0;
        for (; j <= width - STRIP; j += STRIP) {
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            for (int i = from; i < to; i++) {
                int in = xOffset + i * width + j;
                s0 = s0.add(FloatVector.fromArray(SPECIES, x, in));
                s1 = s1.add(FloatVector.fromArray(SPECIES, x, in + WIDTH));
                s2 = s2.add(FloatVector.fromArray(SPECIES, x, in + 2 * WIDTH));
                s3 = s3.add(FloatVector.fromArray(SPECIES, x, in + 3 * WIDTH));
            }
            s0.intoArray(partial, partialOffset + j);
            s1.intoArray(partial, partialOffset + j + WIDTH);
            s2.intoArray(partial, partialOffset + j + 2 * WIDTH);
            s3.intoArray(partial, partialOffset + j + 3 * WIDTH);
        }
        for (; j <= width - WIDTH; j += WIDTH) {
            FloatVector s = FloatVector.zero(SPECIES);
            for (int i = from; i < to; i++) {
                s = s.add(FloatVector.fromArray(SPECIES, x, xOffset + i * width + j));
            }
            s.intoArray(partial, partialOffset + j);
        }
        sumColumns(x, xOffset, width, j, from, to, partial, partialOffset);
    }

    @Override
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
        float[] values = work.get();
        int whole = SPECIES.loopBound(width);
        for (int i = from; i < to; i++) {
            int row = xOffset + i * width;
            int outRow = outOffset + i * width;
            for (int j = 0; j < whole; j += BLOCK) {
                int block = Math.min(BLOCK, whole - j);
                add(x, row + j, bias, biasOffset + j, block, values, 0);
                normalCdfs(values, block);
                gelus(values, block, out, outRow + j);
            }
            for (int j = whole; j < width; j++) {
                float value = x[row + j] + bias[biasOffset + j];
                out[outRow + j] = value * normalCdf(value);
            }
        }
    }

    @Override
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
        float[] values = work.get();
        int whole = SPECIES.loopBound(width);
        for (int i = from; i < to; i++) {
            int row = xOffset + i * width;
            int outRow = outOffset + i * width;
            int slopeRow = slopeOffset + i * width;
            for (int j = 0; j < whole; j += BLOCK) {
                int block = Math.min(BLOCK, whole - j);
                add(x, row + j, bias, biasOffset + j, block, values, 0);
                normalCdfs(values, block);
                densities(values, block);
                gelus(values, block, out, outRow + j);
                slopes(values, block, slope, slopeRow + j);
            }
            geluRow(x, row, bias, biasOffset, whole, width, out, outRow, slope, slopeRow);
        }
    }

    // Loops over a block in work: values from 0 on, Phi of them from CDFS on, phi of them from DENSITIES on. A
    // transcendental function has a loop of its own, with one operation and the store after it: one more than the
    // compiler inlines and every vector becomes an object, in some runs, by chance (20 MB a training step).

    private static void normalCdfs(float[] work, int count) {
        for (int j = 0; j < count; j += WIDTH) {
            FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
            FloatVector value = FloatVector.fromArray(SPECIES, work, j);
            VectorMath.erf(value.mul(SQRT_HALF)).fma(half, half).intoArray(work, CDFS + j);
        }
    }

    private static void densities(float[] work, int count) {
        for (int j = 0; j < count; j += WIDTH) {
            FloatVector value = FloatVector.fromArray(SPECIES, work, j);
            VectorMath.exp(value.mul(value).mul(-0.5f)).mul(NORMAL_PEAK).intoArray(work, DENSITIES + j);
        }
    }

    private static void gelus(float[] work, int count, float[] out, int outOffset) {
        for (int j = 0; j < count; j += WIDTH) {
            FloatVector cdf = FloatVector.fromArray(SPECIES, work, CDFS + j);
            FloatVector.fromArray(SPECIES, work, j).mul(cdf).intoArray(out, outOffset + j);
        }
    }

    private static void slopes(float[] work, int count, float[] slope, int slopeOffset) {
        for (int j = 0; j < count; j += WIDTH) {
            FloatVector cdf = FloatVector.fromArray(SPECIES, work, CDFS + j);
            FloatVector density = FloatVector.fromArray(SPECIES, work, DENSITIES + j);
            FloatVector.fromArray(SPECIES, work, j).fma(density, cdf).intoArray(slope, slopeOffset + j);
        }
    }

    @Override
    void blockSums(float[] x, int xOffset, int count, int from, int to, float[] sums) {
        float[] lanes = new float[Lanes.COUNT];
        for (int block = from; block < to; block++) {
            int first = block * SUM_BLOCK;
            sums[block] = VectorLanes.sum(x, xOffset + first, Math.min(SUM_BLOCK, count - first), lanes);
        }
    }
}
