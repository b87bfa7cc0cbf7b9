package io.github.indirec.model.intent;

import static io.github.indirec.model.config.Checks.choice;

import io.github.indirec.model.config.Choice;

/**
 * Settings of the intents.
 *
 * @param clustering how they are found
 * @param mates whose representation guides a sub-sequence's generation
 * @param condition what is taken from the mate's cluster
 */
public record IntentConfig(ClusteringConfig clustering, MateSource mates, ConditionSource condition) {

    /** How mates are drawn. */
    public enum MateSource implements Choice {
        /**
         * Reference quirk: all conditions of a batch come from the one cluster that holds the batch's first row, and a
         * cluster's member list still holds its members of earlier epochs.
         */
        BATCH_CLUSTER,
        /** The paper: each sub-sequence's own cluster of this epoch, itself left out unless it is alone. */
        OWN_CLUSTER
    }

    /** What the guidance signal is. */
    public enum ConditionSource implements Choice {
        /** The representation of a mate. */
        MATE,
        /** The nearest centroid (the words of the LLMDiRec paper). */
        PROTOTYPE
    }

    public IntentConfig {
        choice("mates", mates);
        choice("condition", condition);
    }
}
