package io.github.indirec.autograd.ops;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.AttentionKernels;
import java.util.List;

/** Attention over packed sequences. */
public final class AttentionOps {
    private AttentionOps() {}

    /**
     * Multi-head scaled dot-product attention within each sequence (Vaswani et al., 2017), fused; the tests compose it
     * from a padded batch.
     *
     * <p>For each head, P = softmax(Q K^T / sqrt(D/H)), y = dropout(P) V. Backward: dV = dropout(P)^T dy,
     * dP = dropout(dy V^T), dS = P (dP - rowsum(dy y)), dQ = dS K / sqrt(D/H), dK = dS^T Q / sqrt(D/H).
     *
     * @param q [queries.rows() x D]
     * @param k [keys.rows() x D]
     * @param v [keys.rows() x D]
     */
    public static Variable attention(Variable q, Variable k, Variable v, AttentionKernels.Layout layout) {
        requireOperands("attention", q, k, v, layout);
        Tape tape = q.tape();
        AttentionKernels kernels = tape.backend().attention();
        Tensor y = tape.allocate(q.dtype(), q.shape());
        Tensor saved = tape.allocate(q.dtype(), kernels.saved(layout));
        kernels.forward(q.value(), k.value(), v.value(), layout, y, saved);
        return tape.record("attention", y, List.of(q, k, v), dy -> {
            Tensor dq = tape.allocate(q.dtype(), q.shape());
            Tensor dk = tape.allocate(k.dtype(), k.shape());
            Tensor dv = tape.allocate(v.dtype(), v.shape());
            kernels.backward(q.value(), k.value(), v.value(), layout, y, saved, dy, dq, dk, dv);
            addIfNeeded(q, dq);
            addIfNeeded(k, dk);
            addIfNeeded(v, dv);
        }, saved);
    }

    /**
     * Attention within each sequence whose scores know how far apart query and key stand: DeBERTa's disentangled
     * attention (He et al., 2021), fused. Every query sees all keys of its sequence.
     *
     * <p>For each head, with r = i - j + S, score_ij = (q_i . k_j + q_i . positionKeys_r + k_j . positionQueries_r) /
     * sqrt(3 D/H); from there on as {@link #attention}. With dS the gradient of the scores before the root:
     * dpositionKeys_r = sum of dS_ij q_i and dpositionQueries_r = sum of dS_ij k_j over the pairs that are r apart;
     * dq_i and dk_j are the sums of dS_ij times what they met.
     *
     * <p>Reference quirk: the paper indexes positionQueries by j - i; the authors' library by i - j, as here.
     *
     * @param q [N x D]
     * @param k [N x D]
     * @param v [N x D]
     * @param positionKeys [2S x D], S at least {@code layout.keys().maxLength()}
     * @param positionQueries [2S x D]
     */
    public static Variable relativeAttention(
            Variable q,
            Variable k,
            Variable v,
            Variable positionKeys,
            Variable positionQueries,
            AttentionKernels.Layout layout) {
        requireOperands("relativeAttention", q, k, v, layout);
        int d = q.shape().rowLength();
        int positions = positionKeys.shape().rows();
        if (layout.causal() || !layout.queries().equals(layout.keys())) {
            throw new ShapeException("relativeAttention: the layout is causal or leaves out queries; every query must"
                    + " see all keys of its sequence");
        }
        if (positions % 2 != 0 || positions / 2 < layout.keys().maxLength()) {
            throw new ShapeException("relativeAttention: positionKeys has " + positions + " rows, expected an even"
                    + " number of at least twice the longest sequence, " + layout.keys().maxLength());
        }
        positionKeys.shape().require("relativeAttention", "positionKeys", positions, d);
        positionQueries.shape().require("relativeAttention", "positionQueries", positions, d);
        Tape tape = q.tape();
        AttentionKernels kernels = tape.backend().attention();
        Tensor y = tape.allocate(q.dtype(), q.shape());
        Tensor saved = tape.allocate(q.dtype(), kernels.savedRelative(layout));
        kernels.forwardRelative(
                q.value(), k.value(), v.value(), positionKeys.value(), positionQueries.value(), layout, y, saved);
        List<Variable> inputs = List.of(q, k, v, positionKeys, positionQueries);
        return tape.record("relativeAttention", y, inputs, dy -> {
            Tensor[] gradients = new Tensor[inputs.size()];
            for (int i = 0; i < gradients.length; i++) {
                gradients[i] = tape.allocate(q.dtype(), inputs.get(i).shape());
            }
            kernels.backwardRelative(
                    q.value(), k.value(), v.value(), positionKeys.value(), positionQueries.value(), layout, y, saved,
                    dy, gradients[0], gradients[1], gradients[2], gradients[3], gradients[4]);
            for (int i = 0; i < gradients.length; i++) {
                addIfNeeded(inputs.get(i), gradients[i]);
            }
        }, saved);
    }

    private static void requireOperands(
            String op, Variable q, Variable k, Variable v, AttentionKernels.Layout layout) {
        int d = q.shape().rowLength();
        q.shape().require(op, "q", layout.queries().rows(), d);
        k.shape().require(op, "k", layout.keys().rows(), d);
        v.shape().require(op, "v", layout.keys().rows(), d);
        if (d % layout.heads() != 0) {
            throw new ShapeException(op + ": hidden size " + d + " is not a multiple of " + layout.heads() + " heads");
        }
    }

    private static void addIfNeeded(Variable x, Tensor dx) {
        if (x.needsGradient()) {
            x.addGradient(dx);
        }
    }
}
