package io.github.indirec.kernels.driver;

/**
 * What a device is.
 *
 * @param name as its maker calls it
 * @param major first digit of the compute capability, as the 8 of sm_86
 * @param minor second digit
 * @param multiprocessors number of streaming multiprocessors
 * @param clockKilohertz peak clock of the multiprocessors
 * @param memoryClockKilohertz peak clock of the memory
 * @param memoryBusBits width of the memory bus
 * @param totalBytes memory in all
 */
public record DeviceProperties(
        String name,
        int major,
        int minor,
        int multiprocessors,
        int clockKilohertz,
        int memoryClockKilohertz,
        int memoryBusBits,
        long totalBytes) {}
