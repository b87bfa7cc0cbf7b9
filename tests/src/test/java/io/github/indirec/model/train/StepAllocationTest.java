package io.github.indirec.model.train;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.indirec.model.InDiRec;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a training step leaves to the garbage collector, by the counter of its thread. */
class StepAllocationTest {
    private static final long SEED = 20_261_122;
    private static final int SMALL = 32;
    private static final int LARGE = 256;

    /**
     * Bytes by which a step of the large batch may exceed one of the small: fewer than one int for each row that it has
     * more, 896. Nothing that is as long as the batch fits below it, and less still what is as long as its items.
     */
    private static final long BOUND = 512;

    /** Enough for the compiler: before, the Vector API allocates a vector an operation. */
    private static final int WARM_STEPS = 600;

    private static final int STEPS = 200;

    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("timesteps", "4"),
            Map.entry("hidden_size", "16"),
            Map.entry("num_heads", "1"),
            Map.entry("num_intents", "4"),
            Map.entry("max_seq_length", "12"),
            Map.entry("kmeans_restarts", "1"),
            Map.entry("kmeans_iterations", "2"),
            Map.entry("validation_interval", "1000"),
            Map.entry("drop_last", "true"),
            Map.entry("epochs", "1000"));

    private static SequenceDataset data() {
        Random random = new Random(SEED);
        int[][] sequences = new int[400][];
        for (int user = 0; user < sequences.length; user++) {
            sequences[user] = random.ints(5 + random.nextInt(20), 1, 60).toArray();
        }
        return SequenceDataset.of("random", sequences);
    }

    /** The median step; a mean would hold the compiler's and the pool's rare allocations. */
    private static long bytesPerStep(Mode mode, int batch) throws IOException {
        SequenceDataset data = data();
        InDiRecConfig config = InDiRecConfig.of(Presets.settings("demo", mode)
                .with(SETTINGS, "test")
                .with(Map.of("batch_size", Integer.toString(batch)), "test"));
        try (Backend backend = Backends.cpu(1);
                InDiRec model = InDiRec.create(backend, config, data.items());
                Trainer trainer = new Trainer(model, data, TrainingStore.NONE)) {
            Meter meter = new Meter();
            trainer.run(meter);
            return meter.median();
        } finally {
            // The listener stops training by interrupting it.
            Thread.interrupted();
        }
    }

    private static final class Meter implements TrainingListener {
        private final com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final long self = Thread.currentThread().getId();
        private final List<Long> bytes = new ArrayList<>();
        private long before;
        private int steps;

        Meter() {
            assumeTrue(
                    threads.isThreadAllocatedMemorySupported() && threads.isThreadAllocatedMemoryEnabled(),
                    "this JVM does not count what a thread allocates");
        }

        @Override
        public void unitDone(int epoch, String phase, int unit, double loss) {
            if (!phase.equals("train")) {
                return;
            }
            // The first step of an epoch follows its shuffle.
            if (unit > 1 && steps++ >= WARM_STEPS) {
                bytes.add(threads.getThreadAllocatedBytes(self) - before);
                if (bytes.size() == STEPS) {
                    Thread.currentThread().interrupt();
                }
            }
            before = threads.getThreadAllocatedBytes(self);
        }

        long median() {
            List<Long> sorted = bytes.stream().sorted().toList();
            return sorted.get(sorted.size() / 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStepAllocatesNothingThatGrowsWithTheBatch(Mode mode) throws IOException {
        long small = bytesPerStep(mode, SMALL);
        long large = bytesPerStep(mode, LARGE);
        assertTrue(
                large - small < BOUND,
                "seed " + SEED + ": a step of " + SMALL + " allocates " + small + " bytes, one of " + LARGE + " "
                        + large + "; expected less than " + BOUND + " more");
    }
}
