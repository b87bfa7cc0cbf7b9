package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;

/** Multi-head attention within each sequence of a packed batch. */
public interface AttentionKernels {
    /**
     * What an attention needs beside its operands.
     *
     * @param queries rows of q: all rows of the keys, or the tail of each sequence
     * @param keys rows of k and v
     * @param heads H; D / H columns each
     * @param causal whether a query sees only keys at its own position and before
     * @param dropout probability of zeroing an attention weight, 0 for none
     * @param key address of the dropout words: row = coordinate of the query row, unit = head * maxLength + position
     *     of the key
     */
    record Layout(RaggedLayout queries, RaggedLayout keys, int heads, boolean causal, double dropout, RandomKey key) {
        /** Number of attention weights that {@link #forward} stores. */
        public int weights() {
            return Math.multiplyExact(heads, keys.pairOffsets(queries)[keys.count()]);
        }
    }

    /**
     * out = dropout(softmax(q k^T / sqrt(D/H))) v, head by head.
     *
     * @param weights output, {@link Layout#weights} values: the softmax before dropout; within a sequence by head,
     *     then query, then key. The sign bit marks what dropout has zeroed; keys that the causal mask hides hold 0.
     */
    void forward(Tensor q, Tensor k, Tensor v, Layout layout, Tensor out, Tensor weights);

    /** Gradients of {@link #forward}, stored into dq, dk, dv. */
    void backward(
            Tensor q,
            Tensor k,
            Tensor v,
            Layout layout,
            Tensor out,
            Tensor weights,
            Tensor dout,
            Tensor dq,
            Tensor dk,
            Tensor dv);
}
