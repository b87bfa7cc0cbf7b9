package io.github.indirec.autograd.ops;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.LossKernels;
import java.util.List;

/** Losses, each a mean of one value. */
public final class LossOps {
    private LossOps() {}

    /**
     * Mean cross-entropy: y[0] = mean over rows of log sum_j exp(logits[i, j]) - logits[i, targets[i]].
     *
     * <p>dlogits = dy (softmax(logits) - onehot(targets)) / B.
     *
     * @param logits [B x classes]
     */
    public static Variable crossEntropy(Variable logits, int[] targets) {
        logits.shape().requireRank("crossEntropy", "logits", 2);
        requireTargets("crossEntropy", targets, logits.shape().dim(0), logits.shape().dim(1));
        Tape tape = logits.tape();
        Tensor logSumExp = tape.allocate(logits.dtype(), targets.length);
        Tensor losses = tape.allocate(logits.dtype(), targets.length);
        tape.backend().loss().crossEntropy(logits.value(), targets, losses, logSumExp);
        Tensor y = meanOf(tape, losses);
        return tape.record("crossEntropy", y, List.of(logits), dy -> {
            Tensor dlogits = tape.allocate(logits.dtype(), logits.shape());
            tape.backend()
                    .loss()
                    .crossEntropyBackward(logits.value(), targets, logSumExp, dy, 1.0 / targets.length, dlogits);
            logits.addGradient(dlogits);
        }, logSumExp);
    }

    /**
     * Mean cross-entropy over an item table: crossEntropy(h table^T, targets), fused: the logits become exponentials and
     * then their own gradient in one place, chunk by chunk of items.
     *
     * <p>With dlogits = (softmax - onehot(targets)) / B: dh = dlogits table, dtable = dlogits^T h.
     *
     * @param h [B x D]
     * @param table [I x D]
     */
    public static Variable tableCrossEntropy(Variable h, Variable table, int[] targets) {
        h.shape().requireRank("tableCrossEntropy", "h", 2);
        table.shape().require("tableCrossEntropy", "table", table.shape().dim(0), h.shape().dim(1));
        requireTargets("tableCrossEntropy", targets, h.shape().dim(0), table.shape().dim(0));
        Tape tape = h.tape();
        LossKernels kernels = tape.backend().loss();
        Tensor losses = tape.allocate(h.dtype(), targets.length);
        Tensor saved = tape.allocate(
                h.dtype(), kernels.tableCrossEntropySaved(targets.length, table.shape().dim(0)));
        kernels.tableCrossEntropy(h.value(), table.value(), targets, losses, saved);
        Tensor y = meanOf(tape, losses);
        return tape.record("tableCrossEntropy", y, List.of(h, table), dy -> {
            boolean addDh = h.hasGradient();
            boolean addDtable = table.hasGradient();
            kernels.tableCrossEntropyBackward(
                    h.value(),
                    table.value(),
                    targets,
                    saved,
                    dy,
                    1.0 / targets.length,
                    addDh,
                    h.needsGradient() ? h.gradientToUpdate() : null,
                    addDtable,
                    table.needsGradient() ? table.gradientToUpdate() : null);
        }, saved);
    }

    /**
     * Mean binary cross-entropy of one positive and one sampled negative item a row (Kang and McAuley, 2018): y[0] = mean
     * over i of -log sigmoid(x_i . table_{positives[i]}) - log(1 - sigmoid(x_i . table_{negatives[i]})), as softplus
     * functions, which do not run out of digits where the model is sure.
     *
     * <p>With g+ = -sigmoid(-s+) dy / N and g- = sigmoid(s-) dy / N: dx_i = g+ table_{positives[i]} + g-
     * table_{negatives[i]}; both rows of the table receive x_i times theirs, in the order of i.
     *
     * @param x [N x D]
     * @param table [I x D]
     * @param positives [N]
     * @param negatives [N]
     */
    public static Variable sampledCrossEntropy(Variable x, Variable table, int[] positives, int[] negatives) {
        x.shape().requireRank("sampledCrossEntropy", "x", 2);
        table.shape().require("sampledCrossEntropy", "table", table.shape().dim(0), x.shape().dim(1));
        requireTargets("sampledCrossEntropy", positives, x.shape().dim(0), table.shape().dim(0));
        requireTargets("sampledCrossEntropy", negatives, x.shape().dim(0), table.shape().dim(0));
        Tape tape = x.tape();
        LossKernels kernels = tape.backend().loss();
        Tensor losses = tape.allocate(x.dtype(), positives.length);
        Tensor scores = tape.allocate(x.dtype(), positives.length, 2);
        kernels.sampledCrossEntropy(x.value(), table.value(), positives, negatives, losses, scores);
        Tensor y = meanOf(tape, losses);
        return tape.record("sampledCrossEntropy", y, List.of(x, table), dy -> {
            Tensor dx = x.needsGradient() ? tape.allocate(x.dtype(), x.shape()) : null;
            Tensor dtable = table.needsGradient() ? table.gradientToAddTo() : null;
            kernels.sampledCrossEntropyBackward(
                    x.value(), table.value(), positives, negatives, scores, dy, 1.0 / positives.length, dx, dtable);
            if (dx != null) {
                x.addGradient(dx);
            }
        }, scores);
    }

    /**
     * Mean InfoNCE over two views with masked negatives (InDiRec, contrastive loss; van den Oord et al., 2018): both
     * views' rows are anchors, the positive of i is (i + B) mod 2B, and a row whose group equals the anchor's is no
     * negative.
     *
     * @param similarity [2B x 2B], divided by the temperature already
     * @param groups [B], by position in the batch
     */
    public static Variable infoNce(Variable similarity, int[] groups) {
        int anchors = 2 * groups.length;
        similarity.shape().require("infoNce", "similarity", anchors, anchors);
        Tape tape = similarity.tape();
        Tensor losses = tape.allocate(similarity.dtype(), anchors);
        Tensor logSumExp = tape.allocate(similarity.dtype(), anchors);
        tape.backend().loss().infoNce(similarity.value(), groups, losses, logSumExp);
        Tensor y = meanOf(tape, losses);
        return tape.record("infoNce", y, List.of(similarity), dy -> {
            Tensor dx = tape.allocate(similarity.dtype(), similarity.shape());
            tape.backend().loss().infoNceBackward(similarity.value(), groups, logSumExp, dy, 1.0 / anchors, dx);
            similarity.addGradient(dx);
        }, logSumExp);
    }

    /** y[0] = mean of (a - b)^2. da = 2 dy (a - b) / size, db = -da. */
    public static Variable meanSquaredError(Variable a, Variable b) {
        ElementwiseOps.requireSameShape("meanSquaredError", a, b);
        Tape tape = a.tape();
        Tensor y = tape.allocate(a.dtype(), 1);
        tape.backend().loss().meanSquaredError(a.value(), b.value(), y);
        return tape.record("meanSquaredError", y, List.of(a, b), dy -> {
            Tensor da = tape.allocate(a.dtype(), a.shape());
            tape.backend().loss().meanSquaredErrorBackward(a.value(), b.value(), dy, da);
            if (b.needsGradient()) {
                Tensor db = tape.allocate(b.dtype(), b.shape());
                tape.backend().elementwise().scale(-1, da, db);
                b.addGradient(db);
            }
            if (a.needsGradient()) {
                a.addGradient(da);
            }
        });
    }

    /**
     * y[0] = mean over rows of 1 - cos(a_i, b_i). A row shorter than eps has no direction: it counts as 1, without a
     * gradient.
     *
     * <p>da_i = -dy / N (b_i / (|a_i| |b_i|) - cos(a_i, b_i) a_i / |a_i|^2), and db with a and b exchanged.
     *
     * @param a [N x D]
     * @param b [N x D]
     */
    public static Variable cosineDistance(Variable a, Variable b, double eps) {
        a.shape().requireRank("cosineDistance", "a", 2);
        ElementwiseOps.requireSameShape("cosineDistance", a, b);
        Tape tape = a.tape();
        int rows = a.shape().dim(0);
        Tensor losses = tape.allocate(a.dtype(), rows);
        tape.backend().loss().cosineDistance(a.value(), b.value(), eps, losses);
        Tensor y = meanOf(tape, losses);
        return tape.record("cosineDistance", y, List.of(a, b), dy -> {
            Tensor da = tape.allocate(a.dtype(), a.shape());
            Tensor db = tape.allocate(b.dtype(), b.shape());
            tape.backend().loss().cosineDistanceBackward(a.value(), b.value(), eps, dy, 1.0 / rows, da, db);
            if (a.needsGradient()) {
                a.addGradient(da);
            }
            if (b.needsGradient()) {
                b.addGradient(db);
            }
        });
    }

    /** Mean of the row losses, whose memory is given back. */
    private static Tensor meanOf(Tape tape, Tensor losses) {
        Tensor y = tape.allocate(losses.dtype(), 1);
        tape.backend().elementwise().sum(losses, y);
        tape.backend().elementwise().scale(1.0 / losses.size(), y, y);
        losses.close();
        return y;
    }

    private static void requireTargets(String op, int[] targets, int rows, int classes) {
        if (targets.length != rows || rows == 0) {
            throw new ShapeException(op + ": " + targets.length + " targets for " + rows + " rows; expected one each");
        }
        for (int i = 0; i < rows; i++) {
            if (targets[i] < 0 || targets[i] >= classes) {
                throw new ShapeException(
                        op + ": targets[" + i + "] is " + targets[i] + ", expected 0 to " + (classes - 1));
            }
        }
    }
}
