package io.github.indirec.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link CentroidGroup} in register tiles of six points by two vectors, as {@link VectorGemmTileNarrow} has them. The
 * points are read where they lie: gathering them for {@link VectorGemm} would cost a pass over them for every group.
 */
final class VectorCentroidGroup extends CentroidGroup {
    private static final VectorSpecies<Float> FLOATS = VectorGemmTile.FLOATS;
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
    private static final int LANES = FLOATS.length();
    private static final IntVector LANE_BIT = IntVector.broadcast(INTS, 1)
            .lanewise(VectorOperators.LSHL, IntVector.zero(INTS).addIndex(1));
    private static final int SIZE = 2 * LANES;
    private static final int ROWS = 6;

    @Override
    int size() {
        return SIZE;
    }

    @Override
    int open(float[] bounds, int b0, int count, float drift, float[] reach, int[] rows) {
        int whole = count - count % LANES;
        int open = 0;
        for (int i = 0; i < whole; i += LANES) {
            FloatVector bound = FloatVector.fromArray(FLOATS, bounds, b0 + i).sub(drift).mul(DOWN);
            bound.intoArray(bounds, b0 + i);
            IntVector spare = FloatVector.fromArray(FLOATS, reach, i).sub(bound).viewAsIntegralLanes();
            // A lane's bit where its difference is not negative; mostly no lane has one.
            int bits = LANE_BIT.and(spare.lanewise(VectorOperators.ASHR, 31).not()).reduceLanes(VectorOperators.OR);
            for (; bits != 0; bits &= bits - 1) {
                rows[open++] = i + Integer.numberOfTrailingZeros(bits);
            }
        }
        return open(bounds, b0, whole, count, drift, reach, rows, open);
    }

    @Override
    void score(
            float[] x,
            int x0,
            int width,
            int[] rows,
            int count,
            float[] panels,
            int p0,
            float[] norms,
            int n0,
            float[] scores,
            int[] lowest) {
        for (int r = 0; r < count; r += ROWS) {
            dots(x, x0, width, rows, r, count - 1, panels, p0, scores);
            finish(norms, n0, scores, r, Math.min(count, r + ROWS), lowest);
        }
    }

    /** Dot products of rows r to r + 5; beyond the last row it is repeated. */
    private static void dots(
            float[] x, int x0, int width, int[] rows, int r, int last, float[] panels, int p0, float[] t) {
        int a0 = x0 + rows[r] * width;
        int a1 = x0 + rows[Math.min(r + 1, last)] * width;
        int a2 = x0 + rows[Math.min(r + 2, last)] * width;
        int a3 = x0 + rows[Math.min(r + 3, last)] * width;
        int a4 = x0 + rows[Math.min(r + 4, last)] * width;
        int a5 = x0 + rows[Math.min(r + 5, last)] * width;
        FloatVector c00 = FloatVector.zero(FLOATS);
        FloatVector c01 = FloatVector.zero(FLOATS);
        FloatVector c10 = FloatVector.zero(FLOATS);
        FloatVector c11 = FloatVector.zero(FLOATS);
        FloatVector c20 = FloatVector.zero(FLOATS);
        FloatVector c21 = FloatVector.zero(FLOATS);
        FloatVector c30 = FloatVector.zero(FLOATS);
        FloatVector c31 = FloatVector.zero(FLOATS);
        FloatVector c40 = FloatVector.zero(FLOATS);
        FloatVector c41 = FloatVector.zero(FLOATS);
        FloatVector c50 = FloatVector.zero(FLOATS);
        FloatVector c51 = FloatVector.zero(FLOATS);
        for (int j = 0; j < width; j++) {
            FloatVector b0 = FloatVector.fromArray(FLOATS, panels, p0 + j * SIZE);
            FloatVector b1 = FloatVector.fromArray(FLOATS, panels, p0 + j * SIZE + LANES);
            FloatVector a = FloatVector.broadcast(FLOATS, x[a0 + j]);
            c00 = a.fma(b0, c00);
            c01 = a.fma(b1, c01);
            a = FloatVector.broadcast(FLOATS, x[a1 + j]);
            c10 = a.fma(b0, c10);
            c11 = a.fma(b1, c11);
            a = FloatVector.broadcast(FLOATS, x[a2 + j]);
            c20 = a.fma(b0, c20);
            c21 = a.fma(b1, c21);
            a = FloatVector.broadcast(FLOATS, x[a3 + j]);
            c30 = a.fma(b0, c30);
            c31 = a.fma(b1, c31);
            a = FloatVector.broadcast(FLOATS, x[a4 + j]);
            c40 = a.fma(b0, c40);
            c41 = a.fma(b1, c41);
            a = FloatVector.broadcast(FLOATS, x[a5 + j]);
            c50 = a.fma(b0, c50);
            c51 = a.fma(b1, c51);
        }
        int to = r * SIZE;
        c00.intoArray(t, to);
        c01.intoArray(t, to + LANES);
        c10.intoArray(t, to + SIZE);
        c11.intoArray(t, to + SIZE + LANES);
        c20.intoArray(t, to + 2 * SIZE);
        c21.intoArray(t, to + 2 * SIZE + LANES);
        c30.intoArray(t, to + 3 * SIZE);
        c31.intoArray(t, to + 3 * SIZE + LANES);
        c40.intoArray(t, to + 4 * SIZE);
        c41.intoArray(t, to + 4 * SIZE + LANES);
        c50.intoArray(t, to + 5 * SIZE);
        c51.intoArray(t, to + 5 * SIZE + LANES);
    }

    /** Turns dot products into scores; they are compared as ints, since a minimum of floats is slow under JDK 17. */
    private static void finish(float[] norms, int n0, float[] scores, int from, int to, int[] lowest) {
        FloatVector norm0 = FloatVector.fromArray(FLOATS, norms, n0);
        FloatVector norm1 = FloatVector.fromArray(FLOATS, norms, n0 + LANES);
        FloatVector factor = FloatVector.broadcast(FLOATS, -2f);
        for (int r = from; r < to; r++) {
            FloatVector s0 = FloatVector.fromArray(FLOATS, scores, r * SIZE).fma(factor, norm0);
            FloatVector s1 = FloatVector.fromArray(FLOATS, scores, r * SIZE + LANES).fma(factor, norm1);
            s0.intoArray(scores, r * SIZE);
            s1.intoArray(scores, r * SIZE + LANES);
            IntVector least = ordered(s0.viewAsIntegralLanes()).min(ordered(s1.viewAsIntegralLanes()));
            lowest[r] = least.reduceLanes(VectorOperators.MIN);
        }
    }

    private static IntVector ordered(IntVector bits) {
        IntVector flip = bits.lanewise(VectorOperators.ASHR, 31).and(Integer.MAX_VALUE);
        return bits.lanewise(VectorOperators.XOR, flip);
    }
}
