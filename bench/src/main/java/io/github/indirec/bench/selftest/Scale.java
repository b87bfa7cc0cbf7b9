package io.github.indirec.bench.selftest;

/**
 * Sizes of the ops.
 *
 * @param batch B
 * @param length L, the longest sequence
 * @param tokens mean length of a sequence; N is B times this
 * @param size D
 * @param heads H
 * @param items rows of the item table
 * @param points points to cluster
 * @param intents K
 * @param steps T
 */
record Scale(
        int batch, int length, int tokens, int size, int heads, int items, int points, int intents, int steps) {
    /** A run in seconds, also where every instruction is simulated; odd numbers, so that every kernel has tails. */
    static final Scale SMALL = new Scale(9, 13, 5, 24, 2, 301, 205, 19, 5);

    /** Beauty with the settings of record: 12,101 items, 22,363 users, sequences of 8.4 items in the mean. */
    static final Scale MODEL = new Scale(256, 50, 9, 64, 2, 12_103, 22_363, 256, 50);

    /** N. */
    int rows() {
        return batch * tokens;
    }
}
