package io.github.indirec.bench;

import io.github.indirec.model.serve.Query;
import io.github.indirec.model.serve.Recommender;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Throughput when several histories are ranked together, every thread one batch after the other. */
final class MicroBatches {
    private MicroBatches() {}

    /**
     * Requests answered a second by all threads together.
     *
     * @param size histories a batch, B
     * @param seconds how long to go on
     */
    static double rate(Recommender recommender, List<Query> queries, int size, int threads, double seconds)
            throws InterruptedException {
        AtomicLong answered = new AtomicLong();
        long begin = System.nanoTime();
        long end = begin + (long) (seconds * 1e9);
        Thread[] callers = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            int first = t * queries.size() / threads / size * size;
            callers[t] = new Thread(() -> {
                int from = first;
                while (System.nanoTime() < end) {
                    recommender.recommendAll(queries.subList(from, from + size));
                    answered.addAndGet(size);
                    from = from + 2 * size > queries.size() ? 0 : from + size;
                }
            });
            callers[t].start();
        }
        for (Thread caller : callers) {
            caller.join();
        }
        return answered.get() * 1e9 / (System.nanoTime() - begin);
    }
}
