package io.github.indirec.model;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.tensor.spi.Backend;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Every family at a size that trains in a blink, for tests of what all models have in common. */
public final class SmallModels {
    /** Of data, vectors and weights. */
    public static final long SEED = 20_260_107;

    private static final int WIDTH = 12;

    /** Of each family those that it has. Long sequences are cut, batches are partial, dropout is on. */
    private static final Map<String, String> SMALL = Map.ofEntries(
            Map.entry("hidden_size", "8"),
            Map.entry("max_seq_length", "7"),
            Map.entry("timesteps", "5"),
            Map.entry("num_intents", "4"),
            Map.entry("kmeans_restarts", "1"),
            Map.entry("batch_size", "20"),
            Map.entry("epochs", "3"),
            Map.entry("validation_interval", "1"),
            Map.entry("patience", "100"));

    private SmallModels() {}

    /** Small settings of a family. */
    public static Settings settings(ModelFamily family) {
        return with(family.settings("demo"), SMALL);
    }

    /** These settings with those of the others that the family has. */
    public static Settings with(Settings settings, Map<String, String> others) {
        Map<String, String> known = new HashMap<>(others);
        known.keySet().retainAll(settings.toMap().keySet());
        return settings.with(known, "test");
    }

    /** Sequences of 4 to 13 items, of 60 users through 40 items in two rings. */
    public static int[][] sequences() {
        Random random = new Random(SEED);
        int[][] sequences = new int[60][];
        for (int user = 0; user < sequences.length; user++) {
            int ring = user % 2 * 20;
            int start = random.nextInt(20);
            sequences[user] = new int[4 + random.nextInt(10)];
            for (int i = 0; i < sequences[user].length; i++) {
                sequences[user][i] = 1 + ring + (start + i) % 20;
            }
        }
        // Whatever comes last elsewhere, all 40 items are there.
        sequences[0] = new int[] {40, 1, 2, 3};
        return sequences;
    }

    /** {@link #sequences} as data. */
    public static SequenceDataset data() {
        return SequenceDataset.of("rings", sequences());
    }

    /** An untrained model, with random item vectors where it needs some. */
    public static TrainableModel create(ModelFamily family, Backend backend, Settings settings, int items) {
        if (!family.needsVectors()) {
            return family.create(backend, settings, items);
        }
        Random random = new Random(SEED);
        float[] values = new float[items * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return family.create(backend, settings, items, ItemVectors.of(values, WIDTH));
    }

    /** Moves every trained parameter, biases and norms too, so that none hides behind a zero. */
    public static void randomize(TrainableModel model, double deviation) {
        Random random = new Random(SEED);
        for (Parameter parameter : model.parameters().trained()) {
            double[] values = parameter.value().toDoubles();
            for (int i = 0; i < values.length; i++) {
                values[i] += deviation * random.nextGaussian();
            }
            parameter.value().copyFrom(values);
        }
    }
}
