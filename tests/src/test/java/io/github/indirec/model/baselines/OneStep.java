package io.github.indirec.model.baselines;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.SmallModels;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.train.Losses;
import io.github.indirec.model.train.SilentLogs;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.model.train.TrainingTask;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * One step of a baseline on a few random sequences, and what is needed to work its losses out anew: the table and the
 * representations of an inference pass. Without dropout all passes over the same sequences are that one.
 */
final class OneStep implements AutoCloseable {
    static final int STEP = 3;
    static final int ITEMS = 15;
    static final int LENGTH = 6;

    /** Deviation of all weights: large enough that no term is nearly constant. */
    private static final double DEVIATION = 0.3;

    final Backend backend = Backends.cpu(1);
    final SequenceDataset data = SequenceDataset.of("random", sequences());
    final PrefixSegments segments = new PrefixSegments(data, LENGTH);
    final TrainableModel model;
    final TrainingTask task;
    final long seed;

    OneStep(ModelFamily family, Map<String, String> more) {
        Settings small = SmallModels.with(
                SmallModels.settings(family).with(Map.of("max_seq_length", Integer.toString(LENGTH)), "test"),
                Map.of("hidden_dropout", "0", "attention_dropout", "0", "denoiser_dropout", "0"));
        model = family.create(backend, small.with(more, "test"), ITEMS);
        SmallModels.randomize(model, DEVIATION);
        task = model.task(data);
        seed = model.training().seed();
    }

    /** Twelve users; the same items turn up often, and once twice after the same items. */
    private static int[][] sequences() {
        Random random = new Random(SmallModels.SEED);
        int[][] sequences = new int[12][];
        for (int user = 0; user < sequences.length; user++) {
            sequences[user] = random.ints(4 + random.nextInt(8), 1, ITEMS + 1).toArray();
        }
        sequences[3] = new int[] {ITEMS, 1, 2, 9, 9};
        sequences[4] = new int[] {ITEMS, 1, 2, 8, 8};
        return sequences;
    }

    SequenceModel encoder() {
        return model.sequenceModel();
    }

    /** The terms of a step by name, and their weighted sum as "loss". */
    Map<String, Double> losses(int... examples) {
        return lossesAt(STEP, examples);
    }

    Map<String, Double> lossesAt(int step, int... examples) {
        try (Tape tape = Tape.recording(backend)) {
            Losses losses = task.losses(tape, examples, step, SilentLogs.of(0));
            Map<String, Double> values = new LinkedHashMap<>();
            losses.terms().forEach((name, term) -> values.put(name, term.value().item()));
            values.put("loss", losses.total().value().item());
            return values;
        }
    }

    /** E, with all I + 2 rows. */
    double[][] table() {
        return rows(encoder().itemTable().ids().value());
    }

    /** h of each sequence, in evaluation mode. */
    double[][] representations(RaggedBatch batch) {
        return representations(batch, Dropout.NONE);
    }

    double[][] representations(RaggedBatch batch, Dropout dropout) {
        try (Tape tape = Tape.inference(backend)) {
            return rows(encoder().encode(tape, batch, dropout).value());
        }
    }

    /** The encoder's output at every item, in evaluation mode. */
    double[][] outputs(RaggedBatch batch) {
        try (Tape tape = Tape.inference(backend)) {
            Variable outputs = encoder().encodeEach(tape, batch, Dropout.NONE);
            return rows(outputs.value());
        }
    }

    static double[][] rows(Tensor matrix) {
        double[] values = matrix.toDoubles();
        int width = matrix.shape().dim(1);
        double[][] rows = new double[matrix.shape().dim(0)][width];
        for (int i = 0; i < values.length; i++) {
            rows[i / width][i % width] = values[i];
        }
        return rows;
    }

    @Override
    public void close() {
        model.close();
        backend.close();
    }
}
