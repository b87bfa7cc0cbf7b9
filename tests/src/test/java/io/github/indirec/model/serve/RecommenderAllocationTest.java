package io.github.indirec.model.serve;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.spi.Backend;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a call leaves to the garbage collector, by the counter of its thread. */
class RecommenderAllocationTest {
    /**
     * Bytes a call, for 20 items after at most 50: the answer, views of the kept memory and the layout of the batch.
     * Measured, compiled: 10 KB. One row of scores over 50,000 items would be 200 KB.
     */
    private static final long BOUND = 32_000;

    private static final int CALLS = 500;
    private static final int ROUNDS = 6;
    private static final int K = 20;

    private static long bytesPerCall(int items) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeTrue(
                threads.isThreadAllocatedMemorySupported() && threads.isThreadAllocatedMemoryEnabled(),
                "this JVM does not count what a thread allocates");
        Random random = new Random(1);
        int[][] histories = new int[CALLS][];
        for (int i = 0; i < CALLS; i++) {
            histories[i] = random.ints(1 + random.nextInt(50), 1, items + 1).toArray();
        }
        try (Backend backend = Backends.cpu(1);
                SequenceModel model = new SequenceModel(
                        new Parameters(backend, DType.F32),
                        InDiRecConfig.preset("beauty").encoder(),
                        items)) {
            model.initialize(1);
            try (Recommender recommender = Recommender.of(model)) {
                long self = Thread.currentThread().getId();
                long fewest = Long.MAX_VALUE;
                // Several rounds: until the code is compiled, the Vector API allocates a vector an operation.
                for (int round = 0; round < ROUNDS; round++) {
                    long before = threads.getThreadAllocatedBytes(self);
                    for (int[] history : histories) {
                        recommender.recommend(Query.after(history).top(K).withoutSeen());
                    }
                    fewest = Math.min(fewest, threads.getThreadAllocatedBytes(self) - before);
                }
                return fewest / CALLS;
            }
        }
    }

    @Test
    void aCallAllocatesLittleHoweverManyItemsThereAre() {
        for (int items : new int[] {1_000, 50_000}) {
            long bytes = bytesPerCall(items);
            assertTrue(bytes < BOUND, bytes + " bytes a call over " + items + " items, expected below " + BOUND);
        }
    }
}
