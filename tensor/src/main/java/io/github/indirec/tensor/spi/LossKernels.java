package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.Tensor;

/** Losses: each forward writes one loss a row or one mean, each backward multiplies by the upstream scalar. */
public interface LossKernels {
    /** losses[i] = logSumExp[i] - logits[i, targets[i]]; both outputs have one value a row. */
    void crossEntropy(Tensor logits, int[] targets, Tensor losses, Tensor logSumExp);

    /** dlogits[i, j] = dLoss[0] factor (softmax(logits[i, :])_j - [j = targets[i]]). May overwrite logits in place. */
    void crossEntropyBackward(
            Tensor logits, int[] targets, Tensor logSumExp, Tensor dLoss, double factor, Tensor dlogits);

    /**
     * InfoNCE over two views. sim is [2B x 2B]; the positive of anchor i is (i + B) mod 2B; its negatives are all j
     * with groups[j mod B] != groups[i mod B]. logSumExp[i] runs over the positive and the negatives, losses[i] =
     * logSumExp[i] - sim[i, positive].
     */
    void infoNce(Tensor sim, int[] groups, Tensor losses, Tensor logSumExp);

    /** Gradient of {@link #infoNce} times dLoss[0] factor, stored; 0 where a pair is masked. */
    void infoNceBackward(Tensor sim, int[] groups, Tensor logSumExp, Tensor dLoss, double factor, Tensor dsim);

    /** out[0] = mean over all values of (x - y)^2. */
    void meanSquaredError(Tensor x, Tensor y, Tensor out);

    /** dx = dLoss[0] 2 (x - y) / size. The gradient of y is its negative. */
    void meanSquaredErrorBackward(Tensor x, Tensor y, Tensor dLoss, Tensor dx);
}
