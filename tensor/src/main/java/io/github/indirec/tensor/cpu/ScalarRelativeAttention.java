package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.spi.AttentionKernels.Layout;
import java.util.Arrays;

/**
 * One head of one sequence of an attention that knows relative positions (DeBERTa's disentangled attention; He et al.
 * 2021), the specification: {@link ScalarAttention} with the score
 *
 * <pre>
 * score_ij = ((q_i . k_j + q_i . pk_r) + k_j . pq_r) / sqrt(3 d),   r = i - j + span
 * </pre>
 *
 * each product summed over columns in order. Every query of a sequence of n items sees all n keys, so that of the 2 span
 * rows of the position tables pk and pq only the 2n - 1 around row {@code span} occur; none needs a clamp.
 */
class ScalarRelativeAttention {
    /** Draws the dropout words, where the vector form has a faster way. */
    final ScalarAttention attention;

    ScalarRelativeAttention() {
        this(new ScalarAttention());
    }

    ScalarRelativeAttention(ScalarAttention attention) {
        this.attention = attention;
    }

    /** Scratch values that any call on sequences up to {@code length} with heads of {@code d} columns needs. */
    int scratch(int length, int d) {
        return Math.addExact(Lanes.COUNT + d, Math.multiplyExact(length, length));
    }

    /**
     * @param span half the rows of the position tables, whose offsets are those of their first value
     */
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
        float scale = scale(d);
        float p = (float) layout.dropout();
        for (int i = 0; i < n; i++) {
            int query = first + i * width;
            int row = block + i * n;
            for (int j = 0; j < n; j++) {
                int key = kOffset + first + j * width;
                int position = (i - j + span) * width + h * d;
                float content = dot(q, qOffset + query, k, key, d);
                float contentToPosition = dot(q, qOffset + query, pk, pkOffset + position, d);
                float positionToContent = dot(k, key, pq, pqOffset + position, d);
                weights[row + j] = ((content + contentToPosition) + positionToContent) * scale;
            }
            ScalarAttention.softmax(weights, row, n, scratch);
            if (p > 0) {
                attention.drop(layout, s, h, i, n, p, words, weights, row);
            }
            int outRow = outOffset + query;
            Arrays.fill(out, outRow, outRow + d, 0f);
            for (int j = 0; j < n; j++) {
                float weight = ScalarAttention.kept(weights[row + j], p);
                ScalarAttention.addScaled(weight, v, vOffset + first + j * width, d, out, outRow);
            }
        }
    }

    /**
     * With ds_ij as in {@link ScalarAttention#backward} but for its scale, y = i - j + n - 1 and r = y + span - (n - 1):
     *
     * <pre>
     * dq_i   = (sum over j of ds_ij k_j) + (sum over y of ds_ij pk_r)
     * dk_j   = (sum over i of ds_ij q_i) + (sum over y of ds_ij pq_r),   dv_j = sum over i of w_ij dout_i
     * dpk_r += sum over i of ds_ij q_i,   dpq_r += sum over j of ds_ij k_j,   i and j with i - j + span = r
     * </pre>
     *
     * every sum in order and from 0. dpk and dpq are added to, from one call to the next.
     */
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
        int sum = Lanes.COUNT;
        int ds = sum + d;
        float p = (float) layout.dropout();
        scoreGradients(v, vOffset + first, width, n, d, p, out, outOffset + first, weights, block, dout,
                doutOffset + first, scratch, ds);
        for (int i = 0; i < n; i++) {
            int row = ds + i * n;
            int query = dqOffset + first + i * width;
            sum(scratch, row, 1, 0, n, k, kOffset + first, width, d, dq, query);
            sum(scratch, row + n - 1 + i, -1, i, i + n, pk, pkOffset + table, width, d, scratch, sum);
            add(scratch, sum, d, dq, query);
        }
        for (int j = 0; j < n; j++) {
            int key = first + j * width;
            int from = n - 1 - j;
            sum(scratch, ds + j, n, 0, n, q, qOffset + first, width, d, dk, dkOffset + key);
            sum(scratch, ds + j - from * n, n, from, from + n, pq, pqOffset + table, width, d, scratch, sum);
            add(scratch, sum, d, dk, dkOffset + key);
            Arrays.fill(dv, dvOffset + key, dvOffset + key + d, 0f);
            for (int i = 0; i < n; i++) {
                float weight = ScalarAttention.kept(weights[block + i * n + j], p);
                ScalarAttention.addScaled(weight, dout, doutOffset + first + i * width, d, dv, dvOffset + key);
            }
        }
        for (int y = 0; y < 2 * n - 1; y++) {
            int shift = y - (n - 1);
            int row = table + y * width;
            // Along i = j + shift, from one pair to the next n + 1 values on.
            sum(scratch, ds - shift, n + 1, Math.max(0, shift), Math.min(n, n + shift), q, qOffset + first, width, d,
                    scratch, sum);
            add(scratch, sum, d, dpk, dpkOffset + row);
            sum(scratch, ds + shift * n, n + 1, Math.max(0, -shift), Math.min(n, n - shift), k, kOffset + first, width,
                    d, scratch, sum);
            add(scratch, sum, d, dpq, dpqOffset + row);
        }
    }

    /** Writes ds, n x n. Offsets are those of the first value of the sequence and head. */
    private static void scoreGradients(
            float[] v,
            int vAt,
            int width,
            int n,
            int d,
            float p,
            float[] out,
            int outAt,
            float[] weights,
            int block,
            float[] dout,
            int doutAt,
            float[] scratch,
            int ds) {
        float scale = scale(d);
        for (int i = 0; i < n; i++) {
            int query = i * width;
            int row = ds + i * n;
            float delta = ScalarAttention.dot16(dout, doutAt + query, out, outAt + query, d, scratch);
            ScalarAttention.dots(dout, doutAt + query, v, vAt, width, n, d, 1f / (1f - p), scratch, row);
            for (int j = 0; j < n; j++) {
                float weight = weights[block + i * n + j];
                float dp = ScalarAttention.isDropped(weight) ? 0f : scratch[row + j];
                scratch[row + j] = Math.abs(weight) * (dp - delta) * scale;
            }
        }
    }

    /** 1 / sqrt(3 d): a score has three terms. */
    static float scale(int d) {
        return 1f / (float) Math.sqrt(3 * d);
    }

    /** out = sum over t from {@code from} to {@code to}, in order, of a[t] b_t; a[t] stands at aAt + t step. */
    private static void sum(
            float[] a, int aAt, int step, int from, int to, float[] b, int bAt, int width, int d, float[] out, int at) {
        Arrays.fill(out, at, at + d, 0f);
        for (int t = from; t < to; t++) {
            ScalarAttention.addScaled(a[aAt + t * step], b, bAt + t * width, d, out, at);
        }
    }

    private static void add(float[] x, int xAt, int count, float[] y, int yAt) {
        for (int c = 0; c < count; c++) {
            y[yAt + c] += x[xAt + c];
        }
    }

    private static float dot(float[] x, int xAt, float[] y, int yAt, int count) {
        float sum = 0f;
        for (int c = 0; c < count; c++) {
            sum = Math.fma(x[xAt + c], y[yAt + c], sum);
        }
        return sum;
    }
}
