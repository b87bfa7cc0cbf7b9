package io.github.indirec.model.train;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.tensor.spi.Backend;

/** A model that a {@link Trainer} trains: what of it ranks, and what it learns from data. One thread at a time. */
public interface TrainableModel extends AutoCloseable {
    /** Which model it is. */
    ModelFamily family();

    /** Encoder and item table: all that ranking needs. */
    SequenceModel sequenceModel();

    /** How long, how fast and how it is validated. */
    TrainingConfig training();

    /**
     * What is to be learnt from these data.
     *
     * @throws IllegalArgumentException if they are too few
     */
    TrainingTask task(SequenceDataset data);

    /** All parameters. */
    default Parameters parameters() {
        return sequenceModel().parameters();
    }

    default Backend backend() {
        return sequenceModel().backend();
    }

    @Override
    default void close() {
        sequenceModel().close();
    }
}
