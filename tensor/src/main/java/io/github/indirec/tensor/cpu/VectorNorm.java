package io.github.indirec.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link ScalarNorm} through the Vector API, bit for bit. */
final class VectorNorm extends ScalarNorm {
    private static final VectorSpecies<Float> SPECIES = VectorLanes.SPECIES;
    private static final int WIDTH = SPECIES.length();
    private static final boolean HALVES = VectorLanes.HALVES;

    /**
     * Rows that go through each step together, so that the long latencies of one row's sums overlap with the next's.
     */
    private static final int BLOCK = 16;

    VectorNorm() {
        VectorLanes.requireSupported();
    }

    @Override
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
        int whole = SPECIES.loopBound(width);
        for (int block = from; block < to; block += BLOCK) {
            int end = Math.min(to, block + BLOCK);
            for (int i = block; i < end; i++) {
                mean[meanOffset + i] = VectorLanes.sum(x, xOffset + i * width, width, lanes) / width;
            }
            for (int i = block; i < end; i++) {
                float squares = VectorLanes.squares(x, xOffset + i * width, width, mean[meanOffset + i], lanes);
                rstd[rstdOffset + i] = 1f / (float) Math.sqrt(squares / width + eps);
            }
            for (int i = block; i < end; i++) {
                int row = xOffset + i * width;
                int outRow = outOffset + i * width;
                float m = mean[meanOffset + i];
                float r = rstd[rstdOffset + i];
                int j = 0;
                for (; j < whole; j += WIDTH) {
                    FloatVector xhat = load(x, row + j).sub(m).mul(r);
                    xhat.fma(load(gamma, gammaOffset + j), load(beta, betaOffset + j)).intoArray(out, outRow + j);
                }
                for (; j < width; j++) {
                    out[outRow + j] = Math.fma((x[row + j] - m) * r, gamma[gammaOffset + j], beta[betaOffset + j]);
                }
            }
        }
    }

    @Override
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
            float m = mean[meanOffset + i];
            float r = rstd[rstdOffset + i];
            rowSums(x, row, gamma, gammaOffset, m, r, dy, dyRow, width, partial, partialOffset, gLanes, hLanes);
            float g = Lanes.tree(gLanes) / width;
            float h = Lanes.tree(hLanes) / width;
            rowGradient(x, row, gamma, gammaOffset, m, r, dy, dyRow, width, g, h, dx, dxOffset + i * width);
        }
    }

    /** Lanes of g and of g xhat for one row, whose dy xhat and dy are added to the partial sums on the way. */
    private static void rowSums(
            float[] x,
            int row,
            float[] gamma,
            int gammaOffset,
            float m,
            float r,
            float[] dy,
            int dyRow,
            int width,
            float[] partial,
            int partialOffset,
            float[] gLanes,
            float[] hLanes) {
        FloatVector mv = FloatVector.broadcast(SPECIES, m);
        FloatVector rv = FloatVector.broadcast(SPECIES, r);
        FloatVector gLow = FloatVector.zero(SPECIES);
        FloatVector gHigh = gLow;
        FloatVector hLow = gLow;
        FloatVector hHigh = gLow;
        int j = 0;
        for (int end = width & -Lanes.COUNT; j < end; j += Lanes.COUNT) {
            FloatVector dyj = load(dy, dyRow + j);
            FloatVector xhat = load(x, row + j).sub(mv).mul(rv);
            addParameters(dyj, xhat, width, partial, partialOffset + j);
            FloatVector g = dyj.mul(load(gamma, gammaOffset + j));
            gLow = gLow.add(g);
            hLow = g.fma(xhat, hLow);
            if (HALVES) {
                dyj = load(dy, dyRow + j + 8);
                xhat = load(x, row + j + 8).sub(mv).mul(rv);
                addParameters(dyj, xhat, width, partial, partialOffset + j + 8);
                g = dyj.mul(load(gamma, gammaOffset + j + 8));
                gHigh = gHigh.add(g);
                hHigh = g.fma(xhat, hHigh);
            }
        }
        VectorLanes.store(gLow, gHigh, gLanes);
        VectorLanes.store(hLow, hHigh, hLanes);
        for (; j < width; j++) {
            float dyj = dy[dyRow + j];
            float xhat = (x[row + j] - m) * r;
            float g = dyj * gamma[gammaOffset + j];
            gLanes[j & 15] += g;
            hLanes[j & 15] = Math.fma(g, xhat, hLanes[j & 15]);
            partial[partialOffset + j] = Math.fma(dyj, xhat, partial[partialOffset + j]);
            partial[partialOffset + width + j] += dyj;
        }
    }

    private static void addParameters(FloatVector dy, FloatVector xhat, int width, float[] partial, int offset) {
        dy.fma(xhat, load(partial, offset)).intoArray(partial, offset);
        load(partial, offset + width).add(dy).intoArray(partial, offset + width);
    }

    private static void rowGradient(
            float[] x,
            int row,
            float[] gamma,
            int gammaOffset,
            float m,
            float r,
            float[] dy,
            int dyRow,
            int width,
            float g,
            float h,
            float[] dx,
            int dxRow) {
        FloatVector mv = FloatVector.broadcast(SPECIES, m);
        FloatVector rv = FloatVector.broadcast(SPECIES, r);
        FloatVector gv = FloatVector.broadcast(SPECIES, g);
        FloatVector hv = FloatVector.broadcast(SPECIES, -h);
        int j = 0;
        for (int whole = SPECIES.loopBound(width); j < whole; j += WIDTH) {
            FloatVector xhat = load(x, row + j).sub(mv).mul(rv);
            FloatVector centred = load(dy, dyRow + j).mul(load(gamma, gammaOffset + j)).sub(gv);
            rv.mul(xhat.fma(hv, centred)).intoArray(dx, dxRow + j);
        }
        for (; j < width; j++) {
            float xhat = (x[row + j] - m) * r;
            float centred = dy[dyRow + j] * gamma[gammaOffset + j] - g;
            dx[dxRow + j] = r * Math.fma(xhat, -h, centred);
        }
    }

    @Override
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
        int whole = SPECIES.loopBound(width);
        for (int i = from; i < to; i++) {
            int row = xOffset + i * width;
            int outRow = outOffset + i * width;
            float length = Math.max((float) Math.sqrt(VectorLanes.dot(x, row, x, row, width, lanes)), eps);
            norm[normOffset + i] = length;
            FloatVector lv = FloatVector.broadcast(SPECIES, length);
            int j = 0;
            for (; j < whole; j += WIDTH) {
                load(x, row + j).div(lv).intoArray(out, outRow + j);
            }
            for (; j < width; j++) {
                out[outRow + j] = x[row + j] / length;
            }
        }
    }

    @Override
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
        int whole = SPECIES.loopBound(width);
        for (int i = from; i < to; i++) {
            int row = outOffset + i * width;
            int dyRow = dyOffset + i * width;
            int dxRow = dxOffset + i * width;
            float along = VectorLanes.dot(out, row, dy, dyRow, width, lanes);
            float length = norm[normOffset + i];
            FloatVector av = FloatVector.broadcast(SPECIES, -along);
            FloatVector lv = FloatVector.broadcast(SPECIES, length);
            int j = 0;
            for (; j < whole; j += WIDTH) {
                load(out, row + j).fma(av, load(dy, dyRow + j)).div(lv).intoArray(dx, dxRow + j);
            }
            for (; j < width; j++) {
                dx[dxRow + j] = Math.fma(out[row + j], -along, dy[dyRow + j]) / length;
            }
        }
    }

    private static FloatVector load(float[] array, int index) {
        return FloatVector.fromArray(SPECIES, array, index);
    }
}
