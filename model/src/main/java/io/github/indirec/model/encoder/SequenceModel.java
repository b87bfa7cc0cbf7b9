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
import io.github.indirec.model.items.AffineMap;
import io.github.indirec.model.items.FusedTable;
import io.github.indirec.model.items.IdTable;
import io.github.indirec.model.items.ItemTable;
import io.github.indirec.model.items.NewItemRows;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.util.List;

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
    private final MaskedItemHead head;

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
        this(parameters, config, itemTable, false);
    }

    private SequenceModel(Parameters parameters, EncoderConfig config, ItemTable itemTable, boolean masked) {
        this.parameters = parameters;
        this.config = config;
        this.itemTable = itemTable;
        this.encoder = new SasRecEncoder(parameters, config, itemTable);
        this.head = masked ? new MaskedItemHead(parameters, config, itemTable.items() + 2) : null;
    }

    /** An untrained model with the initial weights of {@code seed}. */
    public static SequenceModel create(Backend backend, EncoderConfig config, int items, long seed) {
        SequenceModel model = new SequenceModel(new Parameters(backend, DType.F32), config, items);
        model.initialize(seed);
        return model;
    }

    /** As {@link #create}, with a {@link MaskedItemHead}. */
    public static SequenceModel createMasked(Backend backend, EncoderConfig config, int items, long seed) {
        Parameters parameters = new Parameters(backend, DType.F32);
        SequenceModel model =
                new SequenceModel(parameters, config, new IdTable(parameters, items, config.hiddenSize()), true);
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
        SequenceModel model = new SequenceModel(parameters, config, table, MaskedItemHead.isIn(file));
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
        if (head != null) {
            head.initialize(seed, config.initializerRange(), index);
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

    /** Whether the next item is asked for by a mask item, through a {@link MaskedItemHead}. */
    public boolean isMasked() {
        return head != null;
    }

    /** I + 1, the mask item, whose row of the table is the last. */
    public int maskItem() {
        return items() + 1;
    }

    /** Numbers in the representation of a sequence: D, with a head D + 1. */
    public int representationSize() {
        return config.hiddenSize() + (head == null ? 0 : 1);
    }

    /** h, the representation of each sequence, [B x D]; with a head, of the mask item behind it, [B x D + 1]. */
    public Variable encode(Tape tape, RaggedBatch batch, Dropout dropout) {
        if (head == null) {
            return encoder.encode(tape, batch.items(), batch.layout(), dropout);
        }
        RaggedBatch asked = batch.followedBy(maskItem());
        return represent(encoder.encode(tape, asked.items(), asked.layout(), dropout));
    }

    /** The encoder's output at every item of every sequence, as they are, [N x D]. */
    public Variable encodeEach(Tape tape, RaggedBatch batch, Dropout dropout) {
        return encoder.encodeEach(tape, batch.items(), batch.layout(), dropout);
    }

    /** What is multiplied with {@link #scoreTable}: outputs of the encoder themselves, or what a head makes of them. */
    public Variable represent(Variable outputs) {
        return head == null ? outputs : head.representations(outputs);
    }

    /** What representations are multiplied with: E [I + 2 x D], or [E | c] with a head's item bias. */
    public Variable scoreTable(Tape tape) {
        Variable table = itemTable.on(tape);
        return head == null ? table : head.table(table);
    }

    /** h E^T over all rows of the item table, [B x I + 2]; column 0 is the padding item, column I + 1 the mask item. */
    public Variable scores(Variable representations) {
        return MatmulOps.matmul(representations, scoreTable(representations.tape()), false, true);
    }

    /**
     * A model for a catalogue that has grown: the items of this one, and a new one for each of the vectors, which
     * training did not know, with the ids after the last, I + 1 for the first vector. It ranks as this model does, but
     * all its items are mere rows of a table: a copy to evaluate, not to train.
     *
     * @param vectors by the encoder that made the vectors of training
     * @return closed by itself, before the backend
     * @throws UnsupportedOperationException if this model knows items by id alone
     * @throws IllegalArgumentException if the vectors are not as wide as those of training
     */
    public SequenceModel withItems(ItemVectors vectors) {
        SequenceModel grown =
                new SequenceModel(new Parameters(backend(), DType.F32), config, items() + vectors.items());
        try (Tape tape = Tape.inference(backend())) {
            for (Parameter parameter : grown.parameters.all()) {
                if (parameter != grown.itemTable.ids()) {
                    parameter.value().copyFrom(parameters.get(parameter.name()).value().toFloats());
                }
            }
            float[] table = itemTable.on(tape).value().toFloats();
            grown.itemTable
                    .ids()
                    .value()
                    .copyFrom(NewItemRows.insert(table, newRows(tape, vectors), config.hiddenSize()));
            return grown;
        } catch (RuntimeException e) {
            grown.close();
            throw e;
        }
    }

    /** What the table makes of vectors alone, [N x D]. */
    private float[] newRows(Tape tape, ItemVectors vectors) {
        List<AffineMap> maps = itemTable.newItemMaps(tape);
        int width = maps.isEmpty() ? 0 : maps.get(0).weight().shape().dim(1);
        NewItemRows.require("SequenceModel.withItems", width, vectors);
        Variable rows = tape.constant(Shape.of(vectors.items(), width), vectors.values());
        for (AffineMap map : maps) {
            rows = map.of(rows);
        }
        return rows.value().toFloats();
    }

    @Override
    public void close() {
        parameters.close();
    }
}
