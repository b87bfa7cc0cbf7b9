package io.github.indirec.tensor.cpu;

import static io.github.indirec.tensor.cpu.VectorMath.SPECIES;

import jdk.incubator.vector.FloatVector;

/** {@link ScalarOptimizer} through the Vector API, bit for bit. */
final class VectorOptimizer extends ScalarOptimizer {
    private static final int WIDTH = SPECIES.length();

    VectorOptimizer() {
        VectorLanes.requireSupported();
    }

    @Override
    void adamW(
            float[] p,
            int pOffset,
            float[] g,
            int gOffset,
            float[] m,
            int mOffset,
            float[] v,
            int vOffset,
            int count,
            float gradientScale,
            float beta1,
            float oneMinusBeta1,
            float beta2,
            float oneMinusBeta2,
            float decay,
            float stepSize,
            float rootScale,
            float eps) {
        FloatVector beta1s = FloatVector.broadcast(SPECIES, beta1);
        FloatVector beta2s = FloatVector.broadcast(SPECIES, beta2);
        FloatVector decays = FloatVector.broadcast(SPECIES, decay);
        FloatVector rootScales = FloatVector.broadcast(SPECIES, rootScale);
        FloatVector epsilons = FloatVector.broadcast(SPECIES, eps);
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += WIDTH) {
            FloatVector gi = FloatVector.fromArray(SPECIES, g, gOffset + i).mul(gradientScale);
            FloatVector mi = FloatVector.fromArray(SPECIES, m, mOffset + i).fma(beta1s, gi.mul(oneMinusBeta1));
            FloatVector vi = FloatVector.fromArray(SPECIES, v, vOffset + i).fma(beta2s, gi.mul(gi).mul(oneMinusBeta2));
            FloatVector denominator = vi.sqrt().fma(rootScales, epsilons);
            FloatVector update = mi.mul(stepSize).div(denominator).neg();
            mi.intoArray(m, mOffset + i);
            vi.intoArray(v, vOffset + i);
            FloatVector.fromArray(SPECIES, p, pOffset + i).fma(decays, update).intoArray(p, pOffset + i);
        }
        super.adamW(
                p, pOffset + whole, g, gOffset + whole, m, mOffset + whole, v, vOffset + whole, count - whole,
                gradientScale, beta1, oneMinusBeta1, beta2, oneMinusBeta2, decay, stepSize, rootScale, eps);
    }

    @Override
    void blockSquares(float[] x, int xOffset, int count, int from, int to, double[] sums) {
        float[] lanes = new float[Lanes.COUNT];
        for (int block = from; block < to; block++) {
            int first = block * SUM_BLOCK;
            sums[block] = VectorLanes.squares(x, xOffset + first, Math.min(SUM_BLOCK, count - first), 0f, lanes);
        }
    }
}
