package io.github.indirec.model.baselines;

import static io.github.indirec.model.config.Checks.range;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.autograd.ops.LossOps;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.train.EpochLog;
import io.github.indirec.model.train.Losses;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.model.train.TrainingConfig;
import io.github.indirec.model.train.TrainingTask;
import io.github.indirec.tensor.RandomSequence;
import io.github.indirec.tensor.spi.Backend;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * BERT4Rec (Sun et al., CIKM 2019) as RecBole trains it: attention in both directions, items replaced by the mask item, and
 *
 * <p>L = mean over scored positions of -log softmax([g ; 1] [E | c]^T)[the item that was there].
 *
 * <p>The rows are the inputs of all prefixes. In one half of the batches each row's last item is masked, as it is asked for
 * when ranking; in the other half every item with probability {@code mask_ratio}, of which at most that share of the
 * longest row is scored, the last ones. Reference quirks: the coin is thrown for a batch; a row's first position is never
 * scored; the target of a prefix is not used, so the last training item of a user is never learnt.
 *
 * <p>Deviation: rows of one item, which RecBole runs through the model without a loss, are left out; the mask item's own
 * row competes in the softmax, as it does in the other models; a history keeps its oldest item when it is asked for the
 * next.
 */
public final class Bert4Rec implements TrainingTask {
    /**
     * Its settings.
     *
     * @param maskRatio chance of an item to be masked
     * @param lastItemRatio share of the batches in which the last item is masked instead
     */
    public record Config(EncoderConfig encoder, TrainingConfig training, double maskRatio, double lastItemRatio) {
        public Config {
            range("mask_ratio", maskRatio, 0, 1);
            range("last_item_ratio", lastItemRatio, 0, 1);
        }

        public static Config of(Settings settings) {
            return settings.toRecord(Config.class);
        }
    }

    private final SequenceModel model;
    private final Config config;
    private final PrefixSegments segments;

    /** Prefixes of at least two items. */
    private final int[] rows;

    private Bert4Rec(SequenceModel model, Config config, SequenceDataset data) {
        this.model = model;
        this.config = config;
        this.segments = new PrefixSegments(data, config.encoder().maxSeqLength());
        IntArrayList longer = new IntArrayList();
        for (int s = 0; s < segments.count(); s++) {
            if (segments.inputLength(s) > 1) {
                longer.add(s);
            }
        }
        this.rows = longer.toIntArray();
    }

    /** RecBole's values, one setting for all data sets. */
    public static Settings settings(String preset) {
        Map<String, String> own = new LinkedHashMap<>();
        own.put("attention", "bidirectional");
        own.put("positions", "first");
        own.put("hidden_dropout", "0.2");
        own.put("attention_dropout", "0.2");
        own.put("mask_ratio", "0.2");
        own.put("last_item_ratio", "0.5");
        own.put("batch_size", "2048");
        own.put("patience", "10");
        return BaselinePresets.of(
                ModelFamily.BERT4REC, preset, own, Map.of("demo", Map.of("batch_size", "256", "epochs", "20")));
    }

    public static TrainableModel create(Backend backend, Settings settings, int items) {
        Config config = Config.of(settings);
        SequenceModel model =
                SequenceModel.createMasked(backend, config.encoder(), items, config.training().seed());
        return new Baseline(ModelFamily.BERT4REC, model, config.training(), data -> new Bert4Rec(model, config, data));
    }

    @Override
    public int examples() {
        return rows.length;
    }

    @Override
    public Losses losses(Tape tape, int[] examples, int step, EpochLog log) {
        int[] prefixes = new int[examples.length];
        for (int i = 0; i < prefixes.length; i++) {
            prefixes[i] = rows[examples[i]];
        }
        long seed = config.training().seed();
        RandomSequence random = new RandomSequence(RandomStreams.ITEM_MASKS.key(seed, step));
        Masking masking = mask(RaggedBatch.of(segments, prefixes), random);
        Dropout dropout = new Dropout(
                config.encoder().hiddenDropout(),
                config.encoder().attentionDropout(),
                RandomStreams.DROPOUT_ANCHOR.key(seed, step));
        Variable outputs = model.encodeEach(tape, masking.masked, dropout);
        Variable scored = model.represent(IndexOps.gatherRows(outputs, masking.rows));
        Variable loss = LossOps.tableCrossEntropy(scored, model.scoreTable(tape), masking.labels);
        return new Losses.Sum().add("rec_loss", 1, loss).losses();
    }

    /**
     * A batch with masked items.
     *
     * @param masked the sequences, mask items in them
     * @param rows packed rows that are scored
     * @param labels the item that was at each
     */
    record Masking(RaggedBatch masked, int[] rows, int[] labels) {}

    private Masking mask(RaggedBatch batch, RandomSequence random) {
        boolean last = random.nextFloat() < config.lastItemRatio();
        int most = (int) (config.maskRatio() * config.encoder().maxSeqLength());
        Masking masking = mask(batch, last ? 0 : config.maskRatio(), most, model.maskItem(), random);
        // A small batch may be left without a label: then it masks last items, which every row has.
        return masking.rows.length > 0 ? masking : mask(batch, 0, most, model.maskItem(), random);
    }

    /**
     * Masks.
     *
     * @param ratio chance of each item; 0 for the last item of each row alone
     * @param most scored positions of a row at most, the last ones; at least one
     */
    static Masking mask(RaggedBatch batch, double ratio, int most, int maskItem, RandomSequence random) {
        int[] items = batch.items().clone();
        IntArrayList scored = new IntArrayList();
        for (int s = 0; s < batch.count(); s++) {
            int first = batch.layout().offset(s);
            int labels = 0;
            for (int row = first + batch.layout().length(s) - 1; row >= first; row--) {
                boolean chosen = ratio == 0 ? row == first + batch.layout().length(s) - 1 : random.nextFloat() < ratio;
                if (chosen) {
                    items[row] = maskItem;
                    if (row > first && labels < Math.max(1, most)) {
                        scored.add(row);
                        labels++;
                    }
                }
            }
        }
        int[] rows = scored.toIntArray();
        int[] labels = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            labels[i] = batch.items()[rows[i]];
        }
        return new Masking(new RaggedBatch(items, batch.layout(), new int[0], batch.segments()), rows, labels);
    }
}
