package io.github.indirec.model;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.items.FusedTable;
import io.github.indirec.model.items.SemanticConfig;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.spi.Backend;

/**
 * LLMDiRec (Chen and Slokom, 2026): InDiRec over items that are known by id and by what a language model makes of their
 * text, so that intents, diffusion, contrast and ranking all see both.
 *
 * <p>L = InDiRec's L + align_weight L_align, L_align = mean over the items of 1 - cos(e^id, A(e^sem)). What it adds is
 * {@link FusedTable}; all else is InDiRec, with the same settings, so that the two differ in nothing but the item table.
 *
 * <p>Deviation: the paper gives no weight of the alignment and no initial values; 0.1 and Xavier-normal are LLM-ESR's,
 * whose adapter it takes over. The vectors' mean is taken off first, of which the paper says nothing
 * ({@link SemanticConfig#centerVectors}). It describes the condition as the nearest prototype; here it is InDiRec's mate
 * of the same intent, so that nothing but the item table differs ({@code condition=prototype} takes it at its word).
 */
public final class LlmDiRec {
    /** InDiRec's settings, and how the two views are joined. */
    public record Config(InDiRecConfig inDiRec, SemanticConfig semantic) {
        public static Config of(Settings settings) {
            return settings.toRecord(Config.class);
        }
    }

    private LlmDiRec() {}

    /**
     * An untrained model with the initial weights of the settings' seed; those that InDiRec has too are InDiRec's.
     *
     * @param vectors one an item
     */
    public static InDiRec create(Backend backend, Config config, ItemVectors vectors) {
        Parameters parameters = new Parameters(backend, DType.F32);
        int size = config.inDiRec().encoder().hiddenSize();
        FusedTable table = FusedTable.of(parameters, config.semantic(), vectors, size);
        return new InDiRec(ModelFamily.LLMDIREC, parameters, config.inDiRec(), table);
    }
}
