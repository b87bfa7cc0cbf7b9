package io.github.indirec.model.serve;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Recommends: the items with the highest scores h E^T, h being the representation of a history. Any history will do,
 * also one of a user whom training never saw.
 *
 * <p>For any number of threads at once: each call works alone, on a tape of its own, on the thread that makes it, so
 * a server scales with its own threads.
 */
public final class Recommender implements AutoCloseable {
    private final SequenceModel model;
    private final Runnable release;

    private Recommender(SequenceModel model, Runnable release) {
        this.model = model;
        this.release = release;
    }

    /** Opens a weight file: safetensors, or a PyTorch checkpoint of the authors' model. */
    public static Recommender load(Path file) throws IOException {
        return open(backend -> ModelFile.open(backend, file));
    }

    /**
     * Reads a safetensors file from a stream, such as a class path resource, to its end; does not close it.
     *
     * @param name what messages call it
     */
    public static Recommender load(InputStream in, String name) throws IOException {
        return open(backend -> ModelFile.open(backend, SafeTensors.read(in, name), OptionalInt.empty()));
    }

    /** Serves a model at hand, which stays the caller's, must not be trained meanwhile and must outlive this. */
    public static Recommender of(SequenceModel model) {
        return new Recommender(model, () -> {});
    }

    private interface Opening {
        SequenceModel open(Backend backend) throws IOException;
    }

    private static Recommender open(Opening opening) throws IOException {
        // One thread: the work of a single history is too small to share out, and callers bring threads of their own.
        Backend backend = Backends.cpu(1);
        try {
            SequenceModel model = opening.open(backend);
            return new Recommender(model, () -> {
                model.close();
                backend.close();
            });
        } catch (IOException | RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    /** I: item ids run from 1 to it. */
    public int items() {
        return model.items();
    }

    /**
     * The k best items to follow a history, best first, those of the history included.
     *
     * @param history item ids in time order, the last one newest; the model looks at the last ones
     * @throws IllegalArgumentException if the history is empty or holds an item that the model does not know
     */
    public List<Recommendation> recommend(int[] history, int k) {
        return recommend(Query.after(history).top(k));
    }

    /**
     * The best items, best first, equal scores by rising id; fewer than asked for when no more are allowed.
     *
     * @throws IllegalArgumentException if the history is empty or any list holds an item that the model does not know
     * @throws ArithmeticException if the model's weights give a score that is no number
     */
    public List<Recommendation> recommend(Query query) {
        int[] history = query.history();
        if (history.length == 0) {
            throw new IllegalArgumentException(
                    "Recommender: the history is empty, expected at least one item id from 1 to " + items());
        }
        requireKnown("history", history);
        requireKnown("list of allowed items", query.allowed().orElse(new int[0]));
        requireKnown("list of denied items", query.denied());
        try (Tape tape = Tape.inference(model.backend())) {
            RaggedBatch batch = RaggedBatch.ofHistories(
                    new int[][] {history}, model.config().maxSeqLength());
            Tensor scores =
                    model.scores(model.encode(tape, batch, Dropout.NONE)).value();
            exclude(scores, history, query);
            return best(scores, Math.min(query.count(), items()));
        }
    }

    private void requireKnown(String list, int[] items) {
        for (int item : items) {
            if (item < 1 || item > items()) {
                throw new IllegalArgumentException(
                        "Recommender: the " + list + " holds item " + item + ", the model knows items 1 to " + items());
            }
        }
    }

    private static void exclude(Tensor scores, int[] history, Query query) {
        int[] denied = query.denied();
        boolean all =
                !query.excludesSeen() && denied.length == 0 && query.allowed().isEmpty();
        if (all) {
            return;
        }
        float[] values = scores.toFloats();
        query.allowed().ifPresent(allowed -> {
            float[] every = values.clone();
            Arrays.fill(values, Float.NEGATIVE_INFINITY);
            for (int item : allowed) {
                values[item] = every[item];
            }
        });
        for (int item : denied) {
            values[item] = Float.NEGATIVE_INFINITY;
        }
        for (int i = 0; query.excludesSeen() && i < history.length; i++) {
            values[history[i]] = Float.NEGATIVE_INFINITY;
        }
        scores.copyFrom(values);
    }

    private List<Recommendation> best(Tensor scores, int k) {
        int[] items = new int[k];
        float[] itemScores = new float[k];
        int found = model.backend().ranking().topK(scores, 0, 1, items() + 1, k, items, itemScores);
        List<Recommendation> best = new ArrayList<>(found);
        for (int i = 0; i < found; i++) {
            best.add(new Recommendation(items[i], itemScores[i]));
        }
        return List.copyOf(best);
    }

    /** Gives the memory back; not to be called while another thread still asks. */
    @Override
    public void close() {
        release.run();
    }
}
