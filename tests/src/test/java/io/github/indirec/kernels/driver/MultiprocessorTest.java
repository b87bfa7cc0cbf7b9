package io.github.indirec.kernels.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Occupancy by hand, one case for each of the things that can run out. */
class MultiprocessorTest {
    private static KernelResources kernel(int registers, int sharedBytes) {
        return new KernelResources(registers, 0, 0, 0, sharedBytes);
    }

    @Test
    void aSmallKernelFillsTheWarps() {
        // 8 warps a block: 32 / 8, 64 / 8, 48 / 8 blocks.
        assertEquals(4, Multiprocessor.SM_75.residentBlocks(kernel(32, 0), 256));
        assertEquals(8, Multiprocessor.SM_80.residentBlocks(kernel(32, 0), 256));
        assertEquals(6, Multiprocessor.SM_86.residentBlocks(kernel(32, 0), 256));
        assertEquals(1.0, Multiprocessor.SM_90.occupancy(kernel(32, 0), 256));
    }

    @Test
    void smallBlocksRunOutOfBlocks() {
        assertEquals(16, Multiprocessor.SM_75.residentBlocks(kernel(16, 0), 32));
        assertEquals(16, Multiprocessor.SM_86.residentBlocks(kernel(16, 0), 32));
        assertEquals(24, Multiprocessor.SM_89.residentBlocks(kernel(16, 0), 32));
        assertEquals(0.5, Multiprocessor.SM_80.occupancy(kernel(16, 0), 32));
    }

    @Test
    void registersAreGivenToWarpsByPiecesAndWarpsCountByFours() {
        // 64 x 32 = 2048 a warp: 32 warps, 4 blocks of 8.
        assertEquals(4, Multiprocessor.SM_80.residentBlocks(kernel(64, 0), 256));
        assertEquals(0.5, Multiprocessor.SM_80.occupancy(kernel(64, 0), 256));
        // 65 x 32 = 2080, so 2304: 28 warps, 3 blocks of 8.
        assertEquals(3, Multiprocessor.SM_80.residentBlocks(kernel(65, 0), 256));
        // 168 x 32 = 5376: 12.2 warps, so 12; 90 x 32 = 2880, so 3072: 21.3 warps, so 20 and 5 blocks of 4.
        assertEquals(3, Multiprocessor.SM_86.residentBlocks(kernel(168, 0), 128));
        assertEquals(5, Multiprocessor.SM_86.residentBlocks(kernel(90, 0), 128));
        assertEquals(20, Multiprocessor.SM_89.residentBlocks(kernel(90, 0), 32));
        assertEquals(0, Multiprocessor.SM_75.residentBlocks(kernel(255, 0), 1024));
    }

    @Test
    void sharedMemoryHasAReservedKilobyteABlockSinceAmpere() {
        assertEquals(4, Multiprocessor.SM_75.residentBlocks(kernel(16, 16 << 10), 32));
        // 17 KB a block of 164, 100, 228.
        assertEquals(9, Multiprocessor.SM_80.residentBlocks(kernel(16, 16 << 10), 32));
        assertEquals(5, Multiprocessor.SM_89.residentBlocks(kernel(16, 16 << 10), 32));
        assertEquals(13, Multiprocessor.SM_90.residentBlocks(kernel(16, 16 << 10), 32));
        // One byte more takes a piece of 128 or 256: 64 KB / 16.25 KB.
        assertEquals(3, Multiprocessor.SM_75.residentBlocks(kernel(16, (16 << 10) + 1), 32));
    }
}
