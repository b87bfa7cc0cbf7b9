package io.github.indirec.tensor.cpu;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * What this machine's fused multiply-add units give at most to a matrix product written in Java: the register tile
 * alone, on operands that stay in the first-level cache.
 */
public final class TilePeak {
    /** Length of the tile's sums: the panel that it reads then fills half of a 32 KiB cache. */
    private static final int K = 256;

    /** Tiles between two looks at the clock, some 50 us. */
    private static final int BURST = 100;

    /** Tiles before the clock starts: in the interpreter a few hundred a second, until the compiler is done. */
    private static final int WARM_UP_TILES = 20_000;

    private static final double LONGEST_WARM_UP = 10;

    private TilePeak() {}

    /** Why the tile cannot run in this JVM, and what helps; empty where it can. */
    public static Optional<String> unavailable() {
        return VectorSupport.unavailable();
    }

    /**
     * GFLOP/s, a fused multiply-add being two, of all threads together.
     *
     * @param seconds how long each thread runs
     * @throws IllegalStateException where the tile is {@link #unavailable}
     */
    public static double gigaflops(int threads, double seconds) throws InterruptedException {
        unavailable().ifPresent(reason -> {
            throw new IllegalStateException("TilePeak: " + reason);
        });
        rate(LONGEST_WARM_UP, WARM_UP_TILES);
        CountDownLatch ready = new CountDownLatch(threads);
        double[] rates = new double[threads];
        Thread[] runners = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            int self = t;
            runners[t] = new Thread(() -> {
                ready.countDown();
                rates[self] = rate(seconds, Long.MAX_VALUE);
            });
            runners[t].start();
        }
        ready.await();
        for (Thread runner : runners) {
            runner.join();
        }
        return Arrays.stream(rates).sum();
    }

    private static double rate(double seconds, long most) {
        VectorGemmTile tile = VectorGemmTile.forThisMachine();
        float[] a = new float[tile.rows * K];
        float[] panel = new float[tile.columns * K];
        float[] t = new float[tile.rows * tile.columns];
        Arrays.fill(a, 1f / K);
        Arrays.fill(panel, 1f);
        long tiles = 0;
        long begin = System.nanoTime();
        long now;
        do {
            for (int i = 0; i < BURST; i++) {
                tile.alongRows(K, a, 0, K, tile.rows, panel, 0, t, 0, tile.columns, false);
            }
            tiles += BURST;
            now = System.nanoTime();
        } while (now - begin < seconds * 1e9 && tiles < most);
        return 2.0 * K * tile.rows * tile.columns * tiles / (now - begin);
    }
}
