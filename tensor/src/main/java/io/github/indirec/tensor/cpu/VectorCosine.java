package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.VectorMath.SPECIES;

import jdk.incubator.vector.FloatVector;

/** {@link ScalarCosine} through the Vector API, bit for bit. */
final class VectorCosine extends ScalarCosine {
    private static final int WIDTH = SPECIES.length();

    VectorCosine() {
        VectorLanes.requireSupported();
    }

    @Override
    float dot(float[] x, int xRow, float[] y, int yRow, int width, float[] lanes) {
        return VectorLanes.dot(x, xRow, y, yRow, width, lanes);
    }

    @Override
    void combine(
            float alpha, float[] x, int xRow, float beta, float[] y, int yRow, int width, float[] out, int outRow) {
        FloatVector a = FloatVector.broadcast(SPECIES, alpha);
        int j = 0;
        for (int whole = SPECIES.loopBound(width); j < whole; j += WIDTH) {
            FloatVector scaled = FloatVector.fromArray(SPECIES, y, yRow + j).mul(beta);
            FloatVector.fromArray(SPECIES, x, xRow + j).fma(a, scaled).intoArray(out, outRow + j);
        }
        for (; j < width; j++) {
            out[outRow + j] = Math.fma(alpha, x[xRow + j], beta * y[yRow + j]);
        }
    }
}
