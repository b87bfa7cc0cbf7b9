package io.github.indirec.kernels.sim;

/**
 * A variable or a parameter.
 *
 * @param space shared, global, const, local or param
 * @param align alignment in bytes
 * @param bytes size, or {@link #DYNAMIC}
 * @param initial first bytes, maybe fewer than the size, or null
 * @param offset of a parameter: in the parameter block, in bytes; else 0
 */
record PtxVariable(String space, String name, int align, long bytes, byte[] initial, int offset) {
    /** Size of shared memory that the launch decides on. */
    static final long DYNAMIC = -1;
}
