package io.github.indirec.model.baselines;

import static io.github.indirec.model.config.Checks.choice;
import static io.github.indirec.model.config.Checks.positive;
import static io.github.indirec.model.config.Checks.range;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.config.Choice;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.intent.ClusteringConfig;
import io.github.indirec.model.intent.IntentFitting;
import io.github.indirec.model.io.FormatException;
import io.github.indirec.model.io.NamedArray;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.model.loss.Contrast;
import io.github.indirec.model.train.EpochLog;
import io.github.indirec.model.train.Losses;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.model.train.TrainingConfig;
import io.github.indirec.tensor.RandomSequence;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * ICSRec (Qin et al., WSDM 2024): intents as contrast, coarse between prefixes with the same target, fine between a prefix
 * and the prototype of its cluster. InDiRec's nearest relative: the views are encoded there, generated here.
 *
 * <pre>
 * L   = CE(h) + coarse_weight L_c + fine_weight L_f
 * L_c = MNCE(g1, g2, ids: target items)              g1: the batch once more, g2: a prefix with the same target each
 * L_f = MNCE(g1, c(g1), ids: k(g1)) + MNCE(g2, c(g2), ids: k(g2))
 * </pre>
 *
 * <p>k(g) is the centroid nearest to g, c(g) the same centroid with length 1; centroids are fitted to all prefixes at the
 * start of every epoch. Reference quirks: h and g1 are two passes over the same prefixes; k(g) is looked up in training
 * mode among centroids of evaluation mode.
 */
public final class IcsRec extends PrefixTask {
    /** Which prefix with the same target is the other view. */
    public enum Partner implements Choice {
        /**
         * Reference quirk: the loop that was meant to draw one never stops early, so it is the last differing one in data
         * order.
         */
        LAST,
        /** Uniform among the differing ones. */
        UNIFORM
    }

    /**
     * Its settings.
     *
     * @param coarseWeight lambda
     * @param fineWeight beta
     * @param temperature tau
     */
    public record Config(
            EncoderConfig encoder,
            ClusteringConfig clustering,
            TrainingConfig training,
            double coarseWeight,
            double fineWeight,
            double temperature,
            Partner partner) {
        public Config {
            range("coarse_weight", coarseWeight, 0, 1e6);
            range("fine_weight", fineWeight, 0, 1e6);
            positive("temperature", temperature);
            choice("partner", partner);
        }

        public static Config of(Settings settings) {
            return settings.toRecord(Config.class);
        }
    }

    private final Config config;
    private final SameTarget sameTarget;
    private final IntentFitting intents;

    private IcsRec(SequenceModel model, Config config, SequenceDataset data) {
        super(model, config.training().seed(), data);
        this.config = config;
        this.sameTarget = new SameTarget(segments());
        this.intents = new IntentFitting(model, segments(), segments().count(), config.clustering(), false);
    }

    /** The authors' scripts. */
    public static Settings settings(String preset) {
        Map<String, String> own = new LinkedHashMap<>(ClusteringConfig.defaults());
        own.put("num_intents", "256");
        own.put("coarse_weight", "0.3");
        own.put("fine_weight", "0.1");
        own.put("temperature", "1");
        own.put("partner", "last");
        return BaselinePresets.of(
                ModelFamily.ICSREC,
                preset,
                own,
                Map.of(
                        "toys", Map.of("coarse_weight", "0.2", "num_intents", "1024"),
                        "ml-1m",
                                Map.of(
                                        "coarse_weight", "0.1",
                                        "num_intents", "512",
                                        "hidden_dropout", "0.1",
                                        "attention_dropout", "0.1"),
                        "demo", Map.of("num_intents", "24", "kmeans_restarts", "2")));
    }

    public static TrainableModel create(Backend backend, Settings settings, int items) {
        Config config = Config.of(settings);
        SequenceModel model = SequenceModel.create(backend, config.encoder(), items, config.training().seed());
        return new Baseline(ModelFamily.ICSREC, model, config.training(), data -> new IcsRec(model, config, data));
    }

    @Override
    public void beginEpoch(EpochLog log) {
        intents.beginEpoch(log);
    }

    @Override
    public Losses losses(Tape tape, int[] examples, int step, EpochLog log) {
        RaggedBatch batch = RaggedBatch.of(segments(), examples);
        Variable h = encode(tape, batch, RandomStreams.DROPOUT_ANCHOR, step);
        Variable g1 = encode(tape, batch, RandomStreams.DROPOUT_SECOND_PASS, step);
        Variable g2 = encode(tape, partners(examples, step), RandomStreams.DROPOUT_PARTNER, step);
        Variable coarse = Contrast.maskedNce(g1, g2, batch.targets(), config.temperature());
        Variable fine = ElementwiseOps.add(toPrototypes(g1), toPrototypes(g2));
        return new Losses.Sum()
                .add("rec_loss", 1, recommendationLoss(h, batch))
                .add("coarse_loss", config.coarseWeight(), coarse)
                .add("fine_loss", config.fineWeight(), fine)
                .losses();
    }

    private RaggedBatch partners(int[] examples, int step) {
        RandomSequence random = new RandomSequence(RandomStreams.PARTNERS.key(seed(), step));
        int[] partners = new int[examples.length];
        for (int i = 0; i < partners.length; i++) {
            partners[i] = config.partner() == Partner.LAST
                    ? sameTarget.lastDiffering(examples[i])
                    : sameTarget.anyDiffering(examples[i], random);
        }
        return RaggedBatch.of(segments(), partners);
    }

    /** MNCE(g, c(g), k(g)). */
    private Variable toPrototypes(Variable g) {
        Tensor values = g.value();
        int[] nearest = intents.clusters().nearest(model().backend(), values);
        float[] rows = intents.clusters().unitCentroids(nearest, values.shape().dim(1));
        Variable prototypes = g.tape().constant(values.shape(), rows);
        return Contrast.maskedNce(g, prototypes, nearest, config.temperature());
    }

    @Override
    public List<NamedArray> state() {
        return intents.state();
    }

    @Override
    public void restore(TensorFile saved) throws FormatException {
        intents.restore(saved);
    }

    @Override
    public long values() {
        return intents.values(config.training().epochs());
    }
}
