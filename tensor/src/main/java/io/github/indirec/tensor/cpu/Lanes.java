package io.github.indirec.tensor.cpu;

/**
 * The one order in which every reduction adds: element i goes to lane i mod 16, in order, then a fixed tree joins the
 * lanes. A 256-bit machine holds the lanes in two vectors, a 512-bit one in one, the scalar form in an array; the bits
 * agree. Lanes start at +0 and so never hold -0: adding a padding zero changes nothing.
 */
final class Lanes {
    static final int COUNT = 16;

    private Lanes() {}

    /** Sum of the first 16 values: l and l + 8, then l and l + 4, l + 2, l + 1. */
    static float tree(float[] lanes) {
        float a = (lanes[0] + lanes[8]) + (lanes[4] + lanes[12]);
        float b = (lanes[1] + lanes[9]) + (lanes[5] + lanes[13]);
        float c = (lanes[2] + lanes[10]) + (lanes[6] + lanes[14]);
        float d = (lanes[3] + lanes[11]) + (lanes[7] + lanes[15]);
        return (a + c) + (b + d);
    }

    /** The float64 form of {@link #tree(float[])}. */
    static double tree(double[] lanes) {
        double a = (lanes[0] + lanes[8]) + (lanes[4] + lanes[12]);
        double b = (lanes[1] + lanes[9]) + (lanes[5] + lanes[13]);
        double c = (lanes[2] + lanes[10]) + (lanes[6] + lanes[14]);
        double d = (lanes[3] + lanes[11]) + (lanes[7] + lanes[15]);
        return (a + c) + (b + d);
    }

    /** {@link #tree} of 16 lanes of which l and l + 8 have been added already. */
    static float tree8(float[] lanes) {
        return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
    }

    /** {@code count} rounded up to whole blocks of 16. */
    static int padded(int count) {
        return (count + COUNT - 1) & -COUNT;
    }
}
