package io.github.indirec.tensor.cpu;

import java.util.Arrays;

/**
 * One cross-entropy over an item table, computed a chunk of items at a time: the logits of all rows against one chunk
 * fit a second-level cache, so that they are made, turned into exponentials and summed while they are at hand. The same
 * class drives scalar and vector kernels.
 *
 * <p>Chunk c keeps e = exp(logit - m_c) with its row's largest logit m_c, and the row sum s_c. {@link #join} makes of
 * them logSumExp = M + log(sum over c of s_c exp(m_c - M)), chunks in order, and the weight exp(m_c - logSumExp) that
 * turns e into a softmax: {@link #backward} needs no second exponential.
 *
 * <p>Chunks are independent in both directions; what they add to dh is joined by the caller. Where the exponentials of
 * all chunks would take more than {@link #MOST_KEPT} values they are not kept but computed again, with the same bits, so
 * that memory is bounded whatever the number of items.
 */
final class ScalarTableCrossEntropy {
    /** Items a chunk: with a batch of 256, 272 KiB of exponentials. */
    static final int CHUNK = 256;

    /** Not a power of two: rows 1 KiB apart would share a few sets of the first-level cache and evict one another. */
    private static final int STRIDE = CHUNK + 16;

    /**
     * Exponentials kept from forward to backward, 64 MiB: those of 61,000 items at a batch of 256. To compute them again
     * is a third more work.
     */
    static final int MOST_KEPT = 1 << 24;

    private final ScalarGemm gemm;
    private final ScalarLoss loss;
    private final ScalarElementwise elementwise;
    private final float[] h;
    private final int hOffset;
    private final float[] table;
    private final int tableOffset;
    private final int rows;
    private final int items;
    private final int width;
    private final int[] targets;
    private final float[] saved;
    private final boolean kept;
    private final int blocks;
    private final int weights;
    private final int sums;
    private final int targetLogits;

    /**
     * @param h [rows x width]
     * @param table [items x width]
     * @param saved {@link #saved} values
     */
    ScalarTableCrossEntropy(
            ScalarGemm gemm,
            ScalarLoss loss,
            ScalarElementwise elementwise,
            float[] h,
            int hOffset,
            float[] table,
            int tableOffset,
            int rows,
            int items,
            int width,
            int[] targets,
            float[] saved,
            int savedOffset) {
        this.gemm = gemm;
        this.loss = loss;
        this.elementwise = elementwise;
        this.h = h;
        this.hOffset = hOffset;
        this.table = table;
        this.tableOffset = tableOffset;
        this.rows = rows;
        this.items = items;
        this.width = width;
        this.targets = targets;
        this.saved = saved;
        int chunks = chunks(items);
        this.kept = isKept(rows, items);
        this.blocks = savedOffset;
        this.weights = blocks + (kept ? chunks * rows * STRIDE : 0);
        this.sums = weights + chunks * rows;
        this.targetLogits = sums + chunks * rows;
    }

    static int chunks(int items) {
        return (items - 1) / CHUNK + 1;
    }

    private static boolean isKept(int rows, int items) {
        return (long) chunks(items) * rows * STRIDE <= MOST_KEPT;
    }

    /** Values kept from forward to backward: exponentials, weights and sums of every chunk, a target logit a row. */
    static int saved(int rows, int items) {
        int stride = isKept(rows, items) ? STRIDE + 2 : 2;
        return Math.multiplyExact(rows, Math.addExact(Math.multiplyExact(chunks(items), stride), 1));
    }

    /** Scratch that {@link #forward} and {@link #backward} ask for. */
    static int scratch(int rows, int items) {
        return isKept(rows, items) ? 0 : rows * STRIDE;
    }

    /**
     * Largest logit and sum of exponentials of every row in a chunk.
     *
     * @param scratch {@link #scratch} values of the calling thread
     */
    void forward(int chunk, float[] scratch) {
        int first = chunk * CHUNK;
        int count = Math.min(CHUNK, items - first);
        float[] block = kept ? saved : scratch;
        int at = kept ? blocks + chunk * rows * STRIDE : 0;
        logits(first, count, block, at);
        float[] lanes = new float[Lanes.COUNT];
        for (int i = 0; i < rows; i++) {
            int row = at + i * STRIDE;
            if (targets[i] >= first && targets[i] < first + count) {
                saved[targetLogits + i] = block[row + targets[i] - first];
            }
            float max = loss.max(block, row, count);
            saved[weights + chunk * rows + i] = max;
            saved[sums + chunk * rows + i] = loss.exponentials(block, row, count, max, lanes);
        }
    }

    private void logits(int first, int count, float[] block, int at) {
        gemm.gemm(
                false, true, rows, count, width, 1f, h, hOffset, width, table, tableOffset + first * width, width, 0f,
                block, at, STRIDE);
    }

    /**
     * After every chunk's {@link #forward}: losses[i] = logSumExp_i - target logit_i. Weights take the place of the largest
     * logits, and these that of the sums.
     */
    void join(float[] losses, int lossesOffset) {
        int chunks = chunks(items);
        for (int i = 0; i < rows; i++) {
            float max = Float.NEGATIVE_INFINITY;
            for (int chunk = 0; chunk < chunks; chunk++) {
                max = Math.max(max, saved[weights + chunk * rows + i]);
            }
            float sum = 0f;
            for (int chunk = 0; chunk < chunks; chunk++) {
                int at = chunk * rows + i;
                sum = Math.fma(saved[sums + at], FloatMath.exp(saved[weights + at] - max), sum);
            }
            float logSumExp = max + FloatMath.log(sum);
            for (int chunk = 0; chunk < chunks; chunk++) {
                int at = chunk * rows + i;
                saved[sums + at] = saved[weights + at];
                saved[weights + at] = FloatMath.exp(saved[weights + at] - logSumExp);
            }
            losses[lossesOffset + i] = logSumExp - saved[targetLogits + i];
        }
    }

    /**
     * With dlogits = scale (softmax - one-hot target): dtable = dlogits^T h for the chunk's items, and dh = dlogits table
     * in as far as it comes from them. Overwrites the chunk's exponentials.
     *
     * @param scratch {@link #scratch} values of the calling thread
     * @param dh [rows x width], null where it is not asked for
     * @param addDh whether to add to dh
     * @param dtable [items x width], null where it is not asked for
     */
    void backward(
            int chunk,
            float scale,
            float[] scratch,
            float[] dh,
            int dhOffset,
            boolean addDh,
            float[] dtable,
            int dtableOffset,
            boolean addDtable) {
        int first = chunk * CHUNK;
        int count = Math.min(CHUNK, items - first);
        float[] block = kept ? saved : scratch;
        int at = kept ? blocks + chunk * rows * STRIDE : 0;
        if (!kept) {
            logits(first, count, block, at);
        }
        float[] lanes = new float[Lanes.COUNT];
        for (int i = 0; i < rows; i++) {
            int row = at + i * STRIDE;
            if (!kept) {
                loss.exponentials(block, row, count, saved[sums + chunk * rows + i], lanes);
            }
            elementwise.scale(saved[weights + chunk * rows + i] * scale, block, row, count, block, row);
            if (targets[i] >= first && targets[i] < first + count) {
                block[row + targets[i] - first] -= scale;
            }
        }
        int firstValue = first * width;
        if (dtable != null) {
            gemm.gemm(
                    true, false, count, width, rows, 1f, block, at, STRIDE, h, hOffset, width, addDtable ? 1f : 0f,
                    dtable, dtableOffset + firstValue, width);
        }
        if (dh != null) {
            gemm.gemm(
                    false, false, rows, width, count, 1f, block, at, STRIDE, table, tableOffset + firstValue, width,
                    addDh ? 1f : 0f, dh, dhOffset, width);
        }
    }

    /** Stores into, or adds to, dh the sums of the first {@code parts} arrays of [rows x width], in order. */
    void joinGradients(float[] partials, int parts, float[] dh, int dhOffset, boolean addDh) {
        int size = rows * width;
        if (!addDh) {
            Arrays.fill(dh, dhOffset, dhOffset + size, 0f);
        }
        for (int part = 0; part < parts; part++) {
            elementwise.add(dh, dhOffset, partials, part * size, size, dh, dhOffset);
        }
    }
}
