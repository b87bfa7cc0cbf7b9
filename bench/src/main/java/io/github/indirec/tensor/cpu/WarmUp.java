package io.github.indirec.tensor.cpu;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Calls a kernel until the compiler is done with it. A fixed number or time of calls does not tell: before that a vector
 * kernel is a hundred times slower, and on a busy machine the compiler has to wait for a core (up to 1.8 seconds went by
 * between two gains of ragged attention, on two cores with five processes). So it is watched at work: as long as this
 * process's other threads use the processor, or calls become faster, the kernel is not warm.
 */
final class WarmUp {
    /** Calls are looked at together, at least one and for so long: several ticks of the processes' accounts. */
    private static final long SLICE_NANOS = 50_000_000;

    /** So many slices in a row without an event, and there will be none. */
    private static final int QUIET_SLICES = 6;

    /** Share of a core that JMH's and the JVM's own idle threads stay below. */
    private static final double IDLE = 0.05;

    /** A slice whose calls take less than this share of the best one's time is a gain, not noise. */
    private static final double FASTER = 0.9;

    private static final int MOST_SLICES = 400;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private WarmUp() {}

    static void settle(Runnable kernel) {
        double best = Double.POSITIVE_INFINITY;
        int quiet = 0;
        for (int slice = 0; quiet < QUIET_SLICES && slice < MOST_SLICES; slice++) {
            long begin = System.nanoTime();
            long cpu = THREADS.getCurrentThreadCpuTime();
            long othersCpu = PROCESS.getProcessCpuTime() - cpu;
            int calls = 0;
            do {
                kernel.run();
                calls++;
            } while (System.nanoTime() - begin < SLICE_NANOS);
            long cpuAfter = THREADS.getCurrentThreadCpuTime();
            othersCpu = PROCESS.getProcessCpuTime() - cpuAfter - othersCpu;
            double nanos = (double) (cpuAfter - cpu) / calls;
            boolean event = nanos < FASTER * best || othersCpu > IDLE * (System.nanoTime() - begin);
            best = Math.min(best, nanos);
            quiet = event ? 0 : quiet + 1;
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
