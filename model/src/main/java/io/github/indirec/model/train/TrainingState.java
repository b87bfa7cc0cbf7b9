package io.github.indirec.model.train;

/** Where training stands, beside weights, optimiser and the task's own state: enough to go on bit for bit. */
final class TrainingState {
    /** Epoch in progress, or next. */
    int epoch;

    /** Batch of that epoch to do next; above 0 only in a state saved on interruption. */
    int batch;

    EarlyStopping earlyStopping = EarlyStopping.NONE;
    EpochMeans means = new EpochMeans();
}
