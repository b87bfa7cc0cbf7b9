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
        /** Number of attention weights: a head, a query and a key of its sequence each. */
        public int weights() {
            return Math.multiplyExact(heads, keys.pairOffsets(queries)[keys.count()]);
        }
    }

    /** How many values {@link #forward} keeps for its backward: all weights, or one log-sum-exp a row and head. */
    int saved(Layout layout);

    /** {@link #saved} of {@link #forwardRelative}. */
    int savedRelative(Layout layout);

    /**
     * out = dropout(softmax(q k^T / sqrt(D/H))) v, head by head.
     *
     * @param saved output, {@link #saved(Layout)} values, whose meaning is the device's own business: they go to {@link
     *     #backward} of the same backend, and nobody else reads them
     */
    void forward(Tensor q, Tensor k, Tensor v, Layout layout, Tensor out, Tensor saved);

    /** Gradients of {@link #forward}, stored into dq, dk, dv. */
    void backward(
            Tensor q,
            Tensor k,
            Tensor v,
            Layout layout,
            Tensor out,
            Tensor saved,
            Tensor dout,
            Tensor dq,
            Tensor dk,
            Tensor dv);

    /**
     * As {@link #forward} with scores that also know how far apart query and key stand (DeBERTa; He et al., 2021): with
     * r = i - j + S for query i and key j of a sequence, head by head,
     *
     * <pre>
     * score_ij = (q_i . k_j + q_i . positionKeys_r + k_j . positionQueries_r) / sqrt(3 D/H)
     * </pre>
     *
     * @param positionKeys [2S x D] with S at least the longest sequence, so that r needs no clamp
     * @param positionQueries [2S x D]
     * @param layout its queries are its keys, and it is not causal
     * @param saved as of {@link #forward}, {@link #savedRelative} values
     */
    void forwardRelative(
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor positionKeys,
            Tensor positionQueries,
            Layout layout,
            Tensor out,
            Tensor saved);

    /**
     * Gradients of {@link #forwardRelative}, stored. The gradients of the positions are added up sequence by sequence in
     * 16 equal runs of sequences, then the runs in order.
     */
    void backwardRelative(
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor positionKeys,
            Tensor positionQueries,
            Layout layout,
            Tensor out,
            Tensor saved,
            Tensor dout,
            Tensor dq,
            Tensor dk,
            Tensor dv,
            Tensor dPositionKeys,
            Tensor dPositionQueries);
}
