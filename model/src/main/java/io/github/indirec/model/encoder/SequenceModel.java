package io.github.indirec.model.encoder;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.autograd.ops.MatmulOps;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RandomSequence;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;

/**
 * Item table and encoder: all that ranking needs of a trained model. Scores are h E^T; diffusion and intents play no part
 * at serving time.
 *
 * <p>Reading (encode, score) is safe from any number of threads, each with its own tape, as long as nobody trains.
 */
public final class SequenceModel implements AutoCloseable {
    private final Parameters parameters;
    private final EncoderConfig config;
    private final SasRecEncoder encoder;
    private final int items;

    /**
     * A model with zero-filled parameters.
     *
     * @param parameters filled by this constructor; owned, and closed, by this model
     * @param items I: item ids run from 1 to I; the table has I + 2 rows
     */
    public SequenceModel(Parameters parameters, EncoderConfig config, int items) {
        this.parameters = parameters;
        this.config = config;
        this.items = items;
        this.encoder = new SasRecEncoder(parameters, config, items + 2);
    }

    /** An untrained model with the initial weights of {@code seed}. */
    public static SequenceModel create(Backend backend, EncoderConfig config, int items, long seed) {
        SequenceModel model = new SequenceModel(new Parameters(backend, DType.F32), config, items);
        model.initialize(seed);
        return model;
    }

    /** The encoder of a checkpoint; tensors that it does not need are left aside. */
    public static SequenceModel load(Backend backend, TensorFile file, EncoderConfig config) throws IOException {
        int rows = file.array(Weights.ITEM_TABLE).shape()[0];
        SequenceModel model = new SequenceModel(new Parameters(backend, DType.F32), config, rows - 2);
        try {
            Weights.load(model.parameters, file);
            return model;
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Draws initial weights: N(0, initializer_range^2) for every matrix, the item table's padding row included; biases 0,
     * norms 1 and 0.
     */
    public void initialize(long seed) {
        int index = 0;
        for (Parameter parameter : parameters.all()) {
            if (parameter.shape().rank() == 2) {
                RandomSequence random = new RandomSequence(RandomStreams.INITIAL_WEIGHTS.key(seed, 0, index));
                float[] values = new float[parameter.shape().size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) config.initializerRange() * random.nextGaussian();
                }
                parameter.value().copyFrom(values);
            }
            index++;
        }
    }

    public Parameters parameters() {
        return parameters;
    }

    public Backend backend() {
        return parameters.backend();
    }

    public EncoderConfig config() {
        return config;
    }

    public SasRecEncoder encoder() {
        return encoder;
    }

    /** I. */
    public int items() {
        return items;
    }

    /** h, the representation of each sequence, [B x D]. */
    public Variable encode(Tape tape, RaggedBatch batch, Dropout dropout) {
        return encoder.encode(tape, batch.items(), batch.layout(), dropout);
    }

    /** h E^T over all rows of the item table, [B x I + 2]; column 0 is the padding item, column I + 1 the mask item. */
    public Variable scores(Variable representations) {
        return MatmulOps.matmul(
                representations, representations.tape().leaf(encoder.itemTable()), false, true);
    }

    @Override
    public void close() {
        parameters.close();
    }
}
