package io.github.indirec.bench;

import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.LossKernels;
import java.util.function.DoubleConsumer;

/** The losses of a {@link CountingBackend}: those over an item table hold matrix products, the others none. */
final class CountingLoss implements LossKernels {
    private final LossKernels kernels;
    private final DoubleConsumer count;

    CountingLoss(LossKernels kernels, DoubleConsumer count) {
        this.kernels = kernels;
        this.count = count;
    }

    private static double logits(Tensor h, Tensor table) {
        return 2.0 * h.size() * table.shape().rows();
    }

    @Override
    public void tableCrossEntropy(Tensor h, Tensor table, int[] targets, Tensor losses, Tensor saved) {
        count.accept(logits(h, table));
        kernels.tableCrossEntropy(h, table, targets, losses, saved);
    }

    @Override
    public void tableCrossEntropyBackward(
            Tensor h,
            Tensor table,
            int[] targets,
            Tensor saved,
            Tensor dLoss,
            double factor,
            boolean addDh,
            Tensor dh,
            boolean addDtable,
            Tensor dtable) {
        count.accept(((dh == null ? 0 : 1) + (dtable == null ? 0 : 1)) * logits(h, table));
        kernels.tableCrossEntropyBackward(
                h, table, targets, saved, dLoss, factor, addDh, dh, addDtable, dtable);
    }

    @Override
    public int tableCrossEntropySaved(int rows, int items) {
        return kernels.tableCrossEntropySaved(rows, items);
    }

    @Override
    public void crossEntropy(Tensor logits, int[] targets, Tensor losses, Tensor logSumExp) {
        kernels.crossEntropy(logits, targets, losses, logSumExp);
    }

    @Override
    public void crossEntropyBackward(
            Tensor logits, int[] targets, Tensor logSumExp, Tensor dLoss, double factor, Tensor dlogits) {
        kernels.crossEntropyBackward(logits, targets, logSumExp, dLoss, factor, dlogits);
    }

    @Override
    public void sampledCrossEntropy(
            Tensor x, Tensor table, int[] positives, int[] negatives, Tensor losses, Tensor scores) {
        kernels.sampledCrossEntropy(x, table, positives, negatives, losses, scores);
    }

    @Override
    public void sampledCrossEntropyBackward(
            Tensor x,
            Tensor table,
            int[] positives,
            int[] negatives,
            Tensor scores,
            Tensor dLoss,
            double factor,
            Tensor dx,
            Tensor dtable) {
        kernels.sampledCrossEntropyBackward(x, table, positives, negatives, scores, dLoss, factor, dx, dtable);
    }

    @Override
    public void infoNce(Tensor sim, int[] groups, Tensor losses, Tensor logSumExp) {
        kernels.infoNce(sim, groups, losses, logSumExp);
    }

    @Override
    public void infoNceBackward(
            Tensor sim, int[] groups, Tensor logSumExp, Tensor dLoss, double factor, Tensor dsim) {
        kernels.infoNceBackward(sim, groups, logSumExp, dLoss, factor, dsim);
    }

    @Override
    public void meanSquaredError(Tensor x, Tensor y, Tensor out) {
        kernels.meanSquaredError(x, y, out);
    }

    @Override
    public void meanSquaredErrorBackward(Tensor x, Tensor y, Tensor dLoss, Tensor dx) {
        kernels.meanSquaredErrorBackward(x, y, dLoss, dx);
    }

    @Override
    public void cosineDistance(Tensor x, Tensor y, double eps, Tensor losses) {
        kernels.cosineDistance(x, y, eps, losses);
    }

    @Override
    public void cosineDistanceBackward(
            Tensor x, Tensor y, double eps, Tensor dLoss, double factor, Tensor dx, Tensor dy) {
        kernels.cosineDistanceBackward(x, y, eps, dLoss, factor, dx, dy);
    }
}
