package io.github.indirec.model.train;

import io.github.indirec.autograd.optim.AdamW;
import java.io.IOException;

/** Where a training run leaves its weights, its state and its metrics. */
public sealed interface TrainingStore permits RunFolder, TrainingStore.None {
    /** Keeps nothing. */
    TrainingStore NONE = new None();

    /** Keeps the weights of the best validation so far. */
    void saveBest(TrainableModel model) throws IOException;

    /** Keeps what {@link #read} needs. */
    void saveState(TrainableModel model, AdamW optimizer, TrainingTask task, TrainingState state) throws IOException;

    /** Restores model, optimiser and task and returns the state. */
    TrainingState read(TrainableModel model, AdamW optimizer, TrainingTask task) throws IOException;

    /** Adds an epoch to the metrics. */
    void append(EpochReport report) throws IOException;

    /** See {@link #NONE}. */
    final class None implements TrainingStore {
        private None() {}

        @Override
        public void saveBest(TrainableModel model) {}

        @Override
        public void saveState(TrainableModel model, AdamW optimizer, TrainingTask task, TrainingState state) {}

        @Override
        public TrainingState read(TrainableModel model, AdamW optimizer, TrainingTask task) throws IOException {
            throw new IOException("Trainer.resume: nothing is stored; give the trainer a run folder");
        }

        @Override
        public void append(EpochReport report) {}
    }
}
