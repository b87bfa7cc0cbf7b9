package io.github.indirec.model.baselines;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.autograd.ops.LossOps;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.train.TrainingTask;

/** What tasks share whose examples are prefixes of the users' sequences, each with its next item. */
abstract class PrefixTask implements TrainingTask {
    private final SequenceModel model;
    private final long seed;
    private final PrefixSegments segments;

    PrefixTask(SequenceModel model, long seed, SequenceDataset data) {
        this.model = model;
        this.seed = seed;
        this.segments = new PrefixSegments(data, model.config().maxSeqLength());
    }

    @Override
    public final int examples() {
        return segments.count();
    }

    final SequenceModel model() {
        return model;
    }

    final long seed() {
        return seed;
    }

    final PrefixSegments segments() {
        return segments;
    }

    /** h, one training pass over a batch with the dropout masks of that purpose, [B x D]. */
    final Variable encode(Tape tape, RaggedBatch batch, RandomStreams pass, int step) {
        var config = model.config();
        return model.encode(
                tape, batch, new Dropout(config.hiddenDropout(), config.attentionDropout(), pass.key(seed, step)));
    }

    /** L_rec = mean -log softmax(h E^T)[target] over all rows of the item table. */
    final Variable recommendationLoss(Variable h, RaggedBatch batch) {
        return LossOps.tableCrossEntropy(h, model.itemTable().on(h.tape()), batch.targets());
    }
}
