package io.github.indirec.tensor.cpu;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Calls a kernel until the compiler is done with it. Iterations of a fixed length do not do that on a busy machine: a
 * vector kernel is a hundred times slower before, and the compiler needs a core as well.
 */
final class WarmUp {
    /** Without a faster call for so long, there will be none: the largest kernels compile in about half of it. */
    private static final long QUIET_NANOS = 700_000_000;

    private static final long LIMIT_NANOS = 20_000_000_000L;

    /** A call of less than this share of the best one's time is a new best, not noise. */
    private static final double FASTER = 0.9;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private WarmUp() {}

    static void settle(Runnable kernel) {
        long begin = System.nanoTime();
        long lastGain = begin;
        double best = Double.POSITIVE_INFINITY;
        long now = begin;
        while (now - lastGain < QUIET_NANOS && now - begin < LIMIT_NANOS) {
            double nanos = nanosOfACall(kernel, 1);
            now = System.nanoTime();
            if (nanos < FASTER * best) {
                best = nanos;
                lastGain = now;
            }
        }
    }

    /** CPU time of this thread for one of so many calls. */
    static double nanosOfACall(Runnable kernel, int times) {
        long begin = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < times; i++) {
            kernel.run();
        }
        return (double) (THREADS.getCurrentThreadCpuTime() - begin) / times;
    }
}
