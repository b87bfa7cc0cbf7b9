package io.github.indirec.model;

import static io.github.indirec.model.config.Checks.choice;
import static io.github.indirec.model.config.Checks.positive;
import static io.github.indirec.model.config.Checks.range;

import io.github.indirec.model.config.Choice;

/**
 * Weights and variants of the objective L = rec_weight L_rec + diff_weight L_diff + cl_weight L_cl.
 *
 * @param diffWeight lambda_diff
 * @param clWeight lambda_cl
 * @param temperature tau of the contrastive loss
 */
public record ObjectiveConfig(
        double recWeight,
        double diffWeight,
        double clWeight,
        Similarity similarity,
        double temperature,
        NegativeRule negatives,
        ViewForm view,
        ViewGradient viewGradient) {

    /** Similarity of two views. */
    public enum Similarity implements Choice {
        DOT,
        COS
    }

    /** Which rows of the batch are no negatives of an anchor. */
    public enum NegativeRule implements Choice {
        /** Reference quirk: rows with the anchor's target item. */
        TARGET,
        /** The paper: rows with the anchor's intent. */
        INTENT
    }

    /** What is contrasted with h_1. */
    public enum ViewForm implements Choice {
        /** Reference quirk: the generated item embedding itself. */
        RAW,
        /** The paper: the generated embedding passed through the encoder, as a one-item sequence. */
        ENCODED
    }

    /** How far gradients flow into the generated view. */
    public enum ViewGradient implements Choice {
        NONE,
        /** Through the last reverse step. */
        LAST_STEP
    }

    public ObjectiveConfig {
        range("rec_weight", recWeight, 0, 1e6);
        range("diff_weight", diffWeight, 0, 1e6);
        range("cl_weight", clWeight, 0, 1e6);
        choice("similarity", similarity);
        positive("temperature", temperature);
        choice("negatives", negatives);
        choice("view", view);
        choice("view_gradient", viewGradient);
        if (recWeight + diffWeight + clWeight <= 0) {
            throw new IllegalArgumentException("rec_weight, diff_weight and cl_weight are all 0: nothing would be learnt");
        }
    }
}
