package io.github.indirec.model.baselines;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.model.Mode;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.Presets;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.train.EpochLog;
import io.github.indirec.model.train.Losses;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.model.train.TrainingConfig;
import io.github.indirec.tensor.spi.Backend;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * SASRec with the loss and the examples of its successors, the control of this project: InDiRec's encoder and prefixes,
 * and nothing but
 *
 * <p>L = mean -log softmax(h E^T)[target].
 *
 * <p>It is InDiRec with diff_weight and cl_weight 0, and, but for clipping and the last partial batch, ICSRec with both
 * of its weights 0: what those terms give is what they give over this.
 */
public final class SasRecCe extends PrefixTask {
    /** Its settings. */
    public record Config(EncoderConfig encoder, TrainingConfig training) {
        public static Config of(Settings settings) {
            return settings.toRecord(Config.class);
        }
    }

    private SasRecCe(SequenceModel model, Config config, SequenceDataset data) {
        super(model, config.training().seed(), data);
    }

    /** InDiRec's own in mode official, validation and clipping included: the two differ in nothing but the objective. */
    public static Settings settings(String preset) {
        Settings inDiRec = Presets.settings(preset, Mode.OFFICIAL);
        Map<String, String> values = new LinkedHashMap<>();
        values.put(ModelFamily.KEY, ModelFamily.SASREC_CE.label());
        EncoderConfig.defaults().keySet().forEach(key -> values.put(key, inDiRec.get(key)));
        TrainingConfig.defaults().keySet().forEach(key -> values.put(key, inDiRec.get(key)));
        return Settings.defaults(values, "indirec, preset " + preset + (Presets.isAuthors(preset) ? "" : " (ours)"));
    }

    public static TrainableModel create(Backend backend, Settings settings, int items) {
        Config config = Config.of(settings);
        SequenceModel model = SequenceModel.create(backend, config.encoder(), items, config.training().seed());
        return new Baseline(
                ModelFamily.SASREC_CE, model, config.training(), data -> new SasRecCe(model, config, data));
    }

    @Override
    public Losses losses(Tape tape, int[] examples, int step, EpochLog log) {
        RaggedBatch batch = RaggedBatch.of(segments(), examples);
        Variable h = encode(tape, batch, RandomStreams.DROPOUT_ANCHOR, step);
        return new Losses.Sum().add("rec_loss", 1, recommendationLoss(h, batch)).losses();
    }
}
