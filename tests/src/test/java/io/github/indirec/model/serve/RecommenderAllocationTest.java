package io.github.indirec.model.serve;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

    /** A model of that family, with Beauty's settings and initial weights. */
    private static SequenceModel model(Backend backend, ModelFamily family, int items) {
        return family.create(backend, family.settings("beauty"), items).sequenceModel();
    }

    private static long bytesPerCall(ModelFamily family, int items) {
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
                SequenceModel model = model(backend, family, items)) {
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

    /** Positions counted from the last item; from the first; and with a mask item behind the history. */
    @ParameterizedTest
    @EnumSource(names = {"INDIREC", "DUOREC", "BERT4REC"})
    void aCallAllocatesLittleHoweverManyItemsThereAre(ModelFamily family) {
        for (int items : new int[] {1_000, 50_000}) {
            long bytes = bytesPerCall(family, items);
            assertTrue(bytes < BOUND, bytes + " bytes a call over " + items + " items, expected below " + BOUND);
        }
    }
}
