package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.Philox;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.spi.AttentionKernels.Layout;
import java.util.Arrays;

/**
 * One head of one sequence of a ragged attention (Vaswani et al. 2017), the specification.
 *
 * <p>For query i and key j of the n keys it sees, with d columns a head:
 *
 * <pre>
 * score_ij = (sum over columns, in order, of q_i k_j) / sqrt(d)
 * p_ij     = exp(score_ij - max) * (1 / sum), the sum over 16 lanes, lane j mod 16
 * w_ij     = p_ij * 1/(1 - dropout) where the word of (i, j) keeps it, else 0
 * out_i    = sum over j, in order, of w_ij v_j
 * </pre>
 *
 * <p>A sequence with n keys and m queries puts its queries at its last m positions. Keys that the causal mask hides
 * take no part in any sum, so a long sequence and a batch padded around a short one give the same bits.
 *
 * <p>Arrays are row-major with {@code width} columns; an offset is the place of the first value of the tensor, and
 * {@code block} that of the m x n weights of this sequence and head.
 */
class ScalarAttention {
    private static final int PHILOX_BLOCK = 4;

    /** Scratch values that any call on sequences up to {@code length} with heads of {@code d} columns needs. */
    int scratch(int length, int d) {
        return Lanes.COUNT + length;
    }

    /** Words of dropout scratch for sequences up to {@code length}: a started block, then whole vectors of blocks. */
    static int words(int length) {
        return PHILOX_BLOCK + length + 2 * Lanes.COUNT;
    }

    void forward(
            float[] q,
            int qOffset,
            float[] k,
            int kOffset,
            float[] v,
            int vOffset,
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
        int m = layout.queries().length(s);
        int firstQuery = layout.queries().offset(s) * width + h * d;
        int firstKey = layout.keys().offset(s) * width + h * d;
        float scale = 1f / (float) Math.sqrt(d);
        float p = (float) layout.dropout();
        for (int i = 0; i < m; i++) {
            int visible = visible(layout, n, m, i);
            int row = block + i * n;
            dots(q, qOffset + firstQuery + i * width, k, kOffset + firstKey, width, visible, d, scale, weights, row);
            softmax(weights, row, visible, scratch);
            Arrays.fill(weights, row + visible, row + n, 0f);
            if (p > 0) {
                drop(layout, s, h, i, visible, p, words, weights, row);
            }
            int outRow = outOffset + firstQuery + i * width;
            Arrays.fill(out, outRow, outRow + d, 0f);
            for (int j = 0; j < visible; j++) {
                float weight = kept(weights[row + j], p);
                addScaled(weight, v, vOffset + firstKey + j * width, d, out, outRow);
            }
        }
    }

    /**
     * With dp_ij = (sum over columns, in order, of dout_i v_j) * 1/(1 - dropout), or 0 where dropped, and delta_i = sum
     * over columns, in 16 lanes, of dout_i out_i, which is the row sum of p dp:
     *
     * <pre>
     * ds_ij = p_ij (dp_ij - delta_i) / sqrt(d)
     * dq_i  = sum over j of ds_ij k_j,   dk_j = sum over i of ds_ij q_i,   dv_j = sum over i of w_ij dout_i
     * </pre>
     */
    void backward(
            float[] q,
            int qOffset,
            float[] k,
            int kOffset,
            float[] v,
            int vOffset,
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
            float[] scratch) {
        int d = width / layout.heads();
        int n = layout.keys().length(s);
        int m = layout.queries().length(s);
        int firstQuery = layout.queries().offset(s) * width + h * d;
        int firstKey = layout.keys().offset(s) * width + h * d;
        float scale = 1f / (float) Math.sqrt(d);
        float p = (float) layout.dropout();
        float keep = 1f / (1f - p);
        for (int j = 0; j < n; j++) {
            int row = firstKey + j * width;
            Arrays.fill(dk, dkOffset + row, dkOffset + row + d, 0f);
            Arrays.fill(dv, dvOffset + row, dvOffset + row + d, 0f);
        }
        for (int i = 0; i < m; i++) {
            int visible = visible(layout, n, m, i);
            int query = firstQuery + i * width;
            float delta = dot16(dout, doutOffset + query, out, outOffset + query, d, scratch);
            dots(dout, doutOffset + query, v, vOffset + firstKey, width, visible, d, keep, scratch, Lanes.COUNT);
            Arrays.fill(dq, dqOffset + query, dqOffset + query + d, 0f);
            for (int j = 0; j < visible; j++) {
                int key = firstKey + j * width;
                float weight = weights[block + i * n + j];
                float dp = isDropped(weight) ? 0f : scratch[Lanes.COUNT + j];
                float ds = Math.abs(weight) * (dp - delta) * scale;
                addScaled(ds, k, kOffset + key, d, dq, dqOffset + query);
                addScaled(ds, q, qOffset + query, d, dk, dkOffset + key);
                addScaled(kept(weight, p), dout, doutOffset + query, d, dv, dvOffset + key);
            }
        }
    }

    /** Number of keys that query i of m sees among n. */
    private static int visible(Layout layout, int n, int m, int i) {
        return layout.causal() ? n - m + i + 1 : n;
    }

    /**
     * Draws the dropout words of one query row and its first {@code visible} keys; returns the place of the first.
     * Whole blocks are drawn, which may begin with words of keys before.
     */
    final int draw(Layout layout, int s, int h, int i, int visible, int[] words) {
        RaggedLayout keys = layout.keys();
        int length = keys.maxLength();
        int coordinate = s * length + length - layout.queries().length(s) + i;
        int unit = h * length + keys.firstPosition(s);
        int first = unit & -PHILOX_BLOCK;
        int count = (unit + visible - first + PHILOX_BLOCK - 1) & -PHILOX_BLOCK;
        words(layout.key(), coordinate, first, count, words);
        return unit - first;
    }

    /** {@link Philox#words} for whole blocks; may write up to 31 more words. */
    void words(RandomKey key, int row, int first, int count, int[] words) {
        Philox.words(key, row, first, count, words, 0);
    }

    final void drop(
            Layout layout, int s, int h, int i, int visible, float p, int[] words, float[] weights, int row) {
        int first = draw(layout, s, h, i, visible, words);
        for (int j = 0; j < visible; j++) {
            if (Philox.uniform(words[first + j]) < p) {
                weights[row + j] = -weights[row + j];
            }
        }
    }

    static float kept(float weight, float p) {
        return isDropped(weight) ? 0f : weight * (1f / (1f - p));
    }

    static boolean isDropped(float weight) {
        return Math.copySign(1f, weight) < 0;
    }

    /** out_j = scale * (sum over columns, in order, of a b_j). */
    static void dots(
            float[] a, int aRow, float[] b, int bRow, int width, int rows, int d, float scale, float[] out, int at) {
        for (int j = 0; j < rows; j++) {
            float sum = 0f;
            for (int c = 0; c < d; c++) {
                sum = Math.fma(a[aRow + c], b[bRow + j * width + c], sum);
            }
            out[at + j] = sum * scale;
        }
    }

    static void softmax(float[] x, int row, int count, float[] lanes) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < count; j++) {
            max = Math.max(max, x[row + j]);
        }
        Arrays.fill(lanes, 0, Lanes.COUNT, 0f);
        for (int j = 0; j < count; j++) {
            float e = FloatMath.exp(x[row + j] - max);
            x[row + j] = e;
            lanes[j & 15] += e;
        }
        float reciprocal = 1f / Lanes.tree(lanes);
        for (int j = 0; j < count; j++) {
            x[row + j] *= reciprocal;
        }
    }

    static float dot16(float[] x, int xOffset, float[] y, int yOffset, int count, float[] lanes) {
        Arrays.fill(lanes, 0, Lanes.COUNT, 0f);
        for (int i = 0; i < count; i++) {
            lanes[i & 15] = Math.fma(x[xOffset + i], y[yOffset + i], lanes[i & 15]);
        }
        return Lanes.tree(lanes);
    }

    static void addScaled(float factor, float[] x, int xOffset, int count, float[] y, int yOffset) {
        for (int c = 0; c < count; c++) {
            y[yOffset + c] = Math.fma(factor, x[xOffset + c], y[yOffset + c]);
        }
    }
}
