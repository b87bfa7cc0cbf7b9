package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.spi.AttentionKernels.Layout;

/**
 * {@link ScalarRelativeAttention} through the Vector API, bit for bit.
 *
 * <p>The products of all keys (or queries) with the 2n - 1 position rows that occur are one small matrix product; what
 * belongs to a pair (i, j) stands on its diagonals, and is read, and its gradient walked, by strides: no skewed copy is
 * made.
 */
final class VectorRelativeAttention extends ScalarRelativeAttention {
    VectorRelativeAttention() {
        super(new VectorAttention());
    }

    @Override
    int scratch(int length, int d) {
        int stride = Lanes.padded(length);
        int transposed = Math.multiplyExact(d, stride);
        int scores = Math.multiplyExact(length, stride);
        // The position products of forward, or the weights and the sums over positions of backward.
        int positions = Math.multiplyExact(2 * length, Math.max(stride, d));
        return Math.addExact(Lanes.COUNT + transposed, Math.addExact(2 * scores, positions));
    }

    @Override
    void forward(
            float[] q,
            int qOffset,
            float[] k,
            int kOffset,
            float[] v,
            int vOffset,
            float[] pk,
            int pkOffset,
            float[] pq,
            int pqOffset,
            int span,
            Layout layout,
            int width,
            int s,
            int h,
            float[] out,
            int outOffset,
            float[] weights,
            int block,
            float[] scratch,
            int[] words) {
        int d = width / layout.heads();
        int n = layout.keys().length(s);
        int first = layout.keys().offset(s) * width + h * d;
        int table = (span - (n - 1)) * width + h * d;
        int stride = Lanes.padded(n);
        int transposed = Lanes.COUNT;
        int scores = transposed + d * stride;
        int products = scores + n * stride;
        float p = (float) layout.dropout();

        VectorAttentionProducts.transpose(q, qOffset + first, width, n, d, scratch, transposed, stride);
        VectorAttentionProducts.overColumns(
                pk, pkOffset + table, width, 2 * n - 1, scratch, transposed, stride, n, d, n, 1f, scratch, products);
        VectorAttentionProducts.transpose(k, kOffset + first, width, n, d, scratch, transposed, stride);
        VectorAttentionProducts.overColumns(
                q, qOffset + first, width, n, scratch, transposed, stride, n, d, n, 1f, scratch, scores);
        addDiagonals(scratch, products + (n - 1) * stride, stride + 1, -stride, scores, n, stride, 1f);
        VectorAttentionProducts.overColumns(
                pq, pqOffset + table, width, 2 * n - 1, scratch, transposed, stride, n, d, n, 1f, scratch, products);
        addDiagonals(scratch, products + (n - 1) * stride, stride, 1 - stride, scores, n, stride, scale(d));
        for (int i = 0; i < n; i++) {
            int word = p > 0 ? attention.draw(layout, s, h, i, n, words) : 0;
            VectorAttention.softmaxAndDrop(
                    scratch, scores + i * stride, n, n, p, words, word, weights, block + i * n, block + n * n);
        }
        VectorAttentionProducts.overRows(
                scratch, scores, stride, 1, n, n, n, n, v, vOffset + first, width, d, out, outOffset + first, width);
    }

    /** score_ij = (score_ij + the product at {@code at} + i iStep + j jStep) scale. */
    private static void addDiagonals(
            float[] scratch, int at, int iStep, int jStep, int scores, int n, int stride, float scale) {
        for (int i = 0; i < n; i++) {
            int row = scores + i * stride;
            int product = at + i * iStep;
            for (int j = 0; j < n; j++) {
                scratch[row + j] = (scratch[row + j] + scratch[product + j * jStep]) * scale;
            }
        }
    }

    @Override
    void backward(
            float[] q,
            int qOffset,
            float[] k,
            int kOffset,
            float[] v,
            int vOffset,
            float[] pk,
            int pkOffset,
            float[] pq,
            int pqOffset,
            int span,
            Layout layout,
            int width,
            int s,
            int h,
            float[] out,
            int outOffset,
            float[] weights,
            int block,
            float[] dout,
            int doutOffset,
            float[] dq,
            int dqOffset,
            float[] dk,
            int dkOffset,
            float[] dv,
            int dvOffset,
            float[] dpk,
            int dpkOffset,
            float[] dpq,
            int dpqOffset,
            float[] scratch) {
        int d = width / layout.heads();
        int n = layout.keys().length(s);
        int first = layout.keys().offset(s) * width + h * d;
        int table = (span - (n - 1)) * width + h * d;
        int stride = Lanes.padded(n);
        int transposed = Lanes.COUNT;
        int ds = transposed + d * stride;
        int kept = ds + n * stride;
        int sums = kept + n * stride;
        float keep = 1f / (1f - (float) layout.dropout());

        VectorAttentionProducts.transpose(v, vOffset + first, width, n, d, scratch, transposed, stride);
        VectorAttentionProducts.overColumns(
                dout, doutOffset + first, width, n, scratch, transposed, stride, n, d, n, keep, scratch, ds);
        for (int i = 0; i < n; i++) {
            int query = first + i * width;
            float delta = VectorLanes.dot(dout, doutOffset + query, out, outOffset + query, d, scratch);
            VectorAttention.rowGradient(
                    scratch, ds + i * stride, kept + i * stride, n, delta, scale(d), keep, weights, block + i * n,
                    block + n * n);
        }
        int corner = ds + n - 1;
        VectorAttentionProducts.overRows(
                scratch, ds, stride, 1, n, n, n, n, k, kOffset + first, width, d, dq, dqOffset + first, width);
        VectorAttentionProducts.overRows(
                scratch, corner, stride + 1, -1, n, 2 * n - 1, 0, n, pk, pkOffset + table, width, d, scratch, sums, d);
        addRows(scratch, sums, n, d, dq, dqOffset + first, width);
        VectorAttentionProducts.overRows(
                scratch, ds, 1, stride, n, n, n, n, q, qOffset + first, width, d, dk, dkOffset + first, width);
        // From the last key to the first, so that the range of positions moves up from row to row.
        VectorAttentionProducts.overRows(
                scratch, corner, -stride - 1, stride, n, 2 * n - 1, 0, n, pq, pqOffset + table, width, d, scratch,
                sums + (n - 1) * d, -d);
        addRows(scratch, sums, n, d, dk, dkOffset + first, width);
        VectorAttentionProducts.overRows(
                scratch, kept, 1, stride, n, n, n, n, dout, doutOffset + first, width, d, dv, dvOffset + first, width);
        VectorAttentionProducts.overRows(
                scratch, corner, -1, stride + 1, 2 * n - 1, n, n - 1, 1, q, qOffset + first, width, d, scratch, sums,
                d);
        addRows(scratch, sums, 2 * n - 1, d, dpk, dpkOffset + table, width);
        VectorAttentionProducts.overRows(
                scratch, ds + (n - 1) * stride, -stride, stride + 1, 2 * n - 1, n, n - 1, 1, k, kOffset + first, width,
                d, scratch, sums + (2 * n - 2) * d, -d);
        addRows(scratch, sums, 2 * n - 1, d, dpq, dpqOffset + table, width);
    }

    /** y += x for rows of d columns, packed in x and {@code width} apart in y. */
    private static void addRows(float[] x, int xAt, int rows, int d, float[] y, int yAt, int width) {
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < d; c++) {
                y[yAt + r * width + c] += x[xAt + r * d + c];
            }
        }
    }
}
