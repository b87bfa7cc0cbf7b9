package io.github.indirec.model.cli;

import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.model.train.TrainingTask;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a training would work on and need, found out without training.
 *
 * @param segments training sub-sequences
 * @param batches batches an epoch
 * @param parameters trainable values
 * @param memoryBytes rough need of memory
 */
record DryRun(int segments, int batches, long parameters, long memoryBytes) {
    private static final int FLOAT_BYTES = 4;

    /** Java itself, its compiled code and its buffers, as seen in runs of the demonstration. */
    private static final long BASE_BYTES = 250L << 20;

    /** Users scored at once when validating. */
    private static final int EVALUATION_ROWS = 256;

    static DryRun of(SequenceDataset data, Settings settings) {
        try (Backend backend = Backends.cpu(1);
                TrainableModel model = ModelFamily.of(settings).create(backend, settings, data.items())) {
            TrainingTask task = model.task(data);
            return new DryRun(
                    task.examples(),
                    model.training().batches(task.examples()),
                    model.parameters().size(),
                    memory(data, model, task));
        }
    }

    private static long memory(SequenceDataset data, TrainableModel model, TrainingTask task) {
        EncoderConfig encoder = model.sequenceModel().config();
        PrefixSegments segments = new PrefixSegments(data, encoder.maxSeqLength());
        long batch = model.training().batchSize();
        long tokens = 0;
        for (int s = 0; s < segments.count(); s++) {
            tokens += segments.inputLength(s);
        }
        // Values, gradients and two moments; values and moments once more while they are saved.
        long weights = 7 * model.parameters().size();
        // Of each token and layer: queries, keys, values, outputs and their gradients, the inner layer twice.
        long activations = 2
                * batch
                * tokens
                / Math.max(1, segments.count())
                * encoder.numLayers()
                * (16 + 4L * encoder.feedForwardMultiple())
                * encoder.hiddenSize();
        long scores = 2 * Math.max(batch, EVALUATION_ROWS) * (data.items() + 2L);
        // Logits of the contrastive loss over both views of a batch, their gradients, and what made them.
        long similarities = 3 * 4 * batch * batch;
        long floats = weights + activations + scores + similarities + task.values() + 3L * data.interactions();
        return BASE_BYTES + FLOAT_BYTES * floats;
    }

    /** As a JSON object, the data's statistics first. */
    Map<String, Object> toMap(SequenceDataset data) {
        Map<String, Object> map = new LinkedHashMap<>(Provenance.data(data));
        map.put("segments", segments);
        map.put("batches_per_epoch", batches);
        map.put("parameters", parameters);
        map.put("memory_bytes", memoryBytes);
        return map;
    }

    void print(Terminal terminal, SequenceDataset data) {
        SequenceDataset.Statistics s = data.statistics();
        terminal.result(
                "%s: %,d users, %,d items, %,d interactions", data.name(), s.users(), s.items(), s.interactions());
        terminal.result(
                "sequences of %d to %,d items, %.2f on average; %.2f %% of the table empty",
                s.shortest(), s.longest(), s.meanLength(), 100 * s.sparsity());
        terminal.result(
                "largest item id %,d; %,d users with an item twice, %,d whose last item they had before",
                s.maxItem(), s.usersWithRepeats(), s.testTargetsSeen());
        terminal.result("%,d training sub-sequences, %,d batches an epoch", segments, batches);
        terminal.result("%,d parameters", parameters);
        terminal.result("about %,d MB of memory", memoryBytes >> 20);
    }
}
