package io.github.indirec.model.train;

import java.util.ArrayList;
import java.util.List;

/** Where training stands, beside weights and optimiser: enough to go on bit for bit. */
final class TrainingState {
    /** Epoch in progress, or next. */
    int epoch;

    /** Batch of that epoch to do next; above 0 only in a state saved on interruption. */
    int batch;

    EarlyStopping earlyStopping = EarlyStopping.NONE;
    EpochSums sums = new EpochSums();

    /** Centroids of the latest fit [K x D]; null before the first. */
    float[] centroids;

    /** Cluster of every sub-sequence, a row a fit: all fits where mates remember them, else the latest. */
    final List<int[]> fits = new ArrayList<>();
}
