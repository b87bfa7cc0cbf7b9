package io.github.indirec.model.encoder;

import static io.github.indirec.model.config.Checks.choice;
import static io.github.indirec.model.config.Checks.range;
import static io.github.indirec.model.config.Checks.rate;

import io.github.indirec.model.config.Choice;
import io.github.indirec.tensor.RaggedLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sizes and rates of the sequence encoder.
 *
 * @param hiddenSize D, a multiple of {@code numHeads} and of 2
 * @param numLayers Transformer blocks
 * @param numHeads H
 * @param feedForwardMultiple inner width of the feed-forward sub-layer as a multiple of D
 * @param maxSeqLength L: longer histories keep their last L items
 * @param hiddenDropout rate on embeddings and sub-layer outputs
 * @param attentionDropout rate on attention weights
 * @param layerNormEps inside the root
 * @param initializerRange standard deviation of the initial weights
 * @param attention who sees whom
 * @param positions where positions are counted from
 */
public record EncoderConfig(
        int hiddenSize,
        int numLayers,
        int numHeads,
        int feedForwardMultiple,
        int maxSeqLength,
        double hiddenDropout,
        double attentionDropout,
        double layerNormEps,
        double initializerRange,
        Attention attention,
        Positions positions) {

    /** Direction of the attention. */
    public enum Attention implements Choice {
        /** A position sees itself and what came before. */
        CAUSAL,
        /** Every position sees the whole sequence. */
        BIDIRECTIONAL
    }

    /** Which rows of the position table a sequence of l items takes. */
    public enum Positions implements Choice {
        /** L - l to L - 1: the last item always stands at the same position. */
        LAST,
        /** 0 to l - 1. */
        FIRST
    }

    public EncoderConfig {
        range("hidden_size", hiddenSize, 4, 4096);
        range("num_layers", numLayers, 1, 64);
        range("num_heads", numHeads, 1, hiddenSize);
        range("feed_forward_multiple", feedForwardMultiple, 1, 64);
        range("max_seq_length", maxSeqLength, 1, 1 << 14);
        rate("hidden_dropout", hiddenDropout);
        rate("attention_dropout", attentionDropout);
        range("layer_norm_eps", layerNormEps, 0, 1);
        range("initializer_range", initializerRange, 0, 10);
        choice("attention", attention);
        choice("positions", positions);
        if (hiddenSize % numHeads != 0 || hiddenSize % 2 != 0) {
            throw new IllegalArgumentException("hidden_size is " + hiddenSize + ", expected an even multiple of num_heads ("
                    + numHeads + "): each head gets an equal share, the step embedding two halves");
        }
    }

    public boolean causal() {
        return attention == Attention.CAUSAL;
    }

    /** The row of the position table for every item of a batch, [N]. */
    public int[] positions(RaggedLayout layout) {
        if (positions == Positions.LAST) {
            return layout.positions();
        }
        int[] rows = new int[layout.rows()];
        for (int s = 0; s < layout.count(); s++) {
            for (int i = 0; i < layout.length(s); i++) {
                rows[layout.offset(s) + i] = i;
            }
        }
        return rows;
    }

    /** The values that all models of record share, by the settings' keys. */
    public static Map<String, String> defaults() {
        Map<String, String> d = new LinkedHashMap<>();
        d.put("hidden_size", "64");
        d.put("num_layers", "2");
        d.put("num_heads", "2");
        d.put("feed_forward_multiple", "4");
        d.put("max_seq_length", "50");
        d.put("hidden_dropout", "0.5");
        d.put("attention_dropout", "0.5");
        d.put("layer_norm_eps", "1e-12");
        d.put("initializer_range", "0.02");
        d.put("attention", "causal");
        d.put("positions", "last");
        return d;
    }
}
