package io.github.indirec.model.serve;

import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * Recommends: the items with the highest scores h E^T, h being the representation of a history. Any history will do,
 * also one of a user whom training never saw.
 *
 * <p>For any number of threads at once: each call works alone, in memory of its own, on the thread that makes it, so
 * a server scales with its own threads. A call allocates little more than its answer, however many items there are.
 *
 * <p>Works on the CPU unless opened on another device, which pays where many histories are asked about at once. Holds
 * the weights of the moment in which it was made, whatever happens to the model afterwards; the item table twice, by
 * rows for look-ups and by columns for scores.
 */
public final class Recommender implements AutoCloseable {
    /** Scores at once in a batch of queries, 16 MB: 256 histories over 12,101 items are 12 MB. */
    private static final int MAX_SCORES = 1 << 22;

    private final Backend backend;
    private final FrozenModel model;
    private final int items;
    private final ConcurrentLinkedQueue<Workspace> idle = new ConcurrentLinkedQueue<>();

    private Recommender(Backend backend, FrozenModel model) {
        this.backend = backend;
        this.model = model;
        this.items = model.items();
    }

    private static Recommender on(Device device, Function<Backend, FrozenModel> frozen) {
        Backend backend = backend(device);
        try {
            return new Recommender(backend, frozen.apply(backend));
        } catch (RuntimeException | Error e) {
            backend.close();
            throw e;
        }
    }

    /** One thread: the work of a single history is too small to share out, and callers bring threads of their own. */
    private static Backend backend(Device device) {
        return Backends.open(device, 1);
    }

    /** Opens a weight file: safetensors, or a PyTorch checkpoint of the authors' model. */
    public static Recommender load(Path file) throws IOException {
        return load(file, Device.CPU);
    }

    /**
     * As {@link #load(Path)}, on any device.
     *
     * @throws io.github.indirec.tensor.DeviceException if the device cannot be used here
     */
    public static Recommender load(Path file, Device device) throws IOException {
        return open(device, backend -> ModelFile.open(backend, file));
    }

    /**
     * Reads a safetensors file from a stream, such as a class path resource, to its end; does not close it.
     *
     * @param name what messages call it
     */
    public static Recommender load(InputStream in, String name) throws IOException {
        return load(in, name, Device.CPU);
    }

    /**
     * As {@link #load(InputStream, String)}, on any device.
     *
     * @throws io.github.indirec.tensor.DeviceException if the device cannot be used here
     */
    public static Recommender load(InputStream in, String name, Device device) throws IOException {
        return open(device, backend -> ModelFile.open(backend, SafeTensors.read(in, name), OptionalInt.empty()));
    }

    /**
     * Serves a model at hand with the weights that it has now, as a copy: training may go on, and shows in the next
     * recommender. The model stays the caller's and need not outlive this.
     */
    public static Recommender of(SequenceModel model) {
        return of(model, Device.CPU);
    }

    /**
     * As {@link #of(SequenceModel)}, on any device, whichever the model is on.
     *
     * @throws io.github.indirec.tensor.DeviceException if the device cannot be used here
     */
    public static Recommender of(SequenceModel model, Device device) {
        return on(device, backend -> new FrozenModel(model, backend));
    }

    /**
     * A recommender for a catalogue that has grown: the items of this one, and a new one for each of the vectors, which
     * training did not know. New items take the ids after the last, I + 1 for the first vector, and from then on are
     * items like all others, in answers as in histories. A new item's row is made of its vector alone, by the rule that
     * {@link io.github.indirec.model.items.SemanticConfig.Fusion} states.
     *
     * <p>This recommender stays as it is; each has its own memory, on the same device, and is closed by itself.
     *
     * @param vectors by the encoder that made the vectors of training
     * @throws UnsupportedOperationException if the model knows items by id alone
     * @throws IllegalArgumentException if the vectors are not as wide as those of training
     */
    public Recommender withItems(ItemVectors vectors) {
        return on(backend.device(), own -> model.withItems(own, vectors));
    }

    private interface Opening {
        SequenceModel open(Backend backend) throws IOException;
    }

    private static Recommender open(Device device, Opening opening) throws IOException {
        try (Backend backend = backend(device);
                SequenceModel model = opening.open(backend)) {
            return of(model, device);
        }
    }

    /** I: item ids run from 1 to it, new items included. */
    public int items() {
        return items;
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
        return recommendAll(List.of(query)).get(0);
    }

    /**
     * The answer to each query, in order, the same as {@link #recommend(Query)} gives: for a server that lets requests
     * gather, since many histories at once cost less each than one by one.
     *
     * @throws IllegalArgumentException if a history is empty or any list holds an item that the model does not know
     * @throws ArithmeticException if the model's weights give a score that is no number
     */
    public List<List<Recommendation>> recommendAll(List<Query> queries) {
        queries.forEach(this::check);
        List<List<Recommendation>> answers = new ArrayList<>(queries.size());
        int most = Math.max(1, MAX_SCORES / (items + 2));
        for (int from = 0; from < queries.size(); from += most) {
            answer(queries.subList(from, Math.min(queries.size(), from + most)), answers);
        }
        return answers;
    }

    private void check(Query query) {
        if (query.historyItems().length == 0) {
            throw new IllegalArgumentException(
                    "Recommender: the history is empty, expected at least one item id from 1 to " + items);
        }
        requireKnown("history", query.historyItems());
        requireKnown("list of denied items", query.deniedItems());
        if (query.allowedItems() != null) {
            requireKnown("list of allowed items", query.allowedItems());
        }
    }

    private void requireKnown(String list, int[] ids) {
        for (int item : ids) {
            if (item < 1 || item > items) {
                throw new IllegalArgumentException(
                        "Recommender: the " + list + " holds item " + item + ", the model knows items 1 to " + items);
            }
        }
    }

    private void answer(List<Query> queries, List<List<Recommendation>> answers) {
        int[][] histories = new int[queries.size()][];
        for (int i = 0; i < histories.length; i++) {
            histories[i] = queries.get(i).historyItems();
        }
        RaggedBatch batch = RaggedBatch.ofHistories(histories, model.maxLength());
        Workspace workspace = idle.poll();
        if (workspace == null) {
            workspace = new Workspace(backend);
        }
        workspace.release(0);
        Tensor scores = model.scores(workspace, batch);
        for (int i = 0; i < histories.length; i++) {
            exclude(scores, i, queries.get(i));
            answers.add(best(scores, i, Math.min(queries.get(i).count(), items)));
        }
        // After a failure the workspace is left to the garbage collector.
        idle.add(workspace);
    }

    /** Gives the items that must not come a score of negative infinity. */
    private void exclude(Tensor scores, int row, Query query) {
        backend.ranking().mask(scores, row, query.allowedItems(), query.deniedItems());
        if (query.excludesSeen()) {
            backend.ranking().mask(scores, row, null, query.historyItems());
        }
    }

    private List<Recommendation> best(Tensor scores, int row, int k) {
        int[] ids = new int[k];
        float[] itemScores = new float[k];
        int found = backend.ranking().topK(scores, row, 1, items + 1, k, ids, itemScores);
        Recommendation[] best = new Recommendation[found];
        for (int i = 0; i < found; i++) {
            best[i] = new Recommendation(ids[i], itemScores[i]);
        }
        return List.of(best);
    }

    /** Gives the memory back; not to be called while another thread still asks. */
    @Override
    public void close() {
        for (Workspace workspace = idle.poll(); workspace != null; workspace = idle.poll()) {
            workspace.close();
        }
        model.close();
        backend.close();
    }
}
