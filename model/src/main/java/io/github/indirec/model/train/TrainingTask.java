package io.github.indirec.model.train;

import io.github.indirec.autograd.Tape;
import io.github.indirec.model.io.FormatException;
import io.github.indirec.model.io.NamedArray;
import io.github.indirec.model.io.TensorFile;
import java.util.List;

/**
 * What one model learns from one data set: what an example is, what an epoch prepares, what a step minimises. Whatever is
 * random is addressed by seed, purpose and step, never drawn in order, so that a run can be stopped and resumed anywhere.
 */
public interface TrainingTask {
    /** Number of training examples. They are shuffled each epoch and cut into batches. */
    int examples();

    /** Before an epoch's first batch: clustering, for those who cluster. */
    default void beginEpoch(EpochLog log) {}

    /**
     * The losses of a step, on a recording tape.
     *
     * @param examples numbers below {@link #examples()}, one a row
     * @param step steps done before, over all epochs
     * @param log takes further measures
     */
    Losses losses(Tape tape, int[] examples, int step, EpochLog log);

    /** What a resumed run needs beside weights and optimiser; empty where an epoch prepares nothing. */
    default List<NamedArray> state() {
        return List.of();
    }

    /** Takes back what {@link #state} gave. */
    default void restore(TensorFile saved) throws FormatException {}

    /** Rough count of the values that it holds at once, apart from those of a step; for estimates of memory. */
    default long values() {
        return 0;
    }
}
