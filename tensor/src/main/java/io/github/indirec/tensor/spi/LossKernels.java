package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.Tensor;

/** Losses: each forward writes one loss a row or one mean, each backward multiplies by the upstream scalar. */
public interface LossKernels {
    /** losses[i] = logSumExp[i] - logits[i, targets[i]]; both outputs have one value a row. */
    void crossEntropy(Tensor logits, int[] targets, Tensor losses, Tensor logSumExp);

    /** dlogits[i, j] = dLoss[0] factor (softmax(logits[i, :])_j - [j = targets[i]]). May overwrite logits in place. */
    void crossEntropyBackward(
            Tensor logits, int[] targets, Tensor logSumExp, Tensor dLoss, double factor, Tensor dlogits);

    /** Number of values that {@link #tableCrossEntropy} keeps for its backward. */
    int tableCrossEntropySaved(int rows, int items);

    /**
     * {@link #crossEntropy} of the logits h table^T, which need not exist all at once: losses[i] = log sum over j of
     * exp(h_i . table_j) - h_i . table_{targets[i]}.
     *
     * @param h [B x D]
     * @param table [I x D]
     * @param saved output, {@link #tableCrossEntropySaved} values for the backward alone
     */
    void tableCrossEntropy(Tensor h, Tensor table, int[] targets, Tensor losses, Tensor saved);

    /**
     * Gradients of {@link #tableCrossEntropy} times dLoss[0] factor.
     *
     * @param saved of the forward; overwritten
     * @param addDh whether dh is added to, not stored; likewise for dtable
     * @param dh [B x D], null where it is not asked for; likewise dtable [I x D]
     */
    void tableCrossEntropyBackward(
            Tensor h,
            Tensor table,
            int[] targets,
            Tensor saved,
            Tensor dLoss,
            double factor,
            boolean addDh,
            Tensor dh,
            boolean addDtable,
            Tensor dtable);

    /**
     * Binary cross-entropy against one sampled negative a row: losses[i] = softplus(-s_i+) + softplus(s_i-) with
     * softplus x = log(1 + e^x), s_i+ = x_i . table_{positives[i]} and s_i- = x_i . table_{negatives[i]}.
     *
     * @param x [N x D]
     * @param table [I x D]
     * @param scores output, [N x 2]: s_i+ and s_i-, for the backward
     */
    void sampledCrossEntropy(Tensor x, Tensor table, int[] positives, int[] negatives, Tensor losses, Tensor scores);

    /**
     * Gradients of {@link #sampledCrossEntropy} times dLoss[0] factor.
     *
     * @param scores of the forward; overwritten
     * @param dx [N x D], stored; null where it is not asked for
     * @param dtable [I x D], added to in the order of rows, positive before negative; null where it is not asked for
     */
    void sampledCrossEntropyBackward(
            Tensor x,
            Tensor table,
            int[] positives,
            int[] negatives,
            Tensor scores,
            Tensor dLoss,
            double factor,
            Tensor dx,
            Tensor dtable);

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

    /** losses[i] = 1 - x_i . y_i / (|x_i| |y_i|); 1 where either is shorter than eps and so has no direction. */
    void cosineDistance(Tensor x, Tensor y, double eps, Tensor losses);

    /** Gradients of {@link #cosineDistance} times dLoss[0] factor, stored; 0 where a row has no direction. */
    void cosineDistanceBackward(
            Tensor x, Tensor y, double eps, Tensor dLoss, double factor, Tensor dx, Tensor dy);
}
