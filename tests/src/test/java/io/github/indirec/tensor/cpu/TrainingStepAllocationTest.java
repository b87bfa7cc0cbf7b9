package io.github.indirec.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.indirec.model.InDiRec;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.train.Trainer;
import io.github.indirec.model.train.TrainingListener;
import io.github.indirec.model.train.TrainingStore;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a training step leaves to the garbage collector, by the counter of its thread. With the scalar kernels: the Vector
 * API boxes a vector wherever the compiler did not inline, some 30 bytes a row here, and far more before it is warm.
 */
class TrainingStepAllocationTest {
    private static final long SEED = 20_261_122;
    private static final int SMALL = 32;
    private static final int LARGE = 256;

    /**
     * Bytes by which a step of the large batch may exceed one of the small. It has 224 rows and some 1,200 items more: an
     * array of one int an item would be 5,000. Measured: 700 in mode official and 5,200 in mode paper, whose remainder
     * changes with what is compiled; 97,000 when every step made its arrays anew.
     */
    private static final long BOUND = 8_000;

    /** Steps of a run; the last third counts. */
    private static final int STEPS = 150;

    /** Both batch sizes so many times: the first warms up what is then measured. */
    private static final int PASSES = 2;

    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("timesteps", "4"),
            Map.entry("hidden_size", "16"),
            Map.entry("num_heads", "1"),
            Map.entry("num_intents", "4"),
            Map.entry("max_seq_length", "12"),
            Map.entry("kmeans_restarts", "1"),
            Map.entry("kmeans_iterations", "2"),
            Map.entry("clustering_interval", "1000"),
            Map.entry("validation_interval", "1000"),
            Map.entry("drop_last", "true"),
            Map.entry("epochs", "1000"));

    private static SequenceDataset data() {
        Random random = new Random(SEED);
        int[][] sequences = new int[1500][];
        for (int user = 0; user < sequences.length; user++) {
            sequences[user] = random.ints(5 + random.nextInt(8), 1, 60).toArray();
        }
        return SequenceDataset.of("random", sequences);
    }

    /** The median step; a mean would hold the compiler's and the pool's rare allocations. */
    private static long bytesPerStep(Mode mode, int batch) throws IOException {
        SequenceDataset data = data();
        InDiRecConfig config = InDiRecConfig.of(Presets.settings("demo", mode)
                .with(SETTINGS, "test")
                .with(Map.of("batch_size", Integer.toString(batch)), "test"));
        try (Backend backend = new CpuBackend(1, false, "scalar");
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
            if (unit > 1) {
                bytes.add(threads.getThreadAllocatedBytes(self) - before);
            }
            if (bytes.size() == STEPS) {
                Thread.currentThread().interrupt();
            }
            before = threads.getThreadAllocatedBytes(self);
        }

        long median() {
            List<Long> last = bytes.subList(STEPS * 2 / 3, STEPS).stream().sorted().toList();
            return last.get(last.size() / 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStepAllocatesNothingThatGrowsWithTheBatch(Mode mode) throws IOException {
        long small = 0;
        long large = 0;
        for (int pass = 0; pass < PASSES; pass++) {
            small = bytesPerStep(mode, SMALL);
            large = bytesPerStep(mode, LARGE);
        }
        assertTrue(
                large - small < BOUND,
                "seed " + SEED + ": a step of " + SMALL + " allocates " + small + " bytes, one of " + LARGE + " "
                        + large + "; expected less than " + BOUND + " more");
    }
}
