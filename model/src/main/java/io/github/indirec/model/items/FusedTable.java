package io.github.indirec.model.items;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.autograd.ops.LossOps;
import io.github.indirec.model.InitialWeights;
import io.github.indirec.model.io.FormatException;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Items known by id and by text (LLMDiRec's dual view): a trainable ID row e, and a frozen vector of what a language
 * model makes of the text, which an adapter brings to the same size, a = A(v). A fusion makes one row of the two.
 *
 * <p>The padding and mask rows have no vector and are their ID rows in every fusion. The whole table costs one product
 * [I x W][W x D] and what the fusion needs, once a tape. The frozen vectors are part of the model and of its weight
 * files: whoever has the file can rank, and can add items by vectors of the same encoder.
 */
public final class FusedTable implements ItemTable {
    /** Name of the frozen vectors in weight files: [W x I], a column an item, as {@link Adapter#of} reads them. */
    public static final String VECTORS = "item_vectors";

    /** Name of their mean [W] in weight files, where the vectors are kept less it. */
    static final String MEAN = VECTORS + ".mean";

    /** A shorter row has no direction that could be aligned; PyTorch's default for its cosine. */
    private static final double COSINE_EPS = 1e-8;

    private final Backend backend;
    private final SemanticConfig config;
    private final Parameter ids;
    private final Parameter vectors;

    /** What was subtracted from the vectors, and must be from those of new items; null where nothing was. */
    private final Parameter mean;

    private final Adapter adapter;
    private final ViewFusion fusion;

    /** Identity of the adapted vectors among what a tape shares; the table's own is {@code this}. */
    private final Object semanticKey = new Object();

    private FusedTable(Parameters parameters, SemanticConfig config, int items, int size, int width) {
        this.backend = parameters.backend();
        this.config = config;
        this.ids = parameters.create(IDS + ".weight", items + 2, size);
        this.vectors = parameters.createFrozen(VECTORS, width, items);
        this.mean = config.centerVectors() ? parameters.createFrozen(MEAN, width) : null;
        this.adapter = new Adapter(parameters, config.adapterLayers(), width, size);
        this.fusion = ViewFusion.of(config.fusion(), parameters, size);
    }

    /** A table of these vectors' items whose trainable parameters are zeros. */
    public static FusedTable of(Parameters parameters, SemanticConfig config, ItemVectors vectors, int size) {
        FusedTable table = new FusedTable(parameters, config, vectors.items(), size, vectors.width());
        float[] columns = transposed(vectors);
        if (config.centerVectors()) {
            CentredVectors centred = CentredVectors.of(columns, vectors.items());
            table.mean.value().copyFrom(centred.mean());
            table.vectors.value().copyFrom(centred.columns());
        } else {
            table.vectors.value().copyFrom(columns);
        }
        return table;
    }

    private static float[] transposed(ItemVectors vectors) {
        int items = vectors.items();
        float[] columns = new float[Math.multiplyExact(items, vectors.width())];
        float[] vector = new float[vectors.width()];
        for (int i = 0; i < items; i++) {
            vectors.copyRow(i + 1, vector, 0);
            for (int j = 0; j < vector.length; j++) {
                columns[j * items + i] = vector[j];
            }
        }
        return columns;
    }

    /** Whether a parameter is one that this table has and a table of ids alone has not. */
    public static boolean adds(Parameter parameter) {
        String name = parameter.name();
        return name.startsWith(VECTORS) || name.startsWith("adapter.") || name.startsWith("fusion.");
    }

    /** Whether a weight file holds a table of this kind. */
    public static boolean isIn(TensorFile file) {
        return file.tensors().containsKey(VECTORS);
    }

    /**
     * A table of zeros, made for the parameters in a weight file, whose names and shapes tell adapter and fusion.
     *
     * @throws FormatException if the file holds no such table
     */
    public static FusedTable shapedAs(Parameters parameters, TensorFile file, int size) throws FormatException {
        int[] shape = file.array(VECTORS).shape();
        if (shape.length != 2 || shape[0] < 1 || shape[1] < 1) {
            throw new FormatException(
                    file.source(),
                    "array '" + VECTORS + "'",
                    "two axes, [width x items]",
                    shape.length + " axes",
                    "use the weight file that training wrote");
        }
        int layers = file.tensors().containsKey(Adapter.name(1) + ".weight") ? 2 : 1;
        boolean centred = file.tensors().containsKey(MEAN);
        SemanticConfig config =
                new SemanticConfig(fusionIn(file), layers, 0, SemanticConfig.IdInit.RANDOM, centred);
        return new FusedTable(parameters, config, shape[1], size, shape[0]);
    }

    private static SemanticConfig.Fusion fusionIn(TensorFile file) throws FormatException {
        Map<String, SemanticConfig.Fusion> fusions = Map.of(
                GatedFusion.NAME, SemanticConfig.Fusion.GATED,
                WeightedFusion.NAME, SemanticConfig.Fusion.WEIGHTED,
                ConcatFusion.NAME, SemanticConfig.Fusion.CONCAT,
                CrossAttentionFusion.NAME, SemanticConfig.Fusion.CROSS_ATTENTION);
        for (Map.Entry<String, SemanticConfig.Fusion> fusion : fusions.entrySet()) {
            if (file.tensors().keySet().stream().anyMatch(name -> name.startsWith(fusion.getKey()))) {
                return fusion.getValue();
            }
        }
        throw new FormatException(
                file.source(),
                "",
                "arrays of a fusion, such as '" + GatedFusion.NAME + ".bias', beside '" + VECTORS + "'",
                "none",
                "use the weight file that training wrote");
    }

    @Override
    public Variable on(Tape tape) {
        return tape.shared(this, this::compute);
    }

    private Variable compute(Tape tape) {
        Variable id = tape.leaf(ids);
        Variable fused = fusion.fuse(idRows(tape), semantic(tape));
        int mask = items() + 1;
        return IndexOps.concatRows(
                List.of(IndexOps.rows(id, 0, 1), fused, IndexOps.rows(id, mask, mask + 1)));
    }

    /** e of the real items, [I x D]. */
    private Variable idRows(Tape tape) {
        return IndexOps.rows(tape.leaf(ids), 1, items() + 1);
    }

    /** a of the real items, [I x D]. */
    private Variable semantic(Tape tape) {
        return tape.shared(semanticKey, on -> adapter.of(on.leaf(vectors)));
    }

    /**
     * L_align = mean over the real items of 1 - cos(e_i, a_i): the two views of an item are to point the same way.
     *
     * <p>Over all items, where the paper does not say: it costs about as much as one look at the table, has no sampling
     * noise, and reaches the items that few batches hold, for whose sake there are vectors at all.
     */
    public Variable alignmentLoss(Tape tape) {
        return LossOps.cosineDistance(idRows(tape), semantic(tape), COSINE_EPS);
    }

    @Override
    public List<AffineMap> newItemMaps(Tape tape) {
        List<AffineMap> maps = new ArrayList<>();
        AffineMap adapted = adapter.map(tape);
        maps.add(mean == null ? adapted : adapted.ofCentred(tape.leaf(mean)));
        fusion.withoutId(tape).ifPresent(maps::add);
        return maps;
    }

    @Override
    public Parameter ids() {
        return ids;
    }

    /** What the table is made by. */
    public SemanticConfig config() {
        return config;
    }

    /** The ID rows as in a model without vectors, or from their principal components; Xavier-normal for the rest. */
    @Override
    public void initialize(long seed, double range) {
        InitialWeights.normal(ids, range, seed, 0);
        if (config.idInit() == SemanticConfig.IdInit.PCA) {
            int size = ids.shape().dim(1);
            ids.value()
                    .rows(1, items() + 1)
                    .copyFrom(PrincipalComponents.of(backend, vectors.value(), size, range));
        }
        XavierNormal weights = new XavierNormal(seed);
        adapter.initialize(weights);
        fusion.initialize(weights);
    }
}
