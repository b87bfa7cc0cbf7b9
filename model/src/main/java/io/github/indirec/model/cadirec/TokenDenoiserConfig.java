package io.github.indirec.model.cadirec;

import static io.github.indirec.model.config.Checks.range;
import static io.github.indirec.model.config.Checks.rate;

/**
 * Sizes and rates of the denoiser of items in context.
 *
 * @param hiddenSize D, that of the item table; a multiple of {@code numHeads} and of 2
 * @param numLayers blocks
 * @param numHeads H
 * @param feedForward inner width of the blocks' feed-forward sub-layer
 * @param maxSeqLength L; relative positions are told apart up to this distance
 * @param timesteps T, the steps that it may be asked about
 * @param embeddingDropout rate on its normalised input, the encoder's own
 * @param dropout rate on attention weights, sub-layer outputs and relative positions
 */
public record TokenDenoiserConfig(
        int hiddenSize,
        int numLayers,
        int numHeads,
        int feedForward,
        int maxSeqLength,
        int timesteps,
        double embeddingDropout,
        double dropout) {
    public TokenDenoiserConfig {
        range("hidden_size", hiddenSize, 4, 4096);
        range("denoiser_layers", numLayers, 1, 64);
        range("num_heads", numHeads, 1, hiddenSize);
        range("denoiser_feed_forward", feedForward, 1, 1 << 16);
        range("max_seq_length", maxSeqLength, 1, 1 << 14);
        range("timesteps", timesteps, 1, 10_000);
        rate("hidden_dropout", embeddingDropout);
        rate("denoiser_dropout", dropout);
        if (hiddenSize % numHeads != 0 || hiddenSize % 2 != 0) {
            throw new IllegalArgumentException("hidden_size is " + hiddenSize
                    + ", expected an even multiple of num_heads (" + numHeads
                    + "): each head gets an equal share, the step embedding two halves");
        }
    }
}
