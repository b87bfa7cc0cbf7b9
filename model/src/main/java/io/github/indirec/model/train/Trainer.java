package io.github.indirec.model.train;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.autograd.optim.AdamW;
import io.github.indirec.autograd.optim.GradientClipping;
import io.github.indirec.model.InDiRec;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.InDiRecObjective;
import io.github.indirec.model.ObjectiveConfig.NegativeRule;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.diffusion.DiffusionDraws;
import io.github.indirec.model.eval.Evaluator;
import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.eval.RepresentationQuality;
import io.github.indirec.model.intent.IntentClusters;
import io.github.indirec.model.intent.IntentConfig;
import io.github.indirec.model.intent.KMeans;
import io.github.indirec.model.intent.Mates;
import io.github.indirec.tensor.IntArena;
import io.github.indirec.tensor.RandomSequence;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.TensorScope;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.RankingKernels.Candidates;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Trains InDiRec. Each epoch: encode all sub-sequences in evaluation mode and cluster them into intents; then, for each
 * shuffled batch, draw mates, compute the three losses, step; then validate, and save.
 *
 * <p>Everything random is addressed by seed, purpose and step, so a run that was stopped and resumed, at any batch, ends
 * in the same bytes as one that was not. Interrupting the thread stops training at the end of the batch, with the state
 * saved. One thread at a time.
 */
public final class Trainer implements AutoCloseable {
    /** The share of views in their own intent is measured on every so many-th batch. */
    private static final int VIEW_CHECK_INTERVAL = 8;

    private final InDiRec model;
    private final InDiRecConfig config;
    private final TrainingConfig training;
    private final SequenceDataset data;
    private final PrefixSegments segments;
    private final InDiRecObjective objective;
    private final AdamW optimizer;
    private final Mates mates;
    private final TrainingStore store;
    private final IntArena arena = new IntArena();
    private float[] viewDistances = {};
    private TrainingState state = new TrainingState();
    private IntentClusters clusters;
    private Map<String, Double> phases = new LinkedHashMap<>();
    private TrainingListener listener = TrainingListener.NONE;

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
     * @param model as {@link InDiRec#create} made it
     * @param store where checkpoints and metrics go; {@link TrainingStore#NONE} keeps nothing
     */
    public Trainer(InDiRec model, SequenceDataset data, TrainingStore store) {
        this.model = model;
        this.config = model.config();
        this.training = config.training();
        this.data = data;
        this.store = store;
        if (data.items() > model.sequenceModel().items()) {
            throw new IllegalArgumentException("Trainer: the data hold " + data.items() + " items, the model "
                    + model.sequenceModel().items() + "; create the model for the data's items");
        }
        this.segments = new PrefixSegments(data, config.encoder().maxSeqLength());
        if (batches() == 0) {
            throw new IllegalArgumentException("Trainer: the data give " + segments.count()
                    + " training sub-sequences, less than one batch of " + training.batchSize()
                    + "; set a smaller batch_size or drop_last=false");
        }
        this.objective = new InDiRecObjective(model);
        this.optimizer = new AdamW(
                model.parameters(),
                new AdamW.Settings(
                        training.learningRate(),
                        training.adamBeta1(),
                        training.adamBeta2(),
                        training.adamEps(),
                        training.weightDecay()));
        this.mates = Mates.of(config.intent().mates(), config.intent().numIntents(), segments.count());
    }

    /** Goes on from the state in the store. */
    public void resume() throws IOException {
        state = store.read(model, optimizer);
        for (int[] fit : state.fits) {
            mates.refit(fit);
        }
        if (state.centroids != null) {
            clusters = new IntentClusters(state.centroids, state.fits.get(state.fits.size() - 1));
        }
    }

    /** Batches an epoch. */
    public int batches() {
        return training.batches(segments.count());
    }

    /** The training sub-sequences. */
    public PrefixSegments segments() {
        return segments;
    }

    /** The intents of the latest fit; empty before the first epoch. */
    public Optional<IntentClusters> clusters() {
        return Optional.ofNullable(clusters);
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
    public Outcome run(TrainingListener progress) throws IOException {
        listener = progress;
        while (state.epoch < training.epochs()) {
            if (state.earlyStopping.waited() >= training.patience()) {
                return Outcome.STOPPED_EARLY;
            }
            phases = new LinkedHashMap<>();
            if (state.batch == 0) {
                beginEpoch();
            }
            if (!trainBatches()) {
                return Outcome.INTERRUPTED;
            }
            endEpoch();
            // What was saved at the epoch's end suffices: no need to encode and cluster for one more batch.
            if (state.epoch < training.epochs() && Thread.interrupted()) {
                return Outcome.INTERRUPTED;
            }
        }
        return Outcome.FINISHED;
    }

    /** Encodes, clusters when it is time, and looks at the health of the representations. */
    private void beginEpoch() {
        Backend backend = model.backend();
        int size = config.encoder().hiddenSize();
        // Reference quirk: with drop_last the sub-sequences of the last partial batch, in data order, join no cluster.
        int count = training.dropLast() ? batches() * training.batchSize() : segments.count();
        state.sums = new EpochSums();
        try (TensorScope scope = new TensorScope(backend)) {
            long begin = start("encode", count);
            Tensor points = IntentClusters.encode(
                    model.sequenceModel(), segments, count, scope, done -> listener.unitDone(state.epoch, "encode", done, Double.NaN));
            stop("encode", begin);
            begin = start("cluster", 1);
            double fitObjective = Double.NaN;
            if (clusters == null || state.epoch % config.intent().clusteringInterval() == 0) {
                fitObjective = fit(points, count);
            }
            state.sums.quality(
                    RepresentationQuality.of(points.toFloats(), count, size),
                    RepresentationQuality.clusterBalance(clusters.sizes(size)),
                    fitObjective);
            stop("cluster", begin);
        }
    }

    private double fit(Tensor points, int count) {
        Backend backend = model.backend();
        int size = config.encoder().hiddenSize();
        KMeans kmeans = new KMeans(backend, config.intent().kmeans());
        KMeans.Result result = kmeans.fit(points, clusters == null ? null : clusters.centroidTensor(size));
        int[] assignment = new int[segments.count()];
        Arrays.fill(assignment, count, assignment.length, -1);
        IntentClusters fitted = new IntentClusters(result.centroids(), assignment);
        System.arraycopy(fitted.nearest(backend, points), 0, assignment, 0, count);
        clusters = fitted;
        mates.refit(assignment);
        state.centroids = result.centroids();
        if (!mates.remembersEarlierFits()) {
            state.fits.clear();
        }
        state.fits.add(assignment);
        return result.objective();
    }

    /** Returns false when the thread was interrupted and the state has been saved. */
    private boolean trainBatches() throws IOException {
        int[] order = new int[segments.count()];
        Arrays.setAll(order, i -> i);
        new RandomSequence(RandomStreams.SHUFFLE.key(training.seed(), state.epoch)).shuffle(order);
        int batches = batches();
        long begin = start("train", batches);
        while (state.batch < batches) {
            int from = state.batch * training.batchSize();
            int to = Math.min(order.length, from + training.batchSize());
            arena.reset();
            double loss = step(RaggedBatch.of(segments, order, from, to, arena));
            state.batch++;
            listener.unitDone(state.epoch, "train", state.batch, loss);
            if (Thread.interrupted()) {
                store.saveState(model, optimizer, state);
                return false;
            }
        }
        stop("train", begin);
        return true;
    }

    /** One training step; returns its total loss. */
    private double step(RaggedBatch batch) {
        int step = optimizer.steps();
        Backend backend = model.backend();
        DiffusionDraws draws =
                DiffusionDraws.of(backend, training.seed(), step, batch.count(), config.diffusion(), arena);
        InDiRecObjective.Inputs inputs = new InDiRecObjective.Inputs(
                batch, guidance(batch, step), groups(batch), draws, training.seed(), step);
        double total;
        try (Tape tape = Tape.recording(backend)) {
            InDiRecObjective.Result result = objective.compute(tape, inputs);
            total = addLosses(result);
            if (step % VIEW_CHECK_INTERVAL == 0) {
                checkViews(batch, result.view().value());
            }
            tape.backward(result.total());
        }
        double norm = GradientClipping.globalNorm(model.parameters());
        optimizer.step(GradientClipping.factor(norm, training.clipNorm()));
        model.parameters().clearGradients();
        state.sums.gradientNorm += norm;
        state.sums.batches++;
        return total;
    }

    private InDiRecObjective.Guidance guidance(RaggedBatch batch, int step) {
        Backend backend = model.backend();
        if (config.intent().condition() == IntentConfig.ConditionSource.PROTOTYPE) {
            try (Tape tape = Tape.inference(backend)) {
                Tensor h = model.sequenceModel().encode(tape, batch, lookupDropout(step)).value();
                return objective.fixed(clusters.prototypes(backend, h));
            }
        }
        RandomSequence random = new RandomSequence(RandomStreams.MATES.key(training.seed(), step));
        int[] drawn = mates.draw(batch.segments(), () -> clusterOfFirstRow(batch, step), random);
        return objective.mates(RaggedBatch.of(segments, drawn, 0, drawn.length, arena));
    }

    /**
     * Reference quirk: the look-up runs in training mode, dropout on, against centroids fitted in evaluation mode. Only
     * the first row's cluster is used, so only the first row is encoded; its random words do not depend on the others.
     */
    private int clusterOfFirstRow(RaggedBatch batch, int step) {
        try (Tape tape = Tape.inference(model.backend())) {
            RaggedBatch first = RaggedBatch.of(segments, batch.segments()[0]);
            Tensor h = model.sequenceModel().encode(tape, first, lookupDropout(step)).value();
            return clusters.nearest(model.backend(), h)[0];
        }
    }

    private Dropout lookupDropout(int step) {
        return InDiRecObjective.dropout(config, RandomStreams.DROPOUT_LOOKUP, training.seed(), step);
    }

    /** Which anchors are no negatives of each other: equal targets, or equal intents. */
    private int[] groups(RaggedBatch batch) {
        if (config.objective().negatives() == NegativeRule.TARGET) {
            return batch.targets();
        }
        int[] groups = arena.exactly(batch.count());
        for (int i = 0; i < groups.length; i++) {
            int cluster = clusters.assignment()[batch.segments()[i]];
            // A sub-sequence that joined no cluster shares its intent with nobody.
            groups[i] = cluster >= 0 ? cluster : -1 - i;
        }
        return groups;
    }

    private double addLosses(InDiRecObjective.Result result) {
        double rec = finite("rec_loss", result.recLoss().value().item());
        double diff = finite("diff_loss", result.diffLoss().value().item());
        double cl = finite("cl_loss", result.clLoss().value().item());
        double total = finite("loss", result.total().value().item());
        state.sums.rec += rec;
        state.sums.diff += diff;
        state.sums.cl += cl;
        state.sums.total += total;
        return total;
    }

    private double finite(String term, double value) {
        if (!Double.isFinite(value)) {
            throw new DivergedException("training diverged: " + term + " is " + value + " in epoch " + state.epoch
                    + ", batch " + state.batch + "; start again with a lower learning_rate or a lower weight of that term");
        }
        return value;
    }

    private void checkViews(RaggedBatch batch, Tensor views) {
        int[] nearest = arena.exactly(batch.count());
        if (viewDistances.length != nearest.length) {
            viewDistances = new float[nearest.length];
        }
        clusters.nearest(model.backend(), views, nearest, viewDistances);
        for (int i = 0; i < nearest.length; i++) {
            int own = clusters.assignment()[batch.segments()[i]];
            if (own >= 0) {
                state.sums.views++;
                state.sums.viewsInOwnIntent += nearest[i] == own ? 1 : 0;
            }
        }
    }

    private void endEpoch() throws IOException {
        int epoch = state.epoch;
        Optional<RankingMetrics> metrics = Optional.empty();
        boolean improved = false;
        if (epoch % training.validationInterval() == 0) {
            long begin = start("validate", 1);
            Candidates candidates = training.validation() == TrainingConfig.ValidationRule.AUTHORS
                    ? Evaluator.authors(model.sequenceModel())
                    : Evaluator.clean(model.sequenceModel());
            int[] ranks = Evaluator.ranks(
                    model.sequenceModel(), new LeaveOneOutSplit(data, LeaveOneOutSplit.Split.VALID), candidates);
            metrics = Optional.of(RankingMetrics.of(ranks));
            improved = state.earlyStopping.improvedBy(metrics.get(), training.validation());
            state.earlyStopping = state.earlyStopping.after(epoch, metrics.get(), training.validation());
            stop("validate", begin);
        }
        EpochReport report = EpochReport.of(epoch, state.sums, phases, metrics, improved);
        state.epoch++;
        state.batch = 0;
        state.sums = new EpochSums();
        // In this order a run that is killed anywhere between does the epoch again and leaves the same files.
        if (improved) {
            store.saveBest(model);
        }
        store.append(report);
        store.saveState(model, optimizer, state);
        listener.epochDone(report);
    }

    private long start(String phase, int units) {
        listener.phaseStarted(state.epoch, phase, units);
        return System.nanoTime();
    }

    private void stop(String phase, long begin) {
        phases.put(phase, (System.nanoTime() - begin) / 1e9);
    }

    @Override
    public void close() {
        optimizer.close();
    }
}
