package io.github.indirec.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The 16 lanes of {@link Lanes} in vectors: lanes 0 to 7 and 8 to 15 in two of 256 bits, or all in one of 512 bits
 * (then {@code high} stays zero and every {@code if (HALVES)} is folded away).
 */
final class VectorLanes {
    static final VectorSpecies<Float> SPECIES = VectorMath.SPECIES;

    /** Whether two vectors hold the lanes. */
    static final boolean HALVES = SPECIES.length() == 8;

    private VectorLanes() {}

    /** Throws unless this machine's vectors are 256 or 512 bits wide. */
    static void requireSupported() {
        if (SPECIES.length() != 8 && SPECIES.length() != Lanes.COUNT) {
            throw new IllegalStateException("Vector kernels: expected vectors of 256 or 512 bits, found "
                    + SPECIES.vectorBitSize() + "; use the scalar kernels");
        }
    }

    /** Writes the lanes into the first 16 values of {@code lanes}, for a tail to be added and the tree to be taken. */
    static void store(FloatVector low, FloatVector high, float[] lanes) {
        low.intoArray(lanes, 0);
        if (HALVES) {
            high.intoArray(lanes, 8);
        }
    }

    /** Sum of {@code count} values. */
    static float sum(float[] x, int offset, int count, float[] lanes) {
        FloatVector low = FloatVector.zero(SPECIES);
        FloatVector high = low;
        int i = 0;
        for (int end = count & -Lanes.COUNT; i < end; i += Lanes.COUNT) {
            low = low.add(FloatVector.fromArray(SPECIES, x, offset + i));
            if (HALVES) {
                high = high.add(FloatVector.fromArray(SPECIES, x, offset + i + 8));
            }
        }
        if (HALVES && i == count) {
            low.add(high).intoArray(lanes, 0);
            return Lanes.tree8(lanes);
        }
        store(low, high, lanes);
        for (; i < count; i++) {
            lanes[i & 15] += x[offset + i];
        }
        return Lanes.tree(lanes);
    }

    /** Sum of x[i] y[i], one fused multiply-add each. */
    static float dot(float[] x, int xOffset, float[] y, int yOffset, int count, float[] lanes) {
        FloatVector low = FloatVector.zero(SPECIES);
        FloatVector high = low;
        int i = 0;
        for (int end = count & -Lanes.COUNT; i < end; i += Lanes.COUNT) {
            FloatVector a = FloatVector.fromArray(SPECIES, x, xOffset + i);
            low = a.fma(FloatVector.fromArray(SPECIES, y, yOffset + i), low);
            if (HALVES) {
                FloatVector b = FloatVector.fromArray(SPECIES, x, xOffset + i + 8);
                high = b.fma(FloatVector.fromArray(SPECIES, y, yOffset + i + 8), high);
            }
        }
        if (HALVES && i == count) {
            low.add(high).intoArray(lanes, 0);
            return Lanes.tree8(lanes);
        }
        store(low, high, lanes);
        for (; i < count; i++) {
            lanes[i & 15] = Math.fma(x[xOffset + i], y[yOffset + i], lanes[i & 15]);
        }
        return Lanes.tree(lanes);
    }

    /** Sum of (x[i] - centre)^2, one fused multiply-add each. */
    static float squares(float[] x, int offset, int count, float centre, float[] lanes) {
        FloatVector c = FloatVector.broadcast(SPECIES, centre);
        FloatVector low = FloatVector.zero(SPECIES);
        FloatVector high = low;
        int i = 0;
        for (int end = count & -Lanes.COUNT; i < end; i += Lanes.COUNT) {
            FloatVector a = FloatVector.fromArray(SPECIES, x, offset + i).sub(c);
            low = a.fma(a, low);
            if (HALVES) {
                FloatVector b = FloatVector.fromArray(SPECIES, x, offset + i + 8).sub(c);
                high = b.fma(b, high);
            }
        }
        if (HALVES && i == count) {
            low.add(high).intoArray(lanes, 0);
            return Lanes.tree8(lanes);
        }
        store(low, high, lanes);
        for (; i < count; i++) {
            float centred = x[offset + i] - centre;
            lanes[i & 15] = Math.fma(centred, centred, lanes[i & 15]);
        }
        return Lanes.tree(lanes);
    }
}
