package io.github.indirec.model.baselines;

import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.model.train.TrainingConfig;
import io.github.indirec.model.train.TrainingTask;
import java.util.function.Function;

/** A model that is an encoder with something to learn. */
record Baseline(
        ModelFamily family,
        SequenceModel sequenceModel,
        TrainingConfig training,
        Function<SequenceDataset, TrainingTask> tasks)
        implements TrainableModel {
    @Override
    public TrainingTask task(SequenceDataset data) {
        return tasks.apply(data);
    }
}
