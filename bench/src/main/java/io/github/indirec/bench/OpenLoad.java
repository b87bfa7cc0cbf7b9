package io.github.indirec.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Requests that come when they come, whether or not the earlier ones are answered, as those of independent users do:
 * the times are laid down beforehand, and a latency counts from the time at which its request was due. A server that
 * stalls thus pays for every request that waits meanwhile, which a loop that waits for each answer never sees
 * (coordinated omission).
 *
 * <p>A few threads take the requests from one queue in order.
 */
final class OpenLoad {
    private static final long SEED = 2;
    private static final double NANOS = 1e9;

    /** Waiting threads sleep until so long before a request is due, then spin: a timer may wake them 60 us late. */
    private static final long SPIN_NANOS = 150_000;

    private OpenLoad() {}

    /** How the gaps between requests are drawn. */
    enum Spacing {
        /** Exponential gaps of the mean 1 / rate, a Poisson process: bursts happen. */
        POISSON,
        /** Equal gaps. */
        CONSTANT
    }

    /**
     * What came of it.
     *
     * @param micros latency of each request in microseconds, sorted
     * @param rate requests answered a second, from the first one due to the last one answered
     * @param bytesPerCall what the threads allocated, over the requests
     */
    record Result(double[] micros, double rate, double bytesPerCall) {
        /** The latency that the share {@code q} of the requests did not exceed. */
        double quantile(double q) {
            return micros[Math.max(0, (int) Math.ceil(q * micros.length) - 1)];
        }
    }

    /**
     * Sends the requests and waits for all answers.
     *
     * @param rate requests a second
     * @param count how many
     * @param request answers the request of that number; called from several threads
     */
    static Result run(int threads, double rate, int count, Spacing spacing, IntConsumer request)
            throws InterruptedException {
        long[] due = schedule(rate, count, spacing);
        double[] micros = new double[count];
        AtomicInteger next = new AtomicInteger();
        AtomicLong bytes = new AtomicLong();
        AtomicLong last = new AtomicLong();
        ThreadMXBean counters = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // A little ahead, so that all threads wait for the first request.
        long start = System.nanoTime() + 20_000_000;
        Thread[] servers = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            servers[t] = new Thread(() -> {
                long self = Thread.currentThread().getId();
                long before = counters.getThreadAllocatedBytes(self);
                long answered = 0;
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    await(start + due[i]);
                    request.accept(i);
                    answered = System.nanoTime() - start;
                    micros[i] = (answered - due[i]) / 1e3;
                }
                last.accumulateAndGet(answered, Math::max);
                bytes.addAndGet(counters.getThreadAllocatedBytes(self) - before);
            });
            servers[t].start();
        }
        for (Thread server : servers) {
            server.join();
        }
        Arrays.sort(micros);
        return new Result(micros, count * NANOS / (last.get() - due[0]), (double) bytes.get() / count);
    }

    private static long[] schedule(double rate, int count, Spacing spacing) {
        SplittableRandom random = new SplittableRandom(SEED);
        long[] due = new long[count];
        double time = 0;
        for (int i = 0; i < count; i++) {
            due[i] = (long) time;
            double gap = spacing == Spacing.POISSON ? -Math.log(1 - random.nextDouble()) : 1;
            time += gap * NANOS / rate;
        }
        return due;
    }

    private static void await(long time) {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            if (left > SPIN_NANOS) {
                LockSupport.parkNanos(left - SPIN_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
