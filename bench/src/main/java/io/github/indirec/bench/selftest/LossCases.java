package io.github.indirec.bench.selftest;

import io.github.indirec.tensor.Tensor;
import java.util.List;

/** The losses, forward and backward. */
final class LossCases {
    private static final double EPS = 1e-8;

    private LossCases() {}

    static List<OpCase> of(Scale s) {
        int b = s.batch();
        int d = s.size();
        int i = s.items();
        return List.of(
                OpCase.heavy("loss.tableCrossEntropy", 2L * b * i * d, o -> {
                    Tensor h = o.input(b, d);
                    Tensor table = o.input(i, d);
                    int[] targets = o.ints(b, i);
                    Tensor losses = o.output("losses", b);
                    Tensor saved = o.saved(o.backend().loss().tableCrossEntropySaved(b, i));
                    return () -> o.backend().loss().tableCrossEntropy(h, table, targets, losses, saved);
                }),
                OpCase.heavy("loss.tableCrossEntropyBackward", 6L * b * i * d, o -> {
                    var loss = o.backend().loss();
                    Tensor h = o.input(b, d);
                    Tensor table = o.input(i, d);
                    int[] targets = o.ints(b, i);
                    Tensor losses = o.saved(b);
                    Tensor saved = o.saved(loss.tableCrossEntropySaved(b, i));
                    Tensor upstream = o.input(1);
                    Tensor dh = o.output("dh", b, d);
                    Tensor dtable = o.inOut("dtable", i, d);
                    return () -> {
                        // The backward overwrites what it is given, so every call needs a forward.
                        loss.tableCrossEntropy(h, table, targets, losses, saved);
                        loss.tableCrossEntropyBackward(
                                h, table, targets, saved, upstream, 0.5, false, dh, true, dtable);
                    };
                }),
                OpCase.of("loss.crossEntropy", o -> {
                    Tensor logits = o.input(b, i);
                    int[] targets = o.ints(b, i);
                    Tensor losses = o.output("losses", b);
                    Tensor logSumExp = o.output("logSumExp", b);
                    return () -> o.backend().loss().crossEntropy(logits, targets, losses, logSumExp);
                }),
                OpCase.of("loss.crossEntropyBackward", o -> {
                    Tensor logits = o.input(b, i);
                    int[] targets = o.ints(b, i);
                    Tensor logSumExp = o.positive(b);
                    Tensor upstream = o.input(1);
                    Tensor dlogits = o.output("dlogits", b, i);
                    return () -> o.backend().loss().crossEntropyBackward(
                            logits, targets, logSumExp, upstream, 0.5, dlogits);
                }),
                OpCase.of("loss.sampledCrossEntropy", o -> {
                    Tensor x = o.input(s.rows(), d);
                    Tensor table = o.input(i, d);
                    o.move(4L * d * (2L * s.rows() - i));
                    int[] positives = o.ints(s.rows(), i);
                    int[] negatives = o.ints(s.rows(), i);
                    Tensor losses = o.output("losses", s.rows());
                    Tensor scores = o.output("scores", s.rows(), 2);
                    return () -> o.backend().loss().sampledCrossEntropy(
                            x, table, positives, negatives, losses, scores);
                }),
                OpCase.of("loss.sampledCrossEntropyBackward", o -> {
                    var loss = o.backend().loss();
                    Tensor x = o.input(s.rows(), d);
                    Tensor table = o.input(i, d);
                    int[] positives = o.ints(s.rows(), i);
                    int[] negatives = o.ints(s.rows(), i);
                    Tensor losses = o.saved(s.rows());
                    Tensor scores = o.saved(2 * s.rows()).reshape(s.rows(), 2);
                    Tensor upstream = o.input(1);
                    Tensor dx = o.output("dx", s.rows(), d);
                    Tensor dtable = o.inOut("dtable", i, d);
                    return () -> {
                        // The backward overwrites the scores, so every call needs a forward.
                        loss.sampledCrossEntropy(x, table, positives, negatives, losses, scores);
                        loss.sampledCrossEntropyBackward(
                                x, table, positives, negatives, scores, upstream, 0.5, dx, dtable);
                    };
                }),
                OpCase.of("loss.infoNce", o -> {
                    Tensor sim = o.input(2 * b, 2 * b);
                    int[] groups = o.ints(b, b / 2 + 1);
                    Tensor losses = o.output("losses", 2 * b);
                    Tensor logSumExp = o.output("logSumExp", 2 * b);
                    return () -> o.backend().loss().infoNce(sim, groups, losses, logSumExp);
                }),
                OpCase.of("loss.infoNceBackward", o -> {
                    Tensor sim = o.input(2 * b, 2 * b);
                    int[] groups = o.ints(b, b / 2 + 1);
                    Tensor logSumExp = o.positive(2 * b);
                    Tensor upstream = o.input(1);
                    Tensor dsim = o.output("dsim", 2 * b, 2 * b);
                    return () -> o.backend().loss().infoNceBackward(sim, groups, logSumExp, upstream, 0.5, dsim);
                }),
                OpCase.of("loss.meanSquaredError", o -> {
                    Tensor x = o.input(b, d);
                    Tensor y = o.input(b, d);
                    Tensor out = o.output("out", 1);
                    return () -> o.backend().loss().meanSquaredError(x, y, out);
                }),
                OpCase.of("loss.meanSquaredErrorBackward", o -> {
                    Tensor x = o.input(b, d);
                    Tensor y = o.input(b, d);
                    Tensor upstream = o.input(1);
                    Tensor dx = o.output("dx", b, d);
                    return () -> o.backend().loss().meanSquaredErrorBackward(x, y, upstream, dx);
                }),
                OpCase.of("loss.cosineDistance", o -> {
                    Tensor x = o.input(b, d);
                    Tensor y = o.input(b, d);
                    Tensor losses = o.output("losses", b);
                    return () -> o.backend().loss().cosineDistance(x, y, EPS, losses);
                }),
                OpCase.of("loss.cosineDistanceBackward", o -> {
                    Tensor x = o.input(b, d);
                    Tensor y = o.input(b, d);
                    Tensor upstream = o.input(1);
                    Tensor dx = o.output("dx", b, d);
                    Tensor dy = o.output("dy", b, d);
                    return () -> o.backend().loss().cosineDistanceBackward(x, y, EPS, upstream, 0.5, dx, dy);
                }));
    }
}
