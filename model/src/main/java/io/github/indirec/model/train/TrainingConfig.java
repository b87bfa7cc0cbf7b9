package io.github.indirec.model.train;

import static io.github.indirec.model.config.Checks.choice;
import static io.github.indirec.model.config.Checks.positive;
import static io.github.indirec.model.config.Checks.range;
import static io.github.indirec.model.config.Checks.rate;

import io.github.indirec.model.config.Choice;

/**
 * Settings of the training loop.
 *
 * @param clipNorm largest global gradient norm
 * @param dropLast whether a last partial batch is left out
 * @param validation scoring and improvement rule of the validation split
 * @param validationInterval an epoch is validated when its number, from 0, is a multiple
 * @param patience validations without improvement after which training stops
 */
public record TrainingConfig(
        int batchSize,
        int epochs,
        double learningRate,
        double weightDecay,
        double adamBeta1,
        double adamBeta2,
        double adamEps,
        double clipNorm,
        long seed,
        boolean dropLast,
        ValidationRule validation,
        int validationInterval,
        int patience) {

    /** How a validation is scored and when it counts as an improvement. */
    public enum ValidationRule implements Choice {
        /**
         * Reference quirks: seen items score 0 rather than being left out, the padding and mask rows compete, and a
         * validation improves when HR@20 or NDCG@20 rises, after which both become the values to beat.
         */
        AUTHORS,
        /** Seen items left out, real items only; better is a strictly greater NDCG@20. */
        STRICT
    }

    public TrainingConfig {
        range("batch_size", batchSize, 1, 1 << 20);
        range("epochs", epochs, 1, 1_000_000);
        positive("learning_rate", learningRate);
        range("weight_decay", weightDecay, 0, 1);
        rate("adam_beta1", adamBeta1);
        rate("adam_beta2", adamBeta2);
        positive("adam_eps", adamEps);
        positive("clip_norm", clipNorm);
        choice("validation", validation);
        range("validation_interval", validationInterval, 1, 1_000_000);
        range("patience", patience, 1, 1_000_000);
    }

    /** Batches an epoch of that many sub-sequences has. */
    public int batches(int subSequences) {
        return dropLast ? subSequences / batchSize : (subSequences + batchSize - 1) / batchSize;
    }
}
