package io.github.indirec.model.train;

/** Told of progress, on the training thread. */
public interface TrainingListener {
    /** Hears nothing. */
    TrainingListener NONE = new TrainingListener() {};

    /** A phase of an epoch begins: {@code encode}, {@code cluster}, {@code train} or {@code validate}. */
    default void phaseStarted(int epoch, String phase, int units) {}

    /** One unit of the phase is done; {@code loss} is the batch's total loss while training, else NaN. */
    default void unitDone(int epoch, String phase, int unit, double loss) {}

    default void epochDone(EpochReport report) {}
}
