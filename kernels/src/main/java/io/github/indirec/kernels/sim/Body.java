package io.github.indirec.kernels.sim;

/**
 * What an arithmetic instruction does, for all 32 lanes at once: arithmetic has no side effect, so lanes that are
 * switched off may compute as well and their results are thrown away.
 */
@FunctionalInterface
interface Body {
    /**
     * Offsets point at lane 0 of a register in the array of its kind, or at the bits of a predicate.
     *
     * @param r 32-bit registers
     * @param q 64-bit registers
     * @param p predicates, bit l for lane l
     * @param d destination
     * @param a first source
     * @param b second source
     * @param c third source
     */
    void run(int[] r, long[] q, int[] p, int d, int a, int b, int c);
}
