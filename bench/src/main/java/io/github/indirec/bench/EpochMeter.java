package io.github.indirec.bench;

import com.sun.management.ThreadMXBean;
import io.github.indirec.model.train.EpochReport;
import io.github.indirec.model.train.TrainingListener;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Listens to a training: seconds by phase, operations of each training phase, bytes allocated a step. */
final class EpochMeter implements TrainingListener {
    private static final String TRAIN = "train";

    private final Output output;
    private final CountingBackend backend;
    private final int batches;
    private final List<Epoch> epochs = new ArrayList<>();
    private long flopsBefore;
    private long flopsAfter;
    private long bytesBefore;
    private long bytesAfter;

    /**
     * One epoch.
     *
     * @param report seconds by phase
     * @param trainFlops operations of the matrix products of the training phase
     * @param bytesPerStep allocated by all threads over the second half of the phase, a batch
     */
    record Epoch(EpochReport report, double trainFlops, double bytesPerStep) {
        double seconds(String phase) {
            return report.phaseSeconds().getOrDefault(phase, 0.0);
        }

        /** GFLOP/s of the training phase. */
        double gigaflops() {
            return trainFlops / seconds(TRAIN) / 1e9;
        }
    }

    EpochMeter(Output output, CountingBackend backend, int batches) {
        this.output = output;
        this.backend = backend;
        this.batches = batches;
    }

    List<Epoch> epochs() {
        return epochs;
    }

    @Override
    public void phaseStarted(int epoch, String phase, int units) {
        if (phase.equals(TRAIN)) {
            flopsBefore = backend.flops();
            bytesBefore = allocated();
        }
    }

    @Override
    public void unitDone(int epoch, String phase, int unit, double loss) {
        if (!phase.equals(TRAIN)) {
            return;
        }
        flopsAfter = backend.flops();
        if (unit == batches / 2) {
            bytesBefore = allocated();
        }
        if (unit == batches) {
            bytesAfter = allocated();
        }
    }

    @Override
    public void epochDone(EpochReport report) {
        int steps = batches - batches / 2;
        Epoch epoch = new Epoch(report, flopsAfter - flopsBefore, (double) (bytesAfter - bytesBefore) / steps);
        epochs.add(epoch);
        output.say("epoch %d: %.1f s training, %.1f GFLOP/s", report.epoch(), epoch.seconds(TRAIN), epoch.gigaflops());
    }

    /** Bytes that the live threads have allocated so far. */
    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }
}
