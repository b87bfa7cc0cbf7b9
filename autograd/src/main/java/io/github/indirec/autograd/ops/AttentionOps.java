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
        int d = q.shape().rowLength();
        q.shape().require("attention", "q", layout.queries().rows(), d);
        k.shape().require("attention", "k", layout.keys().rows(), d);
        v.shape().require("attention", "v", layout.keys().rows(), d);
        if (d % layout.heads() != 0) {
            throw new ShapeException("attention: hidden size " + d + " is not a multiple of " + layout.heads() + " heads");
        }
        Tape tape = q.tape();
        AttentionKernels kernels = tape.backend().attention();
        Tensor y = tape.allocate(q.dtype(), q.shape());
        Tensor weights = tape.allocate(q.dtype(), layout.weights());
        kernels.forward(q.value(), k.value(), v.value(), layout, y, weights);
        return tape.record("attention", y, List.of(q, k, v), dy -> {
            Tensor dq = tape.allocate(q.dtype(), q.shape());
            Tensor dk = tape.allocate(k.dtype(), k.shape());
            Tensor dv = tape.allocate(v.dtype(), v.shape());
            kernels.backward(q.value(), k.value(), v.value(), layout, y, weights, dy, dq, dk, dv);
            addIfNeeded(q, dq);
            addIfNeeded(k, dk);
            addIfNeeded(v, dv);
        }, weights);
    }

    private static void addIfNeeded(Variable x, Tensor dx) {
        if (x.needsGradient()) {
            x.addGradient(dx);
        }
    }
}
