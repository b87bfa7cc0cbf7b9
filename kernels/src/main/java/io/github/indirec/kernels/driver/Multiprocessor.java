package io.github.indirec.kernels.driver;

import java.util.Locale;

/**
 * What one multiprocessor of an architecture holds, and so how many warps of a kernel it can keep at once.
 *
 * <p>The numbers: table "Technical Specifications per Compute Capability" of NVIDIA's CUDA C++ Programming Guide; the
 * units of allocation: the data sheet of NVIDIA's occupancy calculator. A model of what fits, not of speed.
 *
 * <p>Source: CUDA C++ Programming Guide 12, section Compute Capabilities; Nsight Compute, Occupancy Calculator.
 */
public enum Multiprocessor {
    SM_75(32, 16, 64, 256, 0),
    SM_80(64, 32, 164, 128, 1024),
    SM_86(48, 16, 100, 128, 1024),
    SM_89(48, 24, 100, 128, 1024),
    SM_90(64, 32, 228, 128, 1024);

    private static final int WARP = 32;
    private static final int REGISTERS = 65536;

    /** A warp's registers come in pieces of this many. */
    private static final int REGISTER_UNIT = 256;

    /** Registers are in four partitions, so warps are counted by fours. */
    private static final int PARTITIONS = 4;

    private final int warps;
    private final int blocks;
    private final int sharedBytes;
    private final int sharedUnit;
    private final int sharedReserved;

    Multiprocessor(int warps, int blocks, int sharedKilobytes, int sharedUnit, int sharedReserved) {
        this.warps = warps;
        this.blocks = blocks;
        this.sharedBytes = sharedKilobytes << 10;
        this.sharedUnit = sharedUnit;
        this.sharedReserved = sharedReserved;
    }

    /** As sm_75. */
    public String architecture() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Blocks of a kernel that are resident at once.
     *
     * @param threads of a block, 1 to 1024
     */
    public int residentBlocks(KernelResources kernel, int threads) {
        int blockWarps = up(threads, WARP) / WARP;
        int warpRegisters = up(Math.max(kernel.registers(), 1) * WARP, REGISTER_UNIT);
        int byRegisters = REGISTERS / warpRegisters / PARTITIONS * PARTITIONS / blockWarps;
        int blockShared = up(kernel.sharedBytes() + sharedReserved, sharedUnit);
        int byShared = blockShared == 0 ? blocks : sharedBytes / blockShared;
        return Math.min(Math.min(blocks, warps / blockWarps), Math.min(byRegisters, byShared));
    }

    /** Share of the warps that the multiprocessor could hold, 0 to 1. */
    public double occupancy(KernelResources kernel, int threads) {
        return (double) residentBlocks(kernel, threads) * (up(threads, WARP) / WARP) / warps;
    }

    private static int up(int value, int unit) {
        return (value + unit - 1) / unit * unit;
    }
}
