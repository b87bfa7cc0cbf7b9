package io.github.indirec.model.serve;

import io.github.indirec.model.Presets;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.encoder.Weights;
import io.github.indirec.model.io.Checkpoints;
import io.github.indirec.model.io.FormatException;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.model.train.Checkpoint;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Opens a weight file as a model that ranks: one of ours, which carries its settings, or one of the authors', whose
 * sizes are told by the shapes. What a file does not tell (heads, direction of the attention) is as the authors have
 * it.
 */
public final class ModelFile {
    private ModelFile() {}

    /** Opens a file in any of the formats of {@link Checkpoints}. */
    public static SequenceModel open(Backend backend, Path file) throws IOException {
        return open(backend, file, OptionalInt.empty());
    }

    /**
     * Opens a file in any of the formats of {@link Checkpoints}.
     *
     * @param heads attention heads, where the file does not say or says it wrongly
     * @throws FormatException if this is no weight file of an encoder of this family
     */
    public static SequenceModel open(Backend backend, Path file, OptionalInt heads) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FormatException(
                    file.toString(), "", "a weight file", "a folder", "name a file, such as best.safetensors in it");
        }
        return open(backend, Checkpoints.readWeights(file), heads);
    }

    /** Opens what was read of a file. */
    public static SequenceModel open(Backend backend, TensorFile file, OptionalInt heads) throws IOException {
        EncoderConfig config = Weights.sizes(file, stored(file));
        return SequenceModel.load(backend, file, heads.isEmpty() ? config : withHeads(config, heads.getAsInt(), file));
    }

    private static EncoderConfig stored(TensorFile file) throws FormatException {
        try {
            return Checkpoint.settings(file, Presets.DEFAULT).toRecord(EncoderConfig.class);
        } catch (IllegalArgumentException e) {
            throw new FormatException(
                    file.source(),
                    "metadata",
                    "settings that this version knows",
                    e.getMessage(),
                    "use the version that wrote the file, or mend its metadata",
                    e);
        }
    }

    private static EncoderConfig withHeads(EncoderConfig config, int heads, TensorFile file) throws FormatException {
        try {
            return new EncoderConfig(
                    config.hiddenSize(),
                    config.numLayers(),
                    heads,
                    config.feedForwardMultiple(),
                    config.maxSeqLength(),
                    config.hiddenDropout(),
                    config.attentionDropout(),
                    config.layerNormEps(),
                    config.initializerRange(),
                    config.attention(),
                    config.positions());
        } catch (IllegalArgumentException e) {
            throw new FormatException(
                    file.source(),
                    "array '" + Weights.ITEM_TABLE + "'",
                    "a hidden size that " + heads + " heads share equally",
                    String.valueOf(config.hiddenSize()),
                    "give the number of heads that the model was trained with",
                    e);
        }
    }
}
