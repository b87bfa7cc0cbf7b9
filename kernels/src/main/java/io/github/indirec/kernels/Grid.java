package io.github.indirec.kernels;

/**
 * How many blocks a launch needs, and how sums over rows are cut: by sizes alone, so that results do not depend on the
 * device.
 */
final class Grid {
    /** Threads of a block that streams through values. */
    static final int THREADS = 256;

    /** Values that a streaming block takes: TILE in stream.cuh. */
    static final int TILE = 4 * THREADS;

    /** Values that a block sums: SUM_TILE in reduce.cuh. */
    static final int SUM_TILE = 4 * TILE;

    /** Rows of a block that gives each 16 threads, as in rows.cuh, and its threads. */
    static final int LANE_ROWS = 8;

    static final int LANE_ROW_THREADS = 16 * LANE_ROWS;

    /** Threads of a block that sums columns, and the columns that it takes: columns.cuh. */
    static final int COLUMN_THREADS = 512;

    static final int TILE_COLUMNS = 32;

    /** Rows that are worth a block of their own. */
    private static final int LEAST_ROWS = 64;

    /** Chunks fill the largest devices, and their sums are few enough for one block to join. */
    private static final int MOST_CHUNKS = 512;

    /**
     * The chunks of a sum over rows.
     *
     * @param rows of each but the last
     * @param count at least 1
     */
    record Chunks(int rows, int count) {}

    private Grid() {}

    /** The least number of blocks of {@code size} that hold {@code count}. */
    static int blocks(int count, int size) {
        return (int) (((long) count + size - 1) / size);
    }

    static Chunks chunks(int rows) {
        int size = Math.max(LEAST_ROWS, blocks(rows, MOST_CHUNKS));
        return new Chunks(size, Math.max(1, blocks(rows, size)));
    }
}
