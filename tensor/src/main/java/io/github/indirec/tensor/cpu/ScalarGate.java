package io.github.indirec.tensor.cpu;

/**
 * Mixing by gates, the specification: out = g x + (1 - g) y with g = sigmoid(z) = 1 / (1 + e^-z), so that an open gate
 * gives x and a closed one y exactly.
 *
 * <p>Methods over {@code count} values start at the offsets given.
 */
class ScalarGate {
    /** Writes the gates beside the mixture. */
    void gate(
            float[] z,
            int zOffset,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            int count,
            float[] gates,
            int gatesOffset,
            float[] out,
            int outOffset) {
        for (int i = 0; i < count; i++) {
            gates[gatesOffset + i] = FloatMath.exp(-z[zOffset + i]);
        }
        mix(x, xOffset, y, yOffset, 0, count, gates, gatesOffset, out, outOffset);
    }

    /** From {@code first} on turns e^-z, which stands in {@code gates}, into gates and mixes. */
    final void mix(
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            int first,
            int count,
            float[] gates,
            int gatesOffset,
            float[] out,
            int outOffset) {
        for (int i = first; i < count; i++) {
            float g = 1f / (1f + gates[gatesOffset + i]);
            gates[gatesOffset + i] = g;
            out[outOffset + i] = Math.fma(g, x[xOffset + i], (1f - g) * y[yOffset + i]);
        }
    }

    /** dx = g dout, dy = (1 - g) dout, dz = dout (x - y) g (1 - g). */
    void gateBackward(
            float[] gates,
            int gatesOffset,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            float[] dout,
            int doutOffset,
            int count,
            float[] dz,
            int dzOffset,
            float[] dx,
            int dxOffset,
            float[] dy,
            int dyOffset) {
        for (int i = 0; i < count; i++) {
            float g = gates[gatesOffset + i];
            float upstream = dout[doutOffset + i];
            float open = g * upstream;
            float closed = (1f - g) * upstream;
            dx[dxOffset + i] = open;
            dy[dyOffset + i] = closed;
            dz[dzOffset + i] = (x[xOffset + i] - y[yOffset + i]) * (open * (1f - g));
        }
    }
}
