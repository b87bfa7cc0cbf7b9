package io.github.indirec.model.encoder;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.autograd.ops.MatmulOps;
import io.github.indirec.model.InitialWeights;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.model.items.FusedTable;
import io.github.indirec.model.items.IdTable;
import io.github.indirec.model.items.ItemTable;
import io.github.indirec.tensor.DType;
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
    private final ItemTable itemTable;
    private final SasRecEncoder encoder;

    /**
     * A model that knows items by id, with zero-filled parameters.
     *
     * @param parameters filled by this constructor; owned, and closed, by this model
     * @param items I: item ids run from 1 to I; the table has I + 2 rows
     */
    public SequenceModel(Parameters parameters, EncoderConfig config, int items) {
        this(parameters, config, new IdTable(parameters, items, config.hiddenSize()));
    }

    /**
     * A model with zero-filled parameters over an item table.
     *
     * @param parameters those that the table was made for, and nothing more yet; owned, and closed, by this model
     */
    public SequenceModel(Parameters parameters, EncoderConfig config, ItemTable itemTable) {
        this.parameters = parameters;
        this.config = config;
        this.itemTable = itemTable;
        this.encoder = new SasRecEncoder(parameters, config, itemTable);
    }

    /** An untrained model with the initial weights of {@code seed}. */
    public static SequenceModel create(Backend backend, EncoderConfig config, int items, long seed) {
        SequenceModel model = new SequenceModel(new Parameters(backend, DType.F32), config, items);
        model.initialize(seed);
        return model;
    }

    /** The encoder of a checkpoint; tensors that it does not need are left aside. */
    public static SequenceModel load(Backend backend, TensorFile file, EncoderConfig config) throws IOException {
        Parameters parameters = new Parameters(backend, DType.F32);
        int items = file.array(Weights.ITEM_TABLE).shape()[0] - 2;
        ItemTable table = FusedTable.isIn(file)
                ? FusedTable.shapedAs(parameters, file, config.hiddenSize())
                : new IdTable(parameters, items, config.hiddenSize());
        SequenceModel model = new SequenceModel(parameters, config, table);
        try {
            Weights.load(model.parameters, file);
            return model;
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Draws initial weights: the item table's as it does; N(0, initializer_range^2) for every matrix of the encoder,
     * equal ones for equal seeds over any table; biases 0, norms 1 and 0.
     */
    public void initialize(long seed) {
        itemTable.initialize(seed, config.initializerRange());
        int index = 1;
        for (Parameter parameter : parameters.all()) {
            if (parameter.name().startsWith(Weights.ENCODER)) {
                if (parameter.shape().rank() == 2) {
                    InitialWeights.normal(parameter, config.initializerRange(), seed, index);
                }
                index++;
            }
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

    /** E, by which items are looked up and scored. */
    public ItemTable itemTable() {
        return itemTable;
    }

    /** I. */
    public int items() {
        return itemTable.items();
    }

    /** h, the representation of each sequence, [B x D]. */
    public Variable encode(Tape tape, RaggedBatch batch, Dropout dropout) {
        return encoder.encode(tape, batch.items(), batch.layout(), dropout);
    }

    /** The output at every item of every sequence, [N x D]. */
    public Variable encodeEach(Tape tape, RaggedBatch batch, Dropout dropout) {
        return encoder.encodeEach(tape, batch.items(), batch.layout(), dropout);
    }

    /** h E^T over all rows of the item table, [B x I + 2]; column 0 is the padding item, column I + 1 the mask item. */
    public Variable scores(Variable representations) {
        return MatmulOps.matmul(representations, itemTable.on(representations.tape()), false, true);
    }

    @Override
    public void close() {
        parameters.close();
    }
}
