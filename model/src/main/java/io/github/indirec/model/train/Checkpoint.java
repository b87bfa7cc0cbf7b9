package io.github.indirec.model.train;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.optim.AdamW;
import io.github.indirec.model.InDiRec;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.encoder.Weights;
import io.github.indirec.model.io.FormatException;
import io.github.indirec.model.io.NamedArray;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.io.TensorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Weight files and the training state. Nothing in them differs between equal runs: no times, no paths, no versions of
 * Java.
 */
public final class Checkpoint {
    private static final String CONFIG = "config.";
    private static final String FIRST_MOMENT = "adam.first.";
    private static final String SECOND_MOMENT = "adam.second.";
    private static final String CENTROIDS = "intents.centroids";
    private static final String FITS = "intents.assignments";

    private Checkpoint() {}

    /** Writes the weights with the settings that they were trained with. */
    public static void writeWeights(Path file, InDiRec model, Settings settings) throws IOException {
        SafeTensors.write(file, metadata("indirec-weights", model, settings), Weights.arrays(model.parameters()));
    }

    /** The settings that a weight file of ours carries; the defaults of the preset where it carries none. */
    public static Settings settings(TensorFile file, String preset) {
        Map<String, String> stored = new LinkedHashMap<>();
        file.metadata().forEach((key, value) -> {
            if (key.startsWith(CONFIG)) {
                stored.put(key.substring(CONFIG.length()), value);
            }
        });
        return Presets.settings(preset, Mode.OFFICIAL).with(stored, file.source());
    }

    /** Writes everything that training needs to go on. */
    static void writeState(Path file, InDiRec model, Settings settings, AdamW optimizer, TrainingState state)
            throws IOException {
        Map<String, String> metadata = metadata("indirec-training-state", model, settings);
        metadata.put("state.epoch", Integer.toString(state.epoch));
        metadata.put("state.batch", Integer.toString(state.batch));
        metadata.put("state.steps", Integer.toString(optimizer.steps()));
        EarlyStopping stopping = state.earlyStopping;
        metadata.put("best.HR@20", Double.toHexString(stopping.hitRate20()));
        metadata.put("best.NDCG@20", Double.toHexString(stopping.ndcg20()));
        metadata.put("best.epoch", Integer.toString(stopping.bestEpoch()));
        metadata.put("best.waited", Integer.toString(stopping.waited()));
        metadata.putAll(state.sums.toMetadata());
        List<NamedArray> arrays = new ArrayList<>(Weights.arrays(model.parameters()));
        for (Parameter parameter : model.parameters().all()) {
            AdamW.Moments moments = optimizer.moments(parameter);
            int[] shape = parameter.shape().toArray();
            arrays.add(NamedArray.of(FIRST_MOMENT + parameter.name(), shape, moments.first().toFloats()));
            arrays.add(NamedArray.of(SECOND_MOMENT + parameter.name(), shape, moments.second().toFloats()));
        }
        if (state.centroids != null) {
            int size = model.config().encoder().hiddenSize();
            arrays.add(NamedArray.of(CENTROIDS, new int[] {state.centroids.length / size, size}, state.centroids));
            arrays.add(fitsArray(state.fits));
        }
        SafeTensors.write(file, metadata, arrays);
    }

    private static NamedArray fitsArray(List<int[]> fits) {
        int count = fits.get(0).length;
        int[] rows = new int[Math.multiplyExact(fits.size(), count)];
        for (int fit = 0; fit < fits.size(); fit++) {
            System.arraycopy(fits.get(fit), 0, rows, fit * count, count);
        }
        return NamedArray.ofInts(FITS, new int[] {fits.size(), count}, rows);
    }

    /** Restores model, optimiser and state from what {@link #writeState} wrote. */
    static TrainingState readState(Path file, InDiRec model, AdamW optimizer) throws IOException {
        TensorFile saved = SafeTensors.read(file);
        Weights.load(model.parameters(), saved);
        for (Parameter parameter : model.parameters().all()) {
            AdamW.Moments moments = optimizer.moments(parameter);
            Weights.copy(saved, FIRST_MOMENT + parameter.name(), moments.first());
            Weights.copy(saved, SECOND_MOMENT + parameter.name(), moments.second());
        }
        TrainingState state = new TrainingState();
        try {
            Map<String, String> metadata = saved.metadata();
            state.epoch = Integer.parseInt(metadata.get("state.epoch"));
            state.batch = Integer.parseInt(metadata.get("state.batch"));
            optimizer.restoreSteps(Integer.parseInt(metadata.get("state.steps")));
            state.earlyStopping = new EarlyStopping(
                    Double.parseDouble(metadata.get("best.HR@20")),
                    Double.parseDouble(metadata.get("best.NDCG@20")),
                    Integer.parseInt(metadata.get("best.epoch")),
                    Integer.parseInt(metadata.get("best.waited")));
            state.sums = EpochSums.fromMetadata(metadata);
        } catch (NullPointerException | NumberFormatException e) {
            throw new FormatException(
                    file.toString(),
                    "metadata",
                    "the state of a training run",
                    "entries missing or malformed",
                    "resume from the last.safetensors that training wrote");
        }
        if (saved.tensors().containsKey(CENTROIDS)) {
            state.centroids = saved.floats(CENTROIDS, TensorFile.ANY, model.config().encoder().hiddenSize());
            int[] rows = saved.ints(FITS, TensorFile.ANY, TensorFile.ANY);
            int count = saved.array(FITS).shape()[1];
            for (int from = 0; from < rows.length; from += count) {
                int[] fit = new int[count];
                System.arraycopy(rows, from, fit, 0, count);
                state.fits.add(fit);
            }
        }
        return state;
    }

    private static Map<String, String> metadata(String format, InDiRec model, Settings settings) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", format);
        metadata.put("model", "indirec");
        metadata.put("items", Integer.toString(model.sequenceModel().items()));
        settings.toMap().forEach((key, value) -> metadata.put(CONFIG + key, value));
        return metadata;
    }
}
