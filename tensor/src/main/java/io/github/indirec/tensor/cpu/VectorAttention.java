package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.spi.AttentionKernels.Layout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ScalarAttention} through the Vector API, bit for bit.
 *
 * <p>Products over columns (scores, dp) run with 16 keys in the lanes, against keys or values transposed into scratch;
 * products over keys or queries (out, dq, dk, dv) run with columns in the lanes ({@link VectorAttentionProducts}). Rows
 * of scratch matrices are padded to 16, and what the mask hides or dropout zeroes is cleared by bit masks: vector masks
 * become objects on JDK 17.
 */
final class VectorAttention extends ScalarAttention {
    private static final VectorSpecies<Float> SPECIES = VectorLanes.SPECIES;
    private static final VectorSpecies<Integer> INTS = VectorMath.INTS;
    private static final int WIDTH = SPECIES.length();
    private static final boolean HALVES = VectorLanes.HALVES;

    /** 16 ones, then 16 zeros: loading from 16 - c masks all but the first c of 16 lanes. */
    private static final int[] FIRST_LANES = new int[2 * Lanes.COUNT];

    static {
        Arrays.fill(FIRST_LANES, 0, Lanes.COUNT, -1);
    }

    VectorAttention() {
        VectorLanes.requireSupported();
    }

    @Override
    int scratch(int length, int d) {
        int stride = Lanes.padded(length);
        int matrix = Math.multiplyExact(length, stride);
        return Math.addExact(Lanes.COUNT + Math.multiplyExact(d, stride), Math.multiplyExact(2, matrix));
    }

    @Override
    void words(RandomKey key, int row, int first, int count, int[] words) {
        VectorPhilox.wholeVectors(key, row, first, count, words, 0);
    }

    @Override
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
        int stride = Lanes.padded(n);
        int transposed = Lanes.COUNT;
        int scores = transposed + d * stride;
        float scale = 1f / (float) Math.sqrt(d);
        float p = (float) layout.dropout();
        // Query i sees seen + i keys, but never more than n.
        int seen = layout.causal() ? n - m + 1 : n;

        VectorAttentionProducts.transpose(k, kOffset + firstKey, width, n, d, scratch, transposed, stride);
        VectorAttentionProducts.overColumns(
                q, qOffset + firstQuery, width, m, scratch, transposed, stride, n, d, seen, scale, scratch, scores);
        for (int i = 0; i < m; i++) {
            int visible = Math.min(n, seen + i);
            int first = p > 0 ? draw(layout, s, h, i, visible, words) : 0;
            softmaxAndDrop(
                    scratch, scores + i * stride, n, visible, p, words, first, weights, block + i * n, block + m * n);
        }
        VectorAttentionProducts.overRows(
                scratch, scores, stride, 1, m, n, m, seen, v, vOffset + firstKey, width, d, out,
                outOffset + firstQuery, width);
    }

    /**
     * Replaces the first {@code visible} scores of a row by the weights after dropout, and stores those before it,
     * marked, from {@code to} on. Without dropout no word lies below the threshold of 0.
     *
     * <p>A whole vector of weights may run into the rows after, which are written later, but not beyond {@code end},
     * where another thread's weights begin. One long method on purpose: above 325 bytes of code it is not inlined into
     * its caller, where too little of the compiler's budget would be left for the exponential, see {@link VectorLoss}.
     */
    static void softmaxAndDrop(
            float[] scratch,
            int row,
            int n,
            int visible,
            float p,
            int[] words,
            int first,
            float[] weights,
            int to,
            int end) {
        Arrays.fill(scratch, row + visible, row + Lanes.padded(visible), Float.NEGATIVE_INFINITY);
        FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int j = 0; j < visible; j += WIDTH) {
            best = best.max(FloatVector.fromArray(SPECIES, scratch, row + j));
        }
        float max = best.reduceLanes(VectorOperators.MAX);
        FloatVector low = FloatVector.zero(SPECIES);
        FloatVector high = low;
        for (int j = 0; j < visible; j += WIDTH) {
            FloatVector e = VectorMath.exp(FloatVector.fromArray(SPECIES, scratch, row + j).sub(max))
                    .reinterpretAsInts()
                    .and(IntVector.fromArray(INTS, FIRST_LANES, Math.max(0, Lanes.COUNT - visible + j)))
                    .reinterpretAsFloats();
            e.intoArray(scratch, row + j);
            // The halves of the lanes take turns; which of them is last does not matter to their sum.
            FloatVector sum = low.add(e);
            low = HALVES ? high : sum;
            high = HALVES ? sum : high;
        }
        low.add(high).intoArray(scratch, 0);
        float reciprocal = 1f / (HALVES ? Lanes.tree8(scratch) : Lanes.tree(scratch));
        float keep = 1f / (1f - p);
        // The smallest 24-bit word that is kept; p 2^24 is exact.
        int threshold = (int) Math.ceil(p * 0x1p24);
        int j = 0;
        for (; j < visible; j += WIDTH) {
            FloatVector weight = FloatVector.fromArray(SPECIES, scratch, row + j).mul(reciprocal);
            IntVector dropped = IntVector.fromArray(INTS, words, first + j)
                    .lanewise(VectorOperators.LSHR, 8)
                    .sub(threshold)
                    .lanewise(VectorOperators.ASHR, 31);
            weight.mul(keep)
                    .reinterpretAsInts()
                    .and(dropped.not())
                    .reinterpretAsFloats()
                    .intoArray(scratch, row + j);
            FloatVector marked = dropped.and(FloatMath.SIGN_BIT)
                    .and(IntVector.fromArray(INTS, FIRST_LANES, Math.max(0, Lanes.COUNT - visible + j)))
                    .or(weight.reinterpretAsInts())
                    .reinterpretAsFloats();
            if (to + j + WIDTH <= end) {
                marked.intoArray(weights, to + j);
            } else {
                marked.intoArray(scratch, 0);
                System.arraycopy(scratch, 0, weights, to + j, Math.min(n - j, WIDTH));
            }
        }
        Arrays.fill(weights, to + Math.min(n, j), to + n, 0f);
    }

    @Override
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
        int stride = Lanes.padded(n);
        int transposed = Lanes.COUNT;
        int ds = transposed + d * stride;
        int kept = ds + m * stride;
        float scale = 1f / (float) Math.sqrt(d);
        float keep = 1f / (1f - (float) layout.dropout());
        int seen = layout.causal() ? n - m + 1 : n;
        // Key j is seen by query j - lag and the later ones.
        int lag = layout.causal() ? n - m : n;

        VectorAttentionProducts.transpose(v, vOffset + firstKey, width, n, d, scratch, transposed, stride);
        VectorAttentionProducts.overColumns(
                dout, doutOffset + firstQuery, width, m, scratch, transposed, stride, n, d, seen, keep, scratch, ds);
        for (int i = 0; i < m; i++) {
            int query = firstQuery + i * width;
            float delta = VectorLanes.dot(dout, doutOffset + query, out, outOffset + query, d, scratch);
            rowGradient(
                    scratch, ds + i * stride, kept + i * stride, Math.min(n, seen + i), delta, scale, keep, weights,
                    block + i * n, block + m * n);
        }
        VectorAttentionProducts.overRows(
                scratch, ds, stride, 1, m, n, m, seen, k, kOffset + firstKey, width, d, dq,
                dqOffset + firstQuery, width);
        VectorAttentionProducts.overRows(
                scratch, ds, 1, stride, n, m, lag, m, q, qOffset + firstQuery, width, d, dk,
                dkOffset + firstKey, width);
        VectorAttentionProducts.overRows(
                scratch, kept, 1, stride, n, m, lag, m, dout, doutOffset + firstQuery, width, d, dv,
                dvOffset + firstKey, width);
    }

    /**
     * Turns a row of dp before dropout into ds, and writes the weights after dropout beside it. Weights beyond {@code
     * end} are another thread's and are not read.
     */
    static void rowGradient(
            float[] scratch,
            int ds,
            int kept,
            int visible,
            float delta,
            float scale,
            float keep,
            float[] weights,
            int from,
            int end) {
        for (int j = 0; j < visible; j += WIDTH) {
            int at = from + j;
            if (at + WIDTH > end) {
                System.arraycopy(weights, at, scratch, 0, end - at);
            }
            IntVector marked = FloatVector.fromArray(
                            SPECIES, at + WIDTH > end ? scratch : weights, at + WIDTH > end ? 0 : at)
                    .reinterpretAsInts();
            IntVector survives = marked.lanewise(VectorOperators.ASHR, 31).not();
            FloatVector p = marked.and(FloatMath.MAGNITUDE_BITS).reinterpretAsFloats();
            FloatVector dp = FloatVector.fromArray(SPECIES, scratch, ds + j)
                    .reinterpretAsInts()
                    .and(survives)
                    .reinterpretAsFloats();
            p.mul(dp.sub(delta)).mul(scale).intoArray(scratch, ds + j);
            p.mul(keep)
                    .reinterpretAsInts()
                    .and(survives)
                    .reinterpretAsFloats()
                    .intoArray(scratch, kept + j);
        }
    }
}
