package io.github.indirec.model;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.model.ObjectiveConfig.NegativeRule;
import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.diffusion.DiffusionDraws;
import io.github.indirec.model.intent.ClusteringConfig;
import io.github.indirec.model.intent.IntentClusters;
import io.github.indirec.model.intent.IntentConfig;
import io.github.indirec.model.intent.IntentFitting;
import io.github.indirec.model.intent.Mates;
import io.github.indirec.model.io.FormatException;
import io.github.indirec.model.io.NamedArray;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.model.train.EpochLog;
import io.github.indirec.model.train.Losses;
import io.github.indirec.model.train.TrainingTask;
import io.github.indirec.tensor.RandomSequence;
import io.github.indirec.tensor.Tensor;
import java.util.List;

/**
 * What InDiRec learns from data: each epoch all sub-sequences are clustered into intents; each step draws intent mates for
 * its batch and computes the objective.
 *
 * <p>Measures, beside those of {@link IntentFitting}: {@code views_in_own_intent}, the share of generated views nearest to
 * the centroid of their anchor's intent.
 */
public final class InDiRecTask implements TrainingTask {
    /** The share of views in their own intent is measured on every so many-th batch. */
    private static final int VIEW_CHECK_INTERVAL = 8;

    private final InDiRec model;
    private final InDiRecConfig config;
    private final PrefixSegments segments;
    private final InDiRecObjective objective;
    private final IntentFitting intents;
    private final Mates mates;

    InDiRecTask(InDiRec model, SequenceDataset data) {
        this.model = model;
        this.config = model.config();
        this.segments = new PrefixSegments(data, config.encoder().maxSeqLength());
        config.training().requireBatch(segments.count());
        this.objective = new InDiRecObjective(model);
        ClusteringConfig clustering = config.intent().clustering();
        this.mates = Mates.of(config.intent().mates(), clustering.numIntents(), segments.count());
        this.intents = new IntentFitting(
                model.sequenceModel(), segments, clustered(), clustering, mates.remembersEarlierFits());
    }

    /** Reference quirk: with drop_last the sub-sequences of the last partial batch, in data order, join no cluster. */
    private int clustered() {
        int full = config.training().batches(segments.count()) * config.training().batchSize();
        return Math.min(full, segments.count());
    }

    @Override
    public int examples() {
        return segments.count();
    }

    /** The training sub-sequences. */
    public PrefixSegments segments() {
        return segments;
    }

    /** The intents of the latest fit. */
    public IntentClusters clusters() {
        return intents.clusters();
    }

    @Override
    public void beginEpoch(EpochLog log) {
        if (intents.beginEpoch(log)) {
            mates.refit(intents.clusters().assignment());
        }
    }

    @Override
    public Losses losses(Tape tape, int[] examples, int step, EpochLog log) {
        long seed = config.training().seed();
        RaggedBatch batch = RaggedBatch.of(segments, examples);
        DiffusionDraws draws =
                DiffusionDraws.of(model.backend(), seed, step, batch.count(), config.diffusion());
        InDiRecObjective.Inputs inputs = new InDiRecObjective.Inputs(
                batch, guidance(batch, step), groups(batch), draws, seed, step);
        InDiRecObjective.Result result = objective.compute(tape, inputs);
        if (step % VIEW_CHECK_INTERVAL == 0) {
            checkViews(batch, result.view().value(), log);
        }
        return result.losses();
    }

    private InDiRecObjective.Guidance guidance(RaggedBatch batch, int step) {
        if (config.intent().condition() == IntentConfig.ConditionSource.PROTOTYPE) {
            try (Tape tape = Tape.inference(model.backend())) {
                Tensor h = model.sequenceModel().encode(tape, batch, lookupDropout(step)).value();
                return objective.fixed(clusters().prototypes(model.backend(), h));
            }
        }
        RandomSequence random = new RandomSequence(RandomStreams.MATES.key(config.training().seed(), step));
        int[] drawn = mates.draw(batch.segments(), () -> clusterOfFirstRow(batch, step), random);
        return objective.mates(RaggedBatch.of(segments, drawn));
    }

    /**
     * Reference quirk: the look-up runs in training mode, dropout on, against centroids fitted in evaluation mode. Only
     * the first row's cluster is used, so only the first row is encoded; its random words do not depend on the others.
     */
    private int clusterOfFirstRow(RaggedBatch batch, int step) {
        try (Tape tape = Tape.inference(model.backend())) {
            RaggedBatch first = RaggedBatch.of(segments, batch.segments()[0]);
            Tensor h = model.sequenceModel().encode(tape, first, lookupDropout(step)).value();
            return clusters().nearest(model.backend(), h)[0];
        }
    }

    private Dropout lookupDropout(int step) {
        return InDiRecObjective.dropout(config, RandomStreams.DROPOUT_LOOKUP, config.training().seed(), step);
    }

    /** Which anchors are no negatives of each other: equal targets, or equal intents. */
    private int[] groups(RaggedBatch batch) {
        if (config.objective().negatives() == NegativeRule.TARGET) {
            return batch.targets();
        }
        int[] groups = new int[batch.count()];
        for (int i = 0; i < groups.length; i++) {
            int cluster = clusters().assignment()[batch.segments()[i]];
            // A sub-sequence that joined no cluster shares its intent with nobody.
            groups[i] = cluster >= 0 ? cluster : -1 - i;
        }
        return groups;
    }

    private void checkViews(RaggedBatch batch, Tensor views, EpochLog log) {
        int[] nearest = clusters().nearest(model.backend(), views);
        for (int i = 0; i < nearest.length; i++) {
            int own = clusters().assignment()[batch.segments()[i]];
            if (own >= 0) {
                log.add("views_in_own_intent", nearest[i] == own ? 1 : 0);
            }
        }
    }

    @Override
    public List<NamedArray> state() {
        return intents.state();
    }

    @Override
    public void restore(TensorFile saved) throws FormatException {
        intents.restore(saved);
        intents.fits().forEach(mates::refit);
    }

    @Override
    public long values() {
        return intents.values(config.training().epochs());
    }
}
