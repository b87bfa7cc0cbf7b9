package io.github.indirec.tensor.cpu;

import java.util.Arrays;

/**
 * The losses, the specification. A softmax never leaves its row: forward keeps logSumExp = max + log(sum of exp(x -
 * max)), the sum over 16 lanes, and backward recomputes exp(x - logSumExp) from it, so nothing of the size of the
 * logits is stored. What loops over a row stands in the methods that the vector form overrides; the rest serves both.
 *
 * <p>Methods work on the rows {@code from} to {@code to} of row-major arrays of {@code width} columns whose first value
 * stands at the offset given; gradients may overwrite their input.
 */
class ScalarLoss {
    final void crossEntropy(
            float[] logits,
            int logitsOffset,
            int[] targets,
            int width,
            int from,
            int to,
            float[] losses,
            int lossesOffset,
            float[] logSumExp,
            int logSumExpOffset) {
        float[] lanes = new float[Lanes.COUNT];
        for (int i = from; i < to; i++) {
            int row = logitsOffset + i * width;
            float total = logSumExp(logits, row, width, lanes);
            logSumExp[logSumExpOffset + i] = total;
            losses[lossesOffset + i] = total - logits[row + targets[i]];
        }
    }

    /** dlogits = scale (softmax - one-hot target). */
    final void crossEntropyBackward(
            float[] logits,
            int logitsOffset,
            int[] targets,
            float[] logSumExp,
            int logSumExpOffset,
            float scale,
            int width,
            int from,
            int to,
            float[] dlogits,
            int dlogitsOffset) {
        for (int i = from; i < to; i++) {
            int row = logitsOffset + i * width;
            int dRow = dlogitsOffset + i * width;
            float total = logSumExp[logSumExpOffset + i];
            float target = logits[row + targets[i]];
            scaledSoftmax(logits, row, width, total, scale, dlogits, dRow);
            dlogits[dRow + targets[i]] = (FloatMath.exp(target - total) - 1f) * scale;
        }
    }

    /**
     * InfoNCE rows of a square matrix: the cross-entropy of a row in which all columns of its own group but the
     * positive are -infinity. In float32 that is e^-80 each, which is lost beside the 1 of the largest.
     *
     * @param ring for every row of a view the next one of its group, in a circle
     * @param scratch {@code width} values
     */
    final void infoNce(
            float[] sim,
            int simOffset,
            int[] ring,
            int width,
            int from,
            int to,
            float[] losses,
            int lossesOffset,
            float[] logSumExp,
            int logSumExpOffset,
            float[] scratch) {
        float[] lanes = new float[Lanes.COUNT];
        for (int i = from; i < to; i++) {
            System.arraycopy(sim, simOffset + i * width, scratch, 0, width);
            int positiveColumn = positive(i, width);
            float positive = scratch[positiveColumn];
            fillGroup(scratch, 0, ring, i, Float.NEGATIVE_INFINITY);
            scratch[positiveColumn] = positive;
            float total = logSumExp(scratch, 0, width, lanes);
            logSumExp[logSumExpOffset + i] = total;
            losses[lossesOffset + i] = total - positive;
        }
    }

    /** dsim = scale (softmax over positive and negatives - one-hot positive), 0 for all other columns. */
    final void infoNceBackward(
            float[] sim,
            int simOffset,
            int[] ring,
            float[] logSumExp,
            int logSumExpOffset,
            float scale,
            int width,
            int from,
            int to,
            float[] dsim,
            int dsimOffset) {
        for (int i = from; i < to; i++) {
            int row = simOffset + i * width;
            int dRow = dsimOffset + i * width;
            float total = logSumExp[logSumExpOffset + i];
            float positive = sim[row + positive(i, width)];
            scaledSoftmax(sim, row, width, total, scale, dsim, dRow);
            fillGroup(dsim, dRow, ring, i, 0f);
            dsim[dRow + positive(i, width)] = (FloatMath.exp(positive - total) - 1f) * scale;
        }
    }

    /** Column of the other view of anchor i. */
    private static int positive(int i, int width) {
        int half = width / 2;
        return i < half ? i + half : i - half;
    }

    /** Sets the columns, in both views, of the group of row i. */
    private static void fillGroup(float[] x, int row, int[] ring, int i, float value) {
        int first = i % ring.length;
        int j = first;
        do {
            x[row + j] = value;
            x[row + ring.length + j] = value;
            j = ring[j];
        } while (j != first);
    }

    final float logSumExp(float[] x, int row, int width, float[] lanes) {
        float max = max(x, row, width);
        return max + FloatMath.log(sumOfExponentials(x, row, width, max, lanes));
    }

    float max(float[] x, int row, int width) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < width; j++) {
            max = Math.max(max, x[row + j]);
        }
        return max;
    }

    /** Sum of exp(x - max). */
    float sumOfExponentials(float[] x, int row, int width, float max, float[] lanes) {
        Arrays.fill(lanes, 0f);
        for (int j = 0; j < width; j++) {
            lanes[j & 15] += FloatMath.exp(x[row + j] - max);
        }
        return Lanes.tree(lanes);
    }

    /** x = exp(x - max) in place; returns the sum. */
    float exponentials(float[] x, int row, int width, float max, float[] lanes) {
        Arrays.fill(lanes, 0f);
        for (int j = 0; j < width; j++) {
            float e = FloatMath.exp(x[row + j] - max);
            x[row + j] = e;
            lanes[j & 15] += e;
        }
        return Lanes.tree(lanes);
    }

    /** out = exp(x - total) scale. */
    void scaledSoftmax(float[] x, int row, int width, float total, float scale, float[] out, int outRow) {
        for (int j = 0; j < width; j++) {
            out[outRow + j] = FloatMath.exp(x[row + j] - total) * scale;
        }
    }

    /** Sum of (x - y)^2 over {@code count} values. */
    float squaredError(float[] x, int xOffset, float[] y, int yOffset, int count) {
        float[] lanes = new float[Lanes.COUNT];
        for (int i = 0; i < count; i++) {
            float error = x[xOffset + i] - y[yOffset + i];
            lanes[i & 15] = Math.fma(error, error, lanes[i & 15]);
        }
        return Lanes.tree(lanes);
    }

    /** dx = scale (x - y). */
    void squaredErrorBackward(
            float[] x, int xOffset, float[] y, int yOffset, float scale, int from, int to, float[] dx, int dxOffset) {
        for (int i = from; i < to; i++) {
            dx[dxOffset + i] = scale * (x[xOffset + i] - y[yOffset + i]);
        }
    }
}
