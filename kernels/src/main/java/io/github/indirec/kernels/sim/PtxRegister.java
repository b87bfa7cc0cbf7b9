package io.github.indirec.kernels.sim;

/**
 * A virtual register of a kernel.
 *
 * @param name as in the PTX text
 * @param kind where it is kept
 * @param bits 1, 16, 32 or 64
 * @param id number among all registers of the kernel
 * @param slot number among those of its kind, from 1 (0 is for scratch)
 */
record PtxRegister(String name, RegisterKind kind, int bits, int id, int slot) {
    /** Index of lane 0 in the register file, or of the predicate's bits. */
    int offset() {
        return kind == RegisterKind.PREDICATE ? slot : slot * Warp.LANES;
    }
}
