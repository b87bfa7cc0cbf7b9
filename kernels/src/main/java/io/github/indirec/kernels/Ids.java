package io.github.indirec.kernels;

/** Row and column numbers from the host: a kernel cannot say which one was wrong, so they are looked through before. */
final class Ids {
    private Ids() {}

    /** @param ids of which the first {@code count} must be 0 to {@code bound - 1} */
    static void require(String operation, String name, int[] ids, int count, int bound) {
        if (ids.length < count) {
            throw new IllegalArgumentException(
                    operation + ": " + name + " has " + ids.length + " values, expected " + count + ", one a row");
        }
        for (int i = 0; i < count; i++) {
            if (ids[i] < 0 || ids[i] >= bound) {
                throw new IndexOutOfBoundsException(operation + ": " + name + "[" + i + "] is " + ids[i]
                        + ", expected 0 to " + (bound - 1));
            }
        }
    }
}
