package io.github.indirec.kernels.sim;

/**
 * Blocks of a launch and threads of a block.
 *
 * @param gridX blocks along x; y and z alike
 * @param blockX threads along x; y and z alike
 */
public record LaunchSize(int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ) {
    private static final int MOST_THREADS = 1024;

    public LaunchSize {
        boolean positive = gridX > 0 && gridY > 0 && gridZ > 0 && blockX > 0 && blockY > 0 && blockZ > 0;
        if (!positive
                || (long) blockX * blockY * blockZ > MOST_THREADS
                || blockZ > 64
                || gridY > 65535
                || gridZ > 65535
                || (long) gridX * gridY * gridZ > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "launch: expected a grid of at least 1 block (y, z at most 65535) and blocks "
                            + "of 1 to 1024 threads (z at most 64), found a grid of " + gridX + " x " + gridY + " x "
                            + gridZ
                            + " and blocks of " + blockX + " x " + blockY + " x " + blockZ);
        }
    }

    /** Blocks and threads along x only. */
    public static LaunchSize of(int blocks, int threads) {
        return new LaunchSize(blocks, 1, 1, threads, 1, 1);
    }

    /** Threads of a block. */
    public int threads() {
        return blockX * blockY * blockZ;
    }

    /** Number of blocks. */
    public int blocks() {
        return gridX * gridY * gridZ;
    }
}
