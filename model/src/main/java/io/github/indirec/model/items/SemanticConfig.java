package io.github.indirec.model.items;

import static io.github.indirec.model.config.Checks.choice;
import static io.github.indirec.model.config.Checks.range;

import io.github.indirec.model.config.Choice;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How LLMDiRec joins what an item is called with what its text says.
 *
 * @param fusion how two views become one row
 * @param adapterLayers 1 (W -&gt; D) or 2 (W -&gt; W / 2 -&gt; D), without an activation
 * @param alignWeight weight of the alignment loss in the objective; 0 leaves it out
 * @param idInit what the ID rows begin with
 * @param centerVectors whether the adapter is given vectors less their mean over the items. Its bias could make up for a
 *     mean, so this changes no function that can be learnt, only where learning begins and how fast it goes: on Beauty
 *     (seed 2022) NDCG@20 of the validation split was .0577 after six epochs with it and .0472 without
 */
public record SemanticConfig(
        Fusion fusion, int adapterLayers, double alignWeight, IdInit idInit, boolean centerVectors) {

    /**
     * How the ID row e and the adapted vector a of an item become its row of the table. The padding and mask rows, which
     * have no vector, are their ID rows in every fusion; a new item, which has no ID row, is represented by a alone.
     */
    public enum Fusion implements Choice {
        /** g e + (1 - g) a with g = sigmoid(W_g [e ; a] + b), D gates. New item: g = 0, so a itself. */
        GATED,
        /** g e + (1 - g) a with g = sigmoid(alpha), D learned numbers for all items. New item: g = 0, so a itself. */
        WEIGHTED,
        /** W_p [e ; a] + b. New item: e = 0, so W_p [0 ; a] + b. */
        CONCAT,
        /**
         * Attention with the query e and the single key and value a. A softmax over one key is 1, so this is
         * W_o W_v a + b, and the ID row has no part in it. New item: the same.
         */
        CROSS_ATTENTION
    }

    /** What the ID rows begin with. */
    public enum IdInit implements Choice {
        /** N(0, initializer_range^2). */
        RANDOM,
        /** The first D principal components of the vectors, scaled as a whole to the same root mean square. */
        PCA
    }

    /**
     * The setting that tells which vectors the items have: the first digits of their checksum, written by the command line
     * for provenance, so that runs with other vectors are other runs.
     */
    public static final String VECTORS = "item_vectors";

    /** The settings of record, as text. */
    public static Map<String, String> defaults() {
        Map<String, String> d = new LinkedHashMap<>();
        d.put("fusion", "gated");
        d.put("adapter_layers", "2");
        d.put("align_weight", "0.1");
        d.put("id_init", "random");
        d.put("center_vectors", "false");
        d.put(VECTORS, "none");
        return d;
    }

    public SemanticConfig {
        choice("fusion", fusion);
        range("adapter_layers", adapterLayers, 1, 2);
        range("align_weight", alignWeight, 0, 1e6);
        choice("id_init", idInit);
    }
}
