package io.github.indirec.tensor.cpu;

import java.util.Arrays;

/**
 * Row-wise normalisation, the specification: LayerNorm (Ba et al. 2016) in two passes, mean first and centred variance
 * second, since E[x^2] - E[x]^2 cancels; and division by the Euclidean norm.
 *
 * <p>Methods work on the rows {@code from} to {@code to} of row-major arrays of {@code width} columns whose first value
 * stands at the offset given.
 */
class ScalarNorm {
    void layerNorm(
            float[] x,
            int xOffset,
            float[] gamma,
            int gammaOffset,
            float[] beta,
            int betaOffset,
            float eps,
            int width,
            int from,
            int to,
            float[] out,
            int outOffset,
            float[] mean,
            int meanOffset,
            float[] rstd,
            int rstdOffset) {
        float[] lanes = new float[Lanes.COUNT];
        for (int i = from; i < to; i++) {
            int row = xOffset + i * width;
            int outRow = outOffset + i * width;
            float m = sum(x, row, width, lanes) / width;
            float variance = squares(x, row, width, m, lanes) / width;
            float r = 1f / (float) Math.sqrt(variance + eps);
            mean[meanOffset + i] = m;
            rstd[rstdOffset + i] = r;
            for (int j = 0; j < width; j++) {
                out[outRow + j] = Math.fma((x[row + j] - m) * r, gamma[gammaOffset + j], beta[betaOffset + j]);
            }
        }
    }

    /**
     * dx = rstd (g - mean(g) - xhat mean(g xhat)) with g = dy gamma and xhat = (x - mean) rstd. Stores this chunk's
     * share of dgamma = sum of dy xhat and of dbeta = sum of dy into {@code partial}, 2 {@code width} values, rows in
     * order.
     */
    void layerNormBackward(
            float[] x,
            int xOffset,
            float[] gamma,
            int gammaOffset,
            float[] mean,
            int meanOffset,
            float[] rstd,
            int rstdOffset,
            float[] dy,
            int dyOffset,
            int width,
            int from,
            int to,
            float[] dx,
            int dxOffset,
            float[] partial,
            int partialOffset) {
        float[] gLanes = new float[Lanes.COUNT];
        float[] hLanes = new float[Lanes.COUNT];
        Arrays.fill(partial, partialOffset, partialOffset + 2 * width, 0f);
        for (int i = from; i < to; i++) {
            int row = xOffset + i * width;
            int dyRow = dyOffset + i * width;
            int dxRow = dxOffset + i * width;
            float m = mean[meanOffset + i];
            float r = rstd[rstdOffset + i];
            Arrays.fill(gLanes, 0f);
            Arrays.fill(hLanes, 0f);
            for (int j = 0; j < width; j++) {
                float dyj = dy[dyRow + j];
                float xhat = (x[row + j] - m) * r;
                float g = dyj * gamma[gammaOffset + j];
                gLanes[j & 15] += g;
                hLanes[j & 15] = Math.fma(g, xhat, hLanes[j & 15]);
                partial[partialOffset + j] = Math.fma(dyj, xhat, partial[partialOffset + j]);
                partial[partialOffset + width + j] += dyj;
            }
            float g = Lanes.tree(gLanes) / width;
            float h = Lanes.tree(hLanes) / width;
            for (int j = 0; j < width; j++) {
                float xhat = (x[row + j] - m) * r;
                float centred = dy[dyRow + j] * gamma[gammaOffset + j] - g;
                dx[dxRow + j] = r * Math.fma(xhat, -h, centred);
            }
        }
    }

    /** out = sum of the chunks' partial rows, in chunk order, or out + that sum. */
    void joinChunks(
            float[] partials,
            int offset,
            int stride,
            int chunks,
            int width,
            boolean accumulate,
            float[] out,
            int outOffset) {
        for (int j = 0; j < width; j++) {
            float total = partials[offset + j];
            for (int chunk = 1; chunk < chunks; chunk++) {
                total += partials[offset + chunk * stride + j];
            }
            out[outOffset + j] = accumulate ? out[outOffset + j] + total : total;
        }
    }

    void normalizeRows(
            float[] x,
            int xOffset,
            float eps,
            int width,
            int from,
            int to,
            float[] out,
            int outOffset,
            float[] norm,
            int normOffset) {
        float[] lanes = new float[Lanes.COUNT];
        for (int i = from; i < to; i++) {
            int row = xOffset + i * width;
            int outRow = outOffset + i * width;
            float length = Math.max((float) Math.sqrt(dot(x, row, x, row, width, lanes)), eps);
            norm[normOffset + i] = length;
            for (int j = 0; j < width; j++) {
                out[outRow + j] = x[row + j] / length;
            }
        }
    }

    void normalizeRowsBackward(
            float[] out,
            int outOffset,
            float[] norm,
            int normOffset,
            float[] dy,
            int dyOffset,
            int width,
            int from,
            int to,
            float[] dx,
            int dxOffset) {
        float[] lanes = new float[Lanes.COUNT];
        for (int i = from; i < to; i++) {
            int row = outOffset + i * width;
            int dyRow = dyOffset + i * width;
            int dxRow = dxOffset + i * width;
            float along = dot(out, row, dy, dyRow, width, lanes);
            float length = norm[normOffset + i];
            for (int j = 0; j < width; j++) {
                dx[dxRow + j] = Math.fma(out[row + j], -along, dy[dyRow + j]) / length;
            }
        }
    }

    private static float sum(float[] x, int offset, int count, float[] lanes) {
        Arrays.fill(lanes, 0f);
        for (int i = 0; i < count; i++) {
            lanes[i & 15] += x[offset + i];
        }
        return Lanes.tree(lanes);
    }

    private static float squares(float[] x, int offset, int count, float centre, float[] lanes) {
        Arrays.fill(lanes, 0f);
        for (int i = 0; i < count; i++) {
            float centred = x[offset + i] - centre;
            lanes[i & 15] = Math.fma(centred, centred, lanes[i & 15]);
        }
        return Lanes.tree(lanes);
    }

    static float dot(float[] x, int xOffset, float[] y, int yOffset, int count, float[] lanes) {
        Arrays.fill(lanes, 0f);
        for (int i = 0; i < count; i++) {
            lanes[i & 15] = Math.fma(x[xOffset + i], y[yOffset + i], lanes[i & 15]);
        }
        return Lanes.tree(lanes);
    }
}
