package io.github.indirec.model.baselines;

import static io.github.indirec.model.config.Checks.choice;
import static io.github.indirec.model.config.Checks.positive;
import static io.github.indirec.model.config.Checks.range;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.config.Choice;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.loss.Contrast;
import io.github.indirec.model.train.EpochLog;
import io.github.indirec.model.train.Losses;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.model.train.TrainingConfig;
import io.github.indirec.tensor.RandomSequence;
import io.github.indirec.tensor.spi.Backend;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * DuoRec (Qiu et al., WSDM 2022): cross-entropy, and contrast with two further views of the batch, h' from the same
 * prefixes under other dropout masks, h_sem from prefixes with the same target.
 *
 * <pre>
 * L = CE(h) + unsupervised_weight NTX(h, h') + supervised_weight NTX(h, h_sem)      contrast = us, the paper
 * L = CE(h) + supervised_weight NTX(h', h_sem)                                       contrast = us-x
 * </pre>
 *
 * <p>Reference quirks: the authors' script trains {@code us-x}, one term between two views of which neither is the h that
 * ranks; prefixes with the same target stay among the negatives.
 */
public final class DuoRec extends PrefixTask {
    /** Which contrastive terms there are. */
    public enum ContrastTerms implements Choice {
        /** NTX(h, h') alone. */
        UN,
        /** NTX(h, h_sem) alone. */
        SU,
        /** Both. */
        US,
        /** NTX(h', h_sem). */
        US_X
    }

    /**
     * Its settings.
     *
     * @param unsupervisedWeight lambda of NTX(h, h')
     * @param supervisedWeight lambda of the term with h_sem
     * @param temperature tau
     */
    public record Config(
            EncoderConfig encoder,
            TrainingConfig training,
            ContrastTerms contrast,
            double unsupervisedWeight,
            double supervisedWeight,
            double temperature) {
        public Config {
            choice("contrast", contrast);
            range("unsupervised_weight", unsupervisedWeight, 0, 1e6);
            range("supervised_weight", supervisedWeight, 0, 1e6);
            positive("temperature", temperature);
        }

        public static Config of(Settings settings) {
            return settings.toRecord(Config.class);
        }
    }

    private final Config config;
    private final SameTarget sameTarget;

    private DuoRec(SequenceModel model, Config config, SequenceDataset data) {
        super(model, config.training().seed(), data);
        this.config = config;
        this.sameTarget = new SameTarget(segments());
    }

    /** The authors' script: one setting for all data sets. */
    public static Settings settings(String preset) {
        Map<String, String> own = new LinkedHashMap<>();
        own.put("contrast", "us-x");
        own.put("unsupervised_weight", "0.1");
        own.put("supervised_weight", "0.1");
        own.put("temperature", "1");
        own.put("epochs", "50");
        own.put("patience", "10");
        own.put("positions", "first");
        return BaselinePresets.of(ModelFamily.DUOREC, preset, own, Map.of());
    }

    public static TrainableModel create(Backend backend, Settings settings, int items) {
        Config config = Config.of(settings);
        SequenceModel model = SequenceModel.create(backend, config.encoder(), items, config.training().seed());
        return new Baseline(ModelFamily.DUOREC, model, config.training(), data -> new DuoRec(model, config, data));
    }

    @Override
    public Losses losses(Tape tape, int[] examples, int step, EpochLog log) {
        RaggedBatch batch = RaggedBatch.of(segments(), examples);
        ContrastTerms terms = config.contrast();
        Variable h = encode(tape, batch, RandomStreams.DROPOUT_ANCHOR, step);
        Losses.Sum sum = new Losses.Sum();
        sum.add("rec_loss", 1, recommendationLoss(h, batch));
        Variable again = terms == ContrastTerms.SU ? null : encode(tape, batch, RandomStreams.DROPOUT_SECOND_PASS, step);
        if (terms == ContrastTerms.UN || terms == ContrastTerms.US) {
            sum.add("unsupervised_loss", config.unsupervisedWeight(), Contrast.ntXent(h, again, config.temperature()));
        }
        if (terms != ContrastTerms.UN) {
            Variable semantic = encode(tape, partners(examples, step), RandomStreams.DROPOUT_PARTNER, step);
            Variable view = terms == ContrastTerms.US_X ? again : h;
            sum.add("supervised_loss", config.supervisedWeight(), Contrast.ntXent(view, semantic, config.temperature()));
        }
        return sum.losses();
    }

    private RaggedBatch partners(int[] examples, int step) {
        RandomSequence random = new RandomSequence(RandomStreams.PARTNERS.key(seed(), step));
        int[] partners = new int[examples.length];
        for (int i = 0; i < partners.length; i++) {
            partners[i] = sameTarget.anyOther(examples[i], random);
        }
        return RaggedBatch.of(segments(), partners);
    }
}
