package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.VectorMath.SPECIES;

import jdk.incubator.vector.FloatVector;

/** {@link ScalarGate} through the Vector API, bit for bit; the exponential has a loop of its own, as in {@link VectorElementwise}. */
final class VectorGate extends ScalarGate {
    private static final int WIDTH = SPECIES.length();

    /** Values between the two loops: 8 KiB of gates and mixture, which stay in the first-level cache. */
    private static final int BLOCK = 1_024;

    VectorGate() {
        VectorLanes.requireSupported();
    }

    @Override
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
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += BLOCK) {
            int block = Math.min(BLOCK, whole - i);
            exponentials(z, zOffset + i, block, gates, gatesOffset + i);
            mixture(x, xOffset + i, y, yOffset + i, block, gates, gatesOffset + i, out, outOffset + i);
        }
        for (int i = whole; i < count; i++) {
            gates[gatesOffset + i] = FloatMath.exp(-z[zOffset + i]);
        }
        mix(x, xOffset, y, yOffset, whole, count, gates, gatesOffset, out, outOffset);
    }

    private static void exponentials(float[] z, int zOffset, int count, float[] gates, int gatesOffset) {
        for (int i = 0; i < count; i += WIDTH) {
            FloatVector minusZ = FloatVector.fromArray(SPECIES, z, zOffset + i).mul(-1f);
            VectorMath.exp(minusZ).intoArray(gates, gatesOffset + i);
        }
    }

    private static void mixture(
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            int count,
            float[] gates,
            int gatesOffset,
            float[] out,
            int outOffset) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int i = 0; i < count; i += WIDTH) {
            FloatVector g = one.div(FloatVector.fromArray(SPECIES, gates, gatesOffset + i).add(one));
            g.intoArray(gates, gatesOffset + i);
            FloatVector closed = one.sub(g).mul(FloatVector.fromArray(SPECIES, y, yOffset + i));
            g.fma(FloatVector.fromArray(SPECIES, x, xOffset + i), closed).intoArray(out, outOffset + i);
        }
    }

    @Override
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
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += WIDTH) {
            FloatVector g = FloatVector.fromArray(SPECIES, gates, gatesOffset + i);
            FloatVector upstream = FloatVector.fromArray(SPECIES, dout, doutOffset + i);
            FloatVector difference = FloatVector.fromArray(SPECIES, x, xOffset + i)
                    .sub(FloatVector.fromArray(SPECIES, y, yOffset + i));
            FloatVector open = g.mul(upstream);
            FloatVector shut = one.sub(g);
            open.intoArray(dx, dxOffset + i);
            shut.mul(upstream).intoArray(dy, dyOffset + i);
            difference.mul(open.mul(shut)).intoArray(dz, dzOffset + i);
        }
        super.gateBackward(
                gates, gatesOffset + whole, x, xOffset + whole, y, yOffset + whole, dout, doutOffset + whole,
                count - whole, dz, dzOffset + whole, dx, dxOffset + whole, dy, dyOffset + whole);
    }
}
