package io.github.indirec.model.baselines;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.autograd.ops.LossOps;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.data.UserSequences;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.train.EpochLog;
import io.github.indirec.model.train.Losses;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.model.train.TrainingConfig;
import io.github.indirec.model.train.TrainingTask;
import io.github.indirec.tensor.RandomSequence;
import io.github.indirec.tensor.spi.Backend;
import java.util.Map;

/**
 * SASRec (Kang and McAuley, ICDM 2018), as most of the literature quotes it: one sequence a user, at every position the
 * next item against one sampled negative.
 *
 * <p>L = mean over positions t of -log sigmoid(o_t . e_next) - log(1 - sigmoid(o_t . e_negative)).
 */
public final class SasRec implements TrainingTask {
    /** Its settings. */
    public record Config(EncoderConfig encoder, TrainingConfig training) {
        public static Config of(Settings settings) {
            return settings.toRecord(Config.class);
        }
    }

    private final SequenceModel model;
    private final long seed;
    private final UserSequences sequences;

    private SasRec(SequenceModel model, Config config, SequenceDataset data) {
        this.model = model;
        this.seed = config.training().seed();
        this.sequences = new UserSequences(data, config.encoder().maxSeqLength());
    }

    /** S3-Rec's fine-tuning without pre-training, the source of most quoted rows. */
    public static Settings settings(String preset) {
        return BaselinePresets.of(
                ModelFamily.SASREC,
                preset,
                Map.of("epochs", "200", "patience", "10"),
                Map.of("demo", Map.of("epochs", "60")));
    }

    public static TrainableModel create(Backend backend, Settings settings, int items) {
        Config config = Config.of(settings);
        SequenceModel model = SequenceModel.create(backend, config.encoder(), items, config.training().seed());
        return new Baseline(ModelFamily.SASREC, model, config.training(), data -> new SasRec(model, config, data));
    }

    @Override
    public int examples() {
        return sequences.count();
    }

    @Override
    public Losses losses(Tape tape, int[] examples, int step, EpochLog log) {
        UserSequences.Batch batch = sequences.batch(examples);
        Dropout dropout = new Dropout(
                model.config().hiddenDropout(),
                model.config().attentionDropout(),
                RandomStreams.DROPOUT_ANCHOR.key(seed, step));
        Variable outputs = model.encodeEach(tape, batch.sequences(), dropout);
        int[] negatives = SampledNegatives.draw(
                sequences.dataset(),
                batch.sequences().layout(),
                batch.sequences().segments(),
                new RandomSequence(RandomStreams.NEGATIVES.key(seed, step)));
        Variable table = model.itemTable().on(tape);
        Variable loss = LossOps.sampledCrossEntropy(outputs, table, batch.next(), negatives);
        return new Losses.Sum().add("rec_loss", 1, loss).losses();
    }
}
