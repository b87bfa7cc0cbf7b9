package io.github.indirec.model;

import io.github.indirec.tensor.RandomKey;

/**
 * Who draws random numbers: one stream number a purpose, so that no two places ever share a word and adding one changes
 * no other. The low 20 bits are left to the purpose: dropout site, diffusion step, restart.
 */
public enum RandomStreams {
    INITIAL_WEIGHTS,
    SHUFFLE,
    MATES,
    NULL_CONDITION,
    TIMESTEP,
    FORWARD_NOISE,
    REVERSE_START,
    REVERSE_NOISE,
    DROPOUT_ANCHOR,
    DROPOUT_CONDITION,
    DROPOUT_VIEW,
    DROPOUT_LOOKUP,
    DROPOUT_TARGET_SEQUENCE,
    DROPOUT_ENCODED_VIEW,
    KMEANS,
    EVALUATION_NOISE,
    DEMO_DATA,
    SHUFFLED_VECTORS,
    DROPOUT_SECOND_PASS,
    DROPOUT_PARTNER,
    PARTNERS,
    NEGATIVES,
    ITEM_MASKS,
    SLOT_MASK,
    EMBEDDING_NOISE,
    SUBSTITUTES,
    DROPOUT_DENOISER,
    SILHOUETTE_SAMPLE,
    HELD_OUT_ITEMS;

    private static final int SUB_BITS = 20;

    /** The address of this purpose at a step (or epoch). */
    public RandomKey key(long seed, int step) {
        return key(seed, step, 0);
    }

    /** As {@link #key(long, int)} with a number below 2^20 that the purpose chooses. */
    public RandomKey key(long seed, int step, int sub) {
        return new RandomKey(seed, ((ordinal() + 1) << SUB_BITS) | sub, step);
    }
}
