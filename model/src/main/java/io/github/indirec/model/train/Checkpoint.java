package io.github.indirec.model.train;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.optim.AdamW;
import io.github.indirec.model.ModelFamily;
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
    private static final String MODEL = "model";

    private Checkpoint() {}

    /** Writes the weights with the settings that they were trained with. */
    public static void writeWeights(Path file, TrainableModel model, Settings settings) throws IOException {
        SafeTensors.write(file, metadata("indirec-weights", model, settings), Weights.arrays(model.parameters()));
    }

    /** The model that a weight file of ours holds; {@link ModelFamily#INDIREC} where it does not say. */
    public static ModelFamily family(TensorFile file) throws FormatException {
        String name = file.metadata().getOrDefault(MODEL, ModelFamily.INDIREC.label());
        try {
            return ModelFamily.named(name);
        } catch (IllegalArgumentException e) {
            throw new FormatException(
                    file.source(),
                    "metadata",
                    "a model that this version knows",
                    name,
                    "use the version that wrote the file",
                    e);
        }
    }

    /** The settings that a weight file of ours carries; the defaults of the preset where it carries none. */
    public static Settings settings(TensorFile file, String preset) throws FormatException {
        Map<String, String> stored = new LinkedHashMap<>();
        file.metadata().forEach((key, value) -> {
            if (key.startsWith(CONFIG)) {
                stored.put(key.substring(CONFIG.length()), value);
            }
        });
        return family(file).settings(preset).with(stored, file.source());
    }

    /** Writes everything that training needs to go on. */
    static void writeState(
            Path file,
            TrainableModel model,
            Settings settings,
            AdamW optimizer,
            TrainingTask task,
            TrainingState state)
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
        metadata.putAll(state.means.toMetadata());
        List<NamedArray> arrays = new ArrayList<>(Weights.arrays(model.parameters()));
        for (Parameter parameter : model.parameters().trained()) {
            AdamW.Moments moments = optimizer.moments(parameter);
            int[] shape = parameter.shape().toArray();
            arrays.add(NamedArray.of(FIRST_MOMENT + parameter.name(), shape, moments.first().toFloats()));
            arrays.add(NamedArray.of(SECOND_MOMENT + parameter.name(), shape, moments.second().toFloats()));
        }
        arrays.addAll(task.state());
        SafeTensors.write(file, metadata, arrays);
    }

    /** Restores model, optimiser, task and state from what {@link #writeState} wrote. */
    static TrainingState readState(Path file, TrainableModel model, AdamW optimizer, TrainingTask task)
            throws IOException {
        TensorFile saved = SafeTensors.read(file);
        Weights.load(model.parameters(), saved);
        for (Parameter parameter : model.parameters().trained()) {
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
            state.means = EpochMeans.fromMetadata(metadata);
        } catch (NullPointerException | NumberFormatException e) {
            throw new FormatException(
                    file.toString(),
                    "metadata",
                    "the state of a training run",
                    "entries missing or malformed",
                    "resume from the last.safetensors that training wrote");
        }
        task.restore(saved);
        return state;
    }

    private static Map<String, String> metadata(String format, TrainableModel model, Settings settings) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", format);
        metadata.put(MODEL, model.family().label());
        metadata.put("items", Integer.toString(model.sequenceModel().items()));
        settings.toMap().forEach((key, value) -> metadata.put(CONFIG + key, value));
        return metadata;
    }
}
