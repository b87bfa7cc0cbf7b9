package io.github.indirec.model.train;

import static io.github.indirec.model.config.Checks.choice;
import static io.github.indirec.model.config.Checks.positive;
import static io.github.indirec.model.config.Checks.range;
import static io.github.indirec.model.config.Checks.rate;

import io.github.indirec.model.config.Choice;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Settings of the training loop.
 *
 * @param clipNorm largest global gradient norm; {@code Infinity} for none
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
        range("clip_norm", clipNorm, Double.MIN_VALUE, Double.POSITIVE_INFINITY);
        choice("validation", validation);
        range("validation_interval", validationInterval, 1, 1_000_000);
        range("patience", patience, 1, 1_000_000);
    }

    /** Batches an epoch of that many examples has. */
    public int batches(int examples) {
        return dropLast ? examples / batchSize : (examples + batchSize - 1) / batchSize;
    }

    /**
     * Refuses examples that are less than one batch.
     *
     * @throws IllegalArgumentException with the remedy
     */
    public void requireBatch(int examples) {
        if (batches(examples) == 0) {
            throw new IllegalArgumentException("expected training sub-sequences for at least one batch of " + batchSize
                    + ", found " + examples + "; set a smaller batch_size or drop_last=false");
        }
    }

    /** The values of record of InDiRec, by the settings' keys. */
    public static Map<String, String> defaults() {
        Map<String, String> d = new LinkedHashMap<>();
        d.put("batch_size", "256");
        d.put("epochs", "50");
        d.put("learning_rate", "0.001");
        d.put("weight_decay", "0");
        d.put("adam_beta1", "0.9");
        d.put("adam_beta2", "0.999");
        d.put("adam_eps", "1e-8");
        d.put("clip_norm", "1");
        d.put("seed", "2022");
        d.put("drop_last", "true");
        d.put("validation", "authors");
        d.put("validation_interval", "5");
        d.put("patience", "10");
        return d;
    }
}
