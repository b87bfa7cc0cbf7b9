package io.github.indirec.tensor.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed set of worker threads that share out index ranges. Work is cut into pieces that do not depend on the number
 * of threads; threads take pieces as they come, so results must not depend on who takes which.
 *
 * <p>One caller at a time uses the workers; a second caller meanwhile does its own work alone, so nobody ever waits for
 * a stranger's job. Workers are daemons, park when idle and end with {@link #close}.
 */
final class Parallel implements AutoCloseable {
    /** Pieces of a reduction: fixed, so that its order of additions is. */
    static final int CHUNKS = 16;

    /** Spinning this often before parking, some 200 microseconds, saves a wake-up between the kernels of one step. */
    private static final int SPINS = 20_000;

    /** Handing over fewer values than this costs more than it saves: some 5 microseconds of reading. */
    private static final long LEAST_TO_SHARE = 16_384;

    interface RangeTask {
        void run(int from, int to);
    }

    interface ChunkTask {
        void run(int chunk, int from, int to);
    }

    /**
     * The pieces of one call, dealt out in equal runs of neighbours, a run a thread. A thread first does its own run, so
     * that the rows it touches in one kernel are in its cache for the next, then helps with the others'.
     */
    private static final class Job {
        final RangeTask task;
        final int count;
        final int grain;
        final int pieces;
        final int runs;
        final AtomicIntegerArray next;
        final AtomicInteger done = new AtomicInteger();
        volatile Throwable failure;

        Job(RangeTask task, int count, int grain, int threads) {
            this.task = task;
            this.count = count;
            this.grain = grain;
            this.pieces = (int) (((long) count + grain - 1) / grain);
            this.runs = threads;
            this.next = new AtomicIntegerArray(threads);
            for (int run = 0; run < threads; run++) {
                next.set(run, start(run));
            }
        }

        private int start(int run) {
            return (int) ((long) pieces * run / runs);
        }

        void work(int self) {
            for (int i = 0; i < runs; i++) {
                int run = (self + i) % runs;
                int end = start(run + 1);
                for (int piece = next.getAndIncrement(run); piece < end; piece = next.getAndIncrement(run)) {
                    try {
                        int from = piece * grain;
                        task.run(from, (int) Math.min(count, (long) from + grain));
                    } catch (Throwable t) {
                        failure = t;
                    }
                    done.incrementAndGet();
                }
            }
        }
    }

    private final Thread[] workers;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Job job;
    private volatile boolean closed;

    Parallel(int threads) {
        workers = new Thread[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            int self = i + 1;
            workers[i] = new Thread(() -> serve(self), "indirec-cpu-" + self);
            workers[i].setDaemon(true);
            workers[i].start();
        }
    }

    int threads() {
        return workers.length + 1;
    }

    /**
     * Runs the task over [0, count) in ranges of {@code grain} (the last may be shorter). The results must be the same
     * for any cut.
     */
    void ranges(int count, int grain, RangeTask task) {
        if (count <= 0) {
            return;
        }
        int step = Math.max(1, grain);
        if (workers.length == 0 || count <= step || lock.isHeldByCurrentThread() || !lock.tryLock()) {
            task.run(0, count);
            return;
        }
        try {
            Job mine = new Job(task, count, step, threads());
            job = mine;
            int helpers = Math.min(workers.length, mine.pieces - 1);
            for (int i = 0; i < helpers; i++) {
                LockSupport.unpark(workers[i]);
            }
            mine.work(0);
            int spins = 0;
            while (mine.done.get() < mine.pieces) {
                // The last pieces are short; a worker that lost its core gets it back when we yield ours.
                if (++spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
            job = null;
            if (mine.failure != null) {
                rethrow(mine.failure);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs the task once for each of {@link #CHUNKS} equal ranges of [0, count), numbered; empty ranges too.
     *
     * @param values how many values the task reads in all; few are done on the calling thread alone
     */
    void chunks(int count, long values, ChunkTask task) {
        ranges(CHUNKS, values > LEAST_TO_SHARE ? 1 : CHUNKS, (first, last) -> {
            for (int chunk = first; chunk < last; chunk++) {
                task.run(chunk, chunkStart(count, chunk), chunkStart(count, chunk + 1));
            }
        });
    }

    /** First index of a chunk of [0, count). */
    static int chunkStart(int count, int chunk) {
        return (int) ((long) count * chunk / CHUNKS);
    }

    private void serve(int self) {
        Job last = null;
        int idle = 0;
        while (!closed) {
            Job current = job;
            if (current != null && current != last) {
                last = current;
                idle = 0;
                current.work(self);
            } else if (++idle < SPINS) {
                Thread.onSpinWait();
            } else {
                last = null;
                LockSupport.park(this);
                idle = 0;
            }
        }
    }

    private static void rethrow(Throwable failure) {
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException(failure);
    }

    /** Ends the workers and waits for them. */
    @Override
    public void close() {
        closed = true;
        for (Thread worker : workers) {
            LockSupport.unpark(worker);
        }
        boolean interrupted = false;
        for (Thread worker : workers) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
