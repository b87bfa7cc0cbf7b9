package io.github.indirec.tensor.cpu;

/** Whether a kernel computes what it should; asked before it is timed. */
final class Agreement {
    /** Of the largest value; another order of 12,800 additions differs by a tenth of it. */
    private static final double NATIVE_TOLERANCE = 1e-5;

    private Agreement() {}

    /** Refuses anything but the same bits. A NaN among the expected ones is a value that nobody stored. */
    static void requireSameBits(String kernel, float[] expected, float[] found) {
        requireLength(kernel, expected, found);
        for (int i = 0; i < expected.length; i++) {
            if (Float.isNaN(expected[i])) {
                throw new IllegalStateException(kernel + ": value " + i + " of the scalar kernel is NaN: the benchmark"
                        + " gives it wrong operands, or the kernel leaves a value out");
            }
            if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(found[i])) {
                throw disagreement(kernel, i, expected[i], found[i], "the same bits");
            }
        }
    }

    /** Refuses a difference above {@link #NATIVE_TOLERANCE}: another library adds in another order. */
    static void requireClose(String kernel, float[] expected, float[] found) {
        requireLength(kernel, expected, found);
        double largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            // Negated, so that NaN is refused.
            if (!(Math.abs(expected[i] - found[i]) <= NATIVE_TOLERANCE * largest)) {
                throw disagreement(
                        kernel, i, expected[i], found[i], NATIVE_TOLERANCE + " of the largest value, " + largest);
            }
        }
    }

    private static void requireLength(String kernel, float[] expected, float[] found) {
        if (found.length != expected.length) {
            throw new IllegalStateException(
                    kernel + ": found " + found.length + " values, expected " + expected.length);
        }
    }

    private static IllegalStateException disagreement(
            String kernel, int index, float expected, float found, String allowed) {
        return new IllegalStateException(kernel + ": value " + index + " is " + found + ", the scalar kernel's is "
                + expected + ", allowed is " + allowed + "; a wrong kernel is not timed, run the tests");
    }
}
