package io.github.indirec.kernels.driver;

/**
 * What one kernel takes of a multiprocessor, as the PTX compiler says.
 *
 * @param registers 32-bit registers of a thread
 * @param stackBytes local memory of a thread: arrays that are not kept in registers, and spills
 * @param spillStoreBytes bytes written to local memory for want of registers
 * @param spillLoadBytes bytes read again
 * @param sharedBytes static shared memory of a block
 */
public record KernelResources(
        int registers, int stackBytes, int spillStoreBytes, int spillLoadBytes, int sharedBytes) {}
