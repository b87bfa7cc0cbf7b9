package io.github.indirec.tensor.cpu;

import java.util.Arrays;

/**
 * Distance of directions, the specification: 1 - x . y / (|x| |y|) row by row. A row shorter than {@code eps} has no
 * direction: its loss is 1 and its gradients are 0.
 *
 * <p>Methods work on the rows {@code from} to {@code to} of row-major arrays of {@code width} columns whose first value
 * stands at the offset given.
 */
class ScalarCosine {
    final void cosineDistance(
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            float eps,
            int width,
            int from,
            int to,
            float[] losses,
            int lossesOffset) {
        float[] lanes = new float[Lanes.COUNT];
        for (int i = from; i < to; i++) {
            int xRow = xOffset + i * width;
            int yRow = yOffset + i * width;
            float xLength = (float) Math.sqrt(dot(x, xRow, x, xRow, width, lanes));
            float yLength = (float) Math.sqrt(dot(y, yRow, y, yRow, width, lanes));
            boolean directed = xLength >= eps && yLength >= eps;
            losses[lossesOffset + i] = directed ? 1f - dot(x, xRow, y, yRow, width, lanes) / (xLength * yLength) : 1f;
        }
    }

    /** dx = -scale (y / (|x| |y|) - cos x / |x|^2), and dy with x and y exchanged. */
    final void cosineDistanceBackward(
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            float eps,
            float scale,
            int width,
            int from,
            int to,
            float[] dx,
            int dxOffset,
            float[] dy,
            int dyOffset) {
        float[] lanes = new float[Lanes.COUNT];
        for (int i = from; i < to; i++) {
            int xRow = xOffset + i * width;
            int yRow = yOffset + i * width;
            int dxRow = dxOffset + i * width;
            int dyRow = dyOffset + i * width;
            float xLength = (float) Math.sqrt(dot(x, xRow, x, xRow, width, lanes));
            float yLength = (float) Math.sqrt(dot(y, yRow, y, yRow, width, lanes));
            if (xLength >= eps && yLength >= eps) {
                float across = -scale / (xLength * yLength);
                float along = -across * (dot(x, xRow, y, yRow, width, lanes) / (xLength * yLength));
                combine(across, y, yRow, along * (yLength / xLength), x, xRow, width, dx, dxRow);
                combine(across, x, xRow, along * (xLength / yLength), y, yRow, width, dy, dyRow);
            } else {
                Arrays.fill(dx, dxRow, dxRow + width, 0f);
                Arrays.fill(dy, dyRow, dyRow + width, 0f);
            }
        }
    }

    float dot(float[] x, int xRow, float[] y, int yRow, int width, float[] lanes) {
        return ScalarNorm.dot(x, xRow, y, yRow, width, lanes);
    }

    /** out = alpha x + beta y. */
    void combine(
            float alpha, float[] x, int xRow, float beta, float[] y, int yRow, int width, float[] out, int outRow) {
        for (int j = 0; j < width; j++) {
            out[outRow + j] = Math.fma(alpha, x[xRow + j], beta * y[yRow + j]);
        }
    }
}
