package io.github.indirec.bench;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.autograd.nn.TransformerLayer;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.autograd.optim.AdamW;
import io.github.indirec.autograd.optim.GradientClipping;
import io.github.indirec.model.InDiRec;
import io.github.indirec.model.InDiRecObjective;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.diffusion.DiffusionDraws;
import io.github.indirec.model.encoder.SasRecEncoder;
import io.github.indirec.model.train.TrainingConfig;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.spi.Backend;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Tells apart where a training step's speed comes from: the same batches as the reference runs them, then packed, then
 * computed only where something is read, by the same kernels on the same threads. The three take turns batch by batch,
 * so that a busy machine slows all of them alike.
 */
final class StepFactors implements AutoCloseable {
    /** Batches before those that count, for the compiler. */
    private static final int WARM_UP = 4;

    private static final long SEED = 1;

    /** One way to run a step. */
    enum Way {
        /**
         * Every sequence filled up to L rows with the padding item. The filled rows are attended here, where the
         * reference masks them at the same cost: only the time of this way means anything.
         */
        PADDED("padded to L, all rows through all layers"),
        /** No padding; the last layer, too, computes all rows, and the look-up of the mates all sequences. */
        RAGGED("ragged, all rows through all layers"),
        /** The last layer only at the rows that are read, the look-up only at the one sequence that is read. */
        RAGGED_READ("ragged, and only what is read");

        private final String label;

        Way(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    private final InDiRec model;
    private final PrefixSegments segments;
    private final AdamW optimizer;
    private final TrainingConfig training;

    StepFactors(InDiRec model, PrefixSegments segments) {
        this.model = model;
        this.segments = segments;
        this.training = model.config().training();
        this.optimizer = new AdamW(
                model.parameters(),
                new AdamW.Settings(
                        training.learningRate(),
                        training.adamBeta1(),
                        training.adamBeta2(),
                        training.adamEps(),
                        training.weightDecay()));
    }

    /** Median seconds a batch of each way over that many batches. */
    Map<Way, Double> measure(int batches) {
        SplittableRandom random = new SplittableRandom(SEED);
        Map<Way, double[]> seconds = new EnumMap<>(Way.class);
        for (Way way : Way.values()) {
            seconds.put(way, new double[batches]);
        }
        for (int i = -WARM_UP; i < batches; i++) {
            RaggedBatch anchors = draw(random);
            RaggedBatch mates = draw(random);
            for (Way way : Way.values()) {
                long begin = System.nanoTime();
                step(way, anchors, mates);
                if (i >= 0) {
                    seconds.get(way)[i] = (System.nanoTime() - begin) / 1e9;
                }
            }
        }
        Map<Way, Double> medians = new EnumMap<>(Way.class);
        seconds.forEach((way, times) -> {
            Arrays.sort(times);
            medians.put(way, (times[(batches - 1) / 2] + times[batches / 2]) / 2);
        });
        return medians;
    }

    private RaggedBatch draw(SplittableRandom random) {
        return RaggedBatch.of(
                segments, random.ints(training.batchSize(), 0, segments.count()).toArray());
    }

    /** As {@code Trainer} takes a step in mode official, the mates given. */
    private void step(Way way, RaggedBatch drawnAnchors, RaggedBatch drawnMates) {
        Backend backend = model.backend();
        int step = optimizer.steps();
        RaggedBatch anchors = way == Way.PADDED ? padded(drawnAnchors) : drawnAnchors;
        RaggedBatch mates = way == Way.PADDED ? padded(drawnMates) : drawnMates;
        InDiRecObjective.Encoding encoding =
                way == Way.RAGGED_READ ? model.sequenceModel()::encode : this::encodeAllRows;
        RaggedBatch looked = way == Way.RAGGED_READ ? RaggedBatch.of(segments, anchors.segments()[0]) : anchors;
        try (Tape tape = Tape.inference(backend)) {
            encoding.encode(
                    tape,
                    looked,
                    InDiRecObjective.dropout(model.config(), RandomStreams.DROPOUT_LOOKUP, SEED, step));
        }
        InDiRecObjective objective = new InDiRecObjective(model, encoding);
        InDiRecObjective.Inputs inputs = new InDiRecObjective.Inputs(
                anchors,
                objective.mates(mates),
                anchors.targets(),
                DiffusionDraws.of(backend, SEED, step, anchors.count(), model.config().diffusion()),
                SEED,
                step);
        try (Tape tape = Tape.recording(backend)) {
            tape.backward(objective.compute(tape, inputs).losses().total());
        }
        double norm = GradientClipping.globalNorm(model.parameters());
        optimizer.step(GradientClipping.factor(norm, training.clipNorm()));
        model.parameters().clearGradients();
    }

    private Variable encodeAllRows(Tape tape, RaggedBatch batch, Dropout dropout) {
        SasRecEncoder encoder = model.sequenceModel().encoder();
        Variable embedded = encoder.embed(tape, batch.items(), batch.layout(), dropout);
        List<TransformerLayer.Output> blocks = encoder.encodeAll(embedded, batch.layout(), dropout);
        return IndexOps.gatherRows(
                blocks.get(blocks.size() - 1).block(), batch.layout().lastRows());
    }

    /** The same sequences with the padding item, 0, before them. */
    private RaggedBatch padded(RaggedBatch batch) {
        int length = batch.layout().maxLength();
        int[] lengths = new int[batch.count()];
        Arrays.fill(lengths, length);
        int[] items = new int[batch.count() * length];
        for (int s = 0; s < batch.count(); s++) {
            int own = batch.layout().length(s);
            System.arraycopy(batch.items(), batch.layout().offset(s), items, (s + 1) * length - own, own);
        }
        return new RaggedBatch(items, RaggedLayout.ofLengths(lengths, length), batch.targets(), batch.segments());
    }

    @Override
    public void close() {
        optimizer.close();
    }
}
