package io.github.indirec.model.train;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.optim.AdamW;
import io.github.indirec.autograd.optim.GradientClipping;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.eval.Evaluator;
import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.tensor.RandomSequence;
import io.github.indirec.tensor.spi.RankingKernels.Candidates;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Trains a model. Each epoch: what its task prepares, such as intents; then, for each shuffled batch, losses, gradients, a
 * step; then validate, and save.
 *
 * <p>Everything random is addressed by seed, purpose and step, so a run that was stopped and resumed, at any batch, ends
 * in the same bytes as one that was not. Interrupting the thread stops training at the end of the batch, with the state
 * saved. One thread at a time.
 */
public final class Trainer implements AutoCloseable {
    private final TrainableModel model;
    private final TrainingConfig training;
    private final SequenceDataset data;
    private final TrainingTask task;
    private final AdamW optimizer;
    private final TrainingStore store;
    private TrainingState state = new TrainingState();
    private EpochLog log;

    /** How training ended. */
    public enum Outcome {
        /** All epochs are done. */
        FINISHED,
        /** No validation improved for {@code patience} validations. */
        STOPPED_EARLY,
        /** The thread was interrupted; the state is saved. */
        INTERRUPTED
    }

    /**
     * @param model as it was created
     * @param store where checkpoints and metrics go; {@link TrainingStore#NONE} keeps nothing
     * @throws IllegalArgumentException if the data do not fit the model, or are less than one batch
     */
    public Trainer(TrainableModel model, SequenceDataset data, TrainingStore store) {
        this.model = model;
        this.training = model.training();
        this.data = data;
        this.store = store;
        if (data.items() > model.sequenceModel().items()) {
            throw new IllegalArgumentException("Trainer: the data hold " + data.items() + " items, the model "
                    + model.sequenceModel().items() + "; create the model for the data's items");
        }
        this.task = model.task(data);
        training.requireBatch(task.examples());
        this.optimizer = new AdamW(
                model.parameters(),
                new AdamW.Settings(
                        training.learningRate(),
                        training.adamBeta1(),
                        training.adamBeta2(),
                        training.adamEps(),
                        training.weightDecay()));
    }

    /** Goes on from the state in the store. */
    public void resume() throws IOException {
        state = store.read(model, optimizer, task);
    }

    /** Batches an epoch. */
    public int batches() {
        return training.batches(task.examples());
    }

    /** What is learnt. */
    public TrainingTask task() {
        return task;
    }

    /** Which validation was best so far. */
    public EarlyStopping earlyStopping() {
        return state.earlyStopping;
    }

    /**
     * Trains to the end.
     *
     * @throws DivergedException when a loss is no longer a finite number
     * @throws IOException when the store cannot be written; what it held before is intact
     */
    public Outcome run(TrainingListener listener) throws IOException {
        while (state.epoch < training.epochs()) {
            if (state.earlyStopping.waited() >= training.patience()) {
                return Outcome.STOPPED_EARLY;
            }
            log = new EpochLog(state.epoch, listener, state.means);
            if (state.batch == 0) {
                task.beginEpoch(log);
            }
            if (!trainBatches()) {
                return Outcome.INTERRUPTED;
            }
            listener.epochDone(endEpoch());
            // What was saved at the epoch's end suffices: no need to encode and cluster for one more batch.
            if (state.epoch < training.epochs() && Thread.interrupted()) {
                return Outcome.INTERRUPTED;
            }
        }
        return Outcome.FINISHED;
    }

    /** Returns false when the thread was interrupted and the state has been saved. */
    private boolean trainBatches() throws IOException {
        int[] order = new int[task.examples()];
        Arrays.setAll(order, i -> i);
        new RandomSequence(RandomStreams.SHUFFLE.key(training.seed(), state.epoch)).shuffle(order);
        int batches = batches();
        try (EpochLog.Phase phase = log.begin("train", batches)) {
            while (state.batch < batches) {
                int from = state.batch * training.batchSize();
                double loss = step(Arrays.copyOfRange(order, from, Math.min(order.length, from + training.batchSize())));
                state.batch++;
                phase.done(state.batch, loss);
                if (Thread.interrupted()) {
                    store.saveState(model, optimizer, task, state);
                    return false;
                }
            }
        }
        return true;
    }

    /** One training step; returns its total loss. */
    private double step(int[] examples) {
        double total;
        try (Tape tape = Tape.recording(model.backend())) {
            Losses losses = task.losses(tape, examples, optimizer.steps(), log);
            losses.terms().forEach((name, term) -> log.add(name, finite(name, term.value().item())));
            total = finite(EpochReport.LOSS, losses.total().value().item());
            tape.backward(losses.total());
        }
        log.add(EpochReport.LOSS, total);
        double norm = GradientClipping.globalNorm(model.parameters());
        optimizer.step(GradientClipping.factor(norm, training.clipNorm()));
        model.parameters().clearGradients();
        log.add(EpochReport.GRADIENT_NORM, norm);
        return total;
    }

    private double finite(String term, double value) {
        if (!Double.isFinite(value)) {
            throw new DivergedException("training diverged: " + term + " is " + value + " in epoch " + state.epoch
                    + ", batch " + state.batch + "; start again with a lower learning_rate or a lower weight of that term");
        }
        return value;
    }

    private EpochReport endEpoch() throws IOException {
        int epoch = state.epoch;
        Optional<RankingMetrics> metrics = Optional.empty();
        boolean improved = false;
        if (epoch % training.validationInterval() == 0) {
            metrics = Optional.of(validate());
            improved = state.earlyStopping.improvedBy(metrics.get(), training.validation());
            state.earlyStopping = state.earlyStopping.after(epoch, metrics.get(), training.validation());
        }
        EpochReport report = new EpochReport(epoch, log.phaseSeconds(), state.means.toMap(), metrics, improved);
        state.epoch++;
        state.batch = 0;
        state.means = new EpochMeans();
        // In this order a run that is killed anywhere between does the epoch again and leaves the same files.
        if (improved) {
            store.saveBest(model);
        }
        store.append(report);
        store.saveState(model, optimizer, task, state);
        return report;
    }

    private RankingMetrics validate() {
        try (EpochLog.Phase phase = log.begin("validate", 1)) {
            Candidates candidates = training.validation() == TrainingConfig.ValidationRule.AUTHORS
                    ? Evaluator.authors(model.sequenceModel())
                    : Evaluator.clean(model.sequenceModel());
            int[] ranks = Evaluator.ranks(
                    model.sequenceModel(), new LeaveOneOutSplit(data, LeaveOneOutSplit.Split.VALID), candidates);
            phase.done(1);
            return RankingMetrics.of(ranks);
        }
    }

    @Override
    public void close() {
        optimizer.close();
    }
}
