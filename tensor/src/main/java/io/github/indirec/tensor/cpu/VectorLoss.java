package io.github.indirec.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ScalarLoss} through the Vector API, bit for bit.
 *
 * <p>The compiler stops inlining at 18,000 nodes, about sixty vector operations, forty of them in one exponential; a
 * vector that meets a call after that becomes an object in every turn of its loop (36 kB a row of 12,103 logits). So a
 * method here has one exponential, after which it calls nothing but the Vector API, which is always inlined, and the
 * two halves of the lanes take turns in one loop.
 */
final class VectorLoss extends ScalarLoss {
    private static final VectorSpecies<Float> SPECIES = VectorLanes.SPECIES;
    private static final int WIDTH = SPECIES.length();
    private static final boolean HALVES = VectorLanes.HALVES;

    VectorLoss() {
        VectorLanes.requireSupported();
    }

    @Override
    float max(float[] x, int row, int width) {
        int end = width & -Lanes.COUNT;
        FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int j = 0; j < end; j += WIDTH) {
            best = best.max(FloatVector.fromArray(SPECIES, x, row + j));
        }
        float max = best.reduceLanes(VectorOperators.MAX);
        for (int j = end; j < width; j++) {
            max = Math.max(max, x[row + j]);
        }
        return max;
    }

    @Override
    float sumOfExponentials(float[] x, int row, int width, float max, float[] lanes) {
        int end = width & -Lanes.COUNT;
        FloatVector low = FloatVector.zero(SPECIES);
        FloatVector high = low;
        for (int j = 0; j < end; j += WIDTH) {
            FloatVector sum = low.add(VectorMath.exp(FloatVector.fromArray(SPECIES, x, row + j).sub(max)));
            low = HALVES ? high : sum;
            high = HALVES ? sum : high;
        }
        low.intoArray(lanes, 0);
        if (HALVES) {
            high.intoArray(lanes, 8);
        }
        for (int j = end; j < width; j++) {
            lanes[j & 15] += FloatMath.exp(x[row + j] - max);
        }
        return Lanes.tree(lanes);
    }

    @Override
    float exponentials(float[] x, int row, int width, float max, float[] lanes) {
        int end = width & -Lanes.COUNT;
        FloatVector low = FloatVector.zero(SPECIES);
        FloatVector high = low;
        for (int j = 0; j < end; j += WIDTH) {
            FloatVector e = VectorMath.exp(load(x, row + j).sub(max));
            e.intoArray(x, row + j);
            FloatVector sum = low.add(e);
            low = HALVES ? high : sum;
            high = HALVES ? sum : high;
        }
        low.intoArray(lanes, 0);
        if (HALVES) {
            high.intoArray(lanes, 8);
        }
        for (int j = end; j < width; j++) {
            float e = FloatMath.exp(x[row + j] - max);
            x[row + j] = e;
            lanes[j & 15] += e;
        }
        return Lanes.tree(lanes);
    }

    @Override
    void scaledSoftmax(float[] x, int row, int width, float total, float scale, float[] out, int outRow) {
        int j = 0;
        for (int whole = SPECIES.loopBound(width); j < whole; j += WIDTH) {
            VectorMath.exp(FloatVector.fromArray(SPECIES, x, row + j).sub(total))
                    .mul(scale)
                    .intoArray(out, outRow + j);
        }
        for (; j < width; j++) {
            out[outRow + j] = FloatMath.exp(x[row + j] - total) * scale;
        }
    }

    @Override
    float squaredError(float[] x, int xOffset, float[] y, int yOffset, int count) {
        float[] lanes = new float[Lanes.COUNT];
        FloatVector low = FloatVector.zero(SPECIES);
        FloatVector high = low;
        int i = 0;
        for (int end = count & -Lanes.COUNT; i < end; i += Lanes.COUNT) {
            FloatVector error = load(x, xOffset + i).sub(load(y, yOffset + i));
            low = error.fma(error, low);
            if (HALVES) {
                error = load(x, xOffset + i + 8).sub(load(y, yOffset + i + 8));
                high = error.fma(error, high);
            }
        }
        VectorLanes.store(low, high, lanes);
        for (; i < count; i++) {
            float error = x[xOffset + i] - y[yOffset + i];
            lanes[i & 15] = Math.fma(error, error, lanes[i & 15]);
        }
        return Lanes.tree(lanes);
    }

    @Override
    void squaredErrorBackward(
            float[] x, int xOffset, float[] y, int yOffset, float scale, int from, int to, float[] dx, int dxOffset) {
        int i = from;
        for (int whole = from + SPECIES.loopBound(to - from); i < whole; i += WIDTH) {
            load(x, xOffset + i).sub(load(y, yOffset + i)).mul(scale).intoArray(dx, dxOffset + i);
        }
        for (; i < to; i++) {
            dx[dxOffset + i] = scale * (x[xOffset + i] - y[yOffset + i]);
        }
    }

    private static FloatVector load(float[] array, int index) {
        return FloatVector.fromArray(SPECIES, array, index);
    }
}
