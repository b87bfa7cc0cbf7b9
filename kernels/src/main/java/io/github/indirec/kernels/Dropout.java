package io.github.indirec.kernels;

/**
 * What a dropout kernel is told of its probability p.
 *
 * @param threshold a value is kept where the upper 24 bits of its word are at least this: exact, since (word >>> 8)
 *     2^-24 is a multiple of 2^-24
 * @param scale 1 / (1 - p), of the values kept
 */
record Dropout(int threshold, double scale) {
    /**
     * @param rows coordinates of the rows, at least {@code count}
     * @throws IllegalArgumentException if p is not in [0, 1) or rows are missing
     */
    static Dropout of(String operation, double p, int[] rows, int count) {
        if (!(p >= 0 && p < 1)) {
            throw new IllegalArgumentException(operation + ": expected a probability in [0, 1), found " + p);
        }
        if (p > 0 && rows.length < count) {
            throw new IllegalArgumentException(
                    operation + ": rows has " + rows.length + " coordinates, expected " + count + ", one a row of x");
        }
        return new Dropout((int) Math.ceil(p * (1 << 24)), 1 / (1 - p));
    }
}
