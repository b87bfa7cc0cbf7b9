package io.github.indirec.model.cli;

import io.github.indirec.model.InDiRec;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.intent.IntentConfig;
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

    static DryRun of(SequenceDataset data, InDiRecConfig config) {
        PrefixSegments segments = new PrefixSegments(data, config.encoder().maxSeqLength());
        int count = segments.count();
        long parameters = parameters(config, data.items());
        return new DryRun(count, config.training().batches(count), parameters, memory(segments, config, parameters));
    }

    /** Counted on a model of one item: each further one adds a row to the item table. */
    static long parameters(InDiRecConfig config, int items) {
        try (Backend backend = Backends.cpu(1);
                InDiRec model = InDiRec.create(backend, config, 1)) {
            return model.parameters().size()
                    + (long) (items - 1) * config.encoder().hiddenSize();
        }
    }

    private static long memory(PrefixSegments segments, InDiRecConfig config, long parameters) {
        EncoderConfig encoder = config.encoder();
        IntentConfig intent = config.intent();
        long count = segments.count();
        long size = encoder.hiddenSize();
        long batch = config.training().batchSize();
        long tokens = 0;
        for (int s = 0; s < count; s++) {
            tokens += segments.inputLength(s);
        }
        // Values, gradients and two moments; values and moments once more while they are saved.
        long weights = 7 * parameters;
        // Of each token and layer: queries, keys, values, outputs and their gradients, the inner layer twice.
        long activations = 2
                * batch
                * tokens
                / Math.max(1, count)
                * encoder.numLayers()
                * (16 + 4L * encoder.feedForwardMultiple())
                * size;
        long scores = 2 * Math.max(batch, EVALUATION_ROWS) * (segments.dataset().items() + 2L);
        // Logits of the contrastive loss over both views of a batch, their gradients, and what made them.
        long similarities = 3 * 4 * batch * batch;
        long points = 3 * count * size;
        boolean allFits = intent.mates() == IntentConfig.MateSource.BATCH_CLUSTER;
        long fits = allFits ? config.training().epochs() / intent.clusteringInterval() + 1L : 1;
        long floats = weights
                + activations
                + scores
                + similarities
                + points
                + 3 * fits * count
                + 3L * segments.dataset().interactions();
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
