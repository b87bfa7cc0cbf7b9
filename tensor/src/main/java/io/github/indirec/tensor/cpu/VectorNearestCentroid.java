package io.github.indirec.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link NearestCentroid} with a lane for every so many centroids: each keeps its own best, then the lanes are
 * compared.
 *
 * <p>Without masks, which are boxed at times under JDK 17: scores are compared as ints of the same order, and
 * "changed" is the sign of {@code x | -x}.
 */
final class VectorNearestCentroid extends NearestCentroid {
    private static final VectorSpecies<Float> FLOATS = VectorGemmTile.FLOATS;
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
    private static final int LANES = FLOATS.length();
    private static final IntVector LANE = IntVector.zero(INTS).addIndex(1);

    @Override
    void search(
            float[] dots, int rows, int first, int count, float[] norms, int offset, int[] best, float[] bestScore) {
        int whole = count - count % LANES;
        for (int i = 0; i < rows; i++) {
            int at = i * count;
            long key = first == 0 ? Long.MAX_VALUE : key(bestScore[offset + i], best[offset + i]);
            if (whole > 0) {
                key = Math.min(key, searchLanes(dots, at, first, whole, norms));
            }
            for (int k = whole; k < count; k++) {
                key = Math.min(key, key(Math.fma(-2f, dots[at + k], norms[first + k]), first + k));
            }
            best[offset + i] = (int) key;
            bestScore[offset + i] = score(key);
        }
    }

    private static long searchLanes(float[] dots, int at, int first, int count, float[] norms) {
        IntVector lowest = IntVector.broadcast(INTS, Integer.MAX_VALUE);
        IntVector index = LANE;
        FloatVector factor = FloatVector.broadcast(FLOATS, -2f);
        for (int k = 0; k < count; k += LANES) {
            IntVector bits = FloatVector.fromArray(FLOATS, dots, at + k)
                    .fma(factor, FloatVector.fromArray(FLOATS, norms, first + k))
                    .viewAsIntegralLanes();
            IntVector flip = bits.lanewise(VectorOperators.ASHR, 31).and(Integer.MAX_VALUE);
            IntVector score = bits.lanewise(VectorOperators.XOR, flip);
            IntVector lower = lowest.min(score);
            IntVector changed = isNonZero(lower.lanewise(VectorOperators.XOR, lowest));
            IntVector here = LANE.add(k);
            index = index.lanewise(VectorOperators.XOR, here.lanewise(VectorOperators.XOR, index).and(changed));
            lowest = lower;
        }
        int winner = lowest.reduceLanes(VectorOperators.MIN);
        IntVector loses = isNonZero(lowest.lanewise(VectorOperators.XOR, winner)).and(Integer.MAX_VALUE);
        return (long) winner << 32 | first + index.or(loses).reduceLanes(VectorOperators.MIN);
    }

    /** -1 in lanes that are not 0, else 0. */
    private static IntVector isNonZero(IntVector x) {
        return x.or(x.neg()).lanewise(VectorOperators.ASHR, 31);
    }
}
