package io.github.indirec.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The blocking of {@link VectorGemm}, with its buffers: one object a thread, so that a product allocates nothing once
 * the buffers have grown.
 *
 * <p>K is cut into blocks one after the other; between them the sums of a tile wait as they are, in C itself where
 * it is just the product, else in scratch, so every element still adds in the order of k. Edges of B are padded with
 * zeros, rows and columns of C that do not exist are computed and dropped.
 *
 * <p>A tile takes one strip of A past all panels of a block of B, which stream from the second-level cache. On a Zen 3
 * core, in one process: the other order, one panel past all strips, is slower where rows of C are long (256 x 12,101 x
 * 64 0.65 of the speed); groups of 16K floats of panels give 0.97 of it at 512^3 and 0.93 at 1024^3. Sums waiting in C
 * rather than in scratch, with B packed once rather than for every 240 rows, give 1.1 times the speed at 512^3. Columns
 * of A are packed, since a tile would otherwise touch a line, often of the same cache sets, for each of its k: 1.2
 * times the speed at 64 x 256 x 1500 and 511 x 129 x 65, tile of 6 instead of 5 rows included. Copying rows of A too,
 * apart from each other in the cache, gains nothing to speak of at 1024^3 and costs a sixth at 256 x 64 x 12,101.
 */
final class VectorGemmBlocks {
    private static final int LANES = VectorGemmTile.LANES;

    /** At least as many values as a tile has rows. */
    private static final VectorSpecies<Float> EIGHT = FloatVector.SPECIES_256;

    /** Longest stretch of k at a time: a panel of 16 columns then fills half of a 32 KiB first-level cache. */
    private static final int K_BLOCK = 256;

    /** Floats in a block of packed B: half of a 512 KiB second-level cache. */
    private static final int B_BLOCK = 1 << 16;

    /** Floats in a block of A whose columns are packed: a quarter of that cache. */
    private static final int A_BLOCK = 1 << 15;

    /** Rows of C at a time where sums wait in scratch between blocks of k. */
    private static final int WAITING_ROWS = 240;

    private final VectorGemmTile tile;
    private float[] panels = new float[0];
    private float[] strips = new float[0];
    private float[] sums = new float[0];

    private boolean transA;
    private float[] a;
    private int aOffset;
    private int lda;
    private boolean transB;
    private float[] b;
    private int bOffset;
    private int ldb;
    private float alpha;
    private float beta;
    private float[] c;
    private int cOffset;
    private int ldc;

    VectorGemmBlocks(VectorGemmTile tile) {
        this.tile = tile;
    }

    void a(boolean transposed, float[] values, int offset, int ld) {
        transA = transposed;
        a = values;
        aOffset = offset;
        lda = ld;
    }

    void b(boolean transposed, float[] values, int offset, int ld) {
        transB = transposed;
        b = values;
        bOffset = offset;
        ldb = ld;
    }

    void c(float alpha, float beta, float[] values, int offset, int ld) {
        this.alpha = alpha;
        this.beta = beta;
        c = values;
        cOffset = offset;
        ldc = ld;
    }

    /** The product of the operands set before, which are forgotten afterwards. */
    void multiply(int m, int n, int k) {
        boolean direct = alpha == 1 && beta == 0;
        int rowBlock = direct || k <= K_BLOCK ? Math.max(1, m) : WAITING_ROWS;
        int columnBlock = roundDown(B_BLOCK / Math.max(1, Math.min(k, K_BLOCK)), tile.columns);
        for (int i = 0; i < m; i += rowBlock) {
            int rows = Math.min(rowBlock, m - i);
            for (int j = 0; j < n; j += columnBlock) {
                int width = Math.min(columnBlock, n - j);
                int p = 0;
                do {
                    int depth = Math.min(K_BLOCK, k - p);
                    packB(j, p, width, depth);
                    block(i, j, p, rows, width, depth, direct, p + depth == k);
                    p += depth;
                } while (p < k);
            }
        }
        a = null;
        b = null;
        c = null;
    }

    /** A block of C, [rows x width] at (i, j), plus its products of k from p to p + depth. */
    private void block(int i, int j, int p, int rows, int width, int depth, boolean direct, boolean last) {
        boolean waiting = !direct && !(p == 0 && last);
        int padded = waiting ? ceilDiv(width, tile.columns) * tile.columns : tile.columns;
        sums = grown(sums, (waiting ? ceilDiv(rows, tile.rows) : 1) * tile.rows * padded);
        int height = transA ? roundDown(A_BLOCK / Math.max(1, depth), tile.rows) : rows;
        for (int r0 = 0; r0 < rows; r0 += height) {
            int r1 = Math.min(rows, r0 + height);
            if (transA) {
                packA(i + r0, p, r1 - r0, depth);
            }
            for (int r = r0; r < r1; r += tile.rows) {
                int valid = Math.min(tile.rows, r1 - r);
                int to = cOffset + (i + r) * ldc + j;
                for (int s = 0; s < width; s += tile.columns) {
                    int there = Math.min(tile.columns, width - s);
                    if (direct && valid == tile.rows && there == tile.columns) {
                        tile(i + r, r - r0, p, valid, depth, s, c, to + s, ldc);
                    } else if (waiting) {
                        int at = r * padded + s * tile.rows;
                        tile(i + r, r - r0, p, valid, depth, s, sums, at, tile.columns);
                        if (last) {
                            finish(valid, there, at, to + s);
                        }
                    } else {
                        edge(i + r, r - r0, p, valid, there, depth, s, to + s);
                    }
                }
            }
        }
    }

    /** A tile that reaches beyond C or does not simply replace it, by way of scratch. */
    private void edge(int i, int r, int p, int valid, int there, int depth, int s, int to) {
        if (p > 0) {
            for (int row = 0; row < valid; row++) {
                System.arraycopy(c, to + row * ldc, sums, row * tile.columns, there);
            }
        }
        tile(i, r, p, valid, depth, s, sums, 0, tile.columns);
        finish(valid, there, 0, to);
    }

    /** Rows from i of op(A), which are those from r of the packed ones, times the panel of column s. */
    private void tile(int i, int r, int p, int valid, int depth, int s, float[] t, int t0, int ldt) {
        boolean resume = p > 0;
        int panel = s * depth;
        if (transA) {
            int strip = r / tile.rows * stripLength(depth);
            tile.alongStrip(depth, strips, strip, 1, panels, panel, t, t0, ldt, resume);
        } else {
            tile.alongRows(depth, a, aOffset + i * lda + p, lda, valid, panels, panel, t, t0, ldt, resume);
        }
    }

    /** C = alpha sums + beta C for the part of a tile that exists. */
    private void finish(int rows, int width, int at, int to) {
        for (int r = 0; r < rows; r++, at += tile.columns, to += ldc) {
            int j = 0;
            for (; j + LANES <= width; j += LANES) {
                FloatVector value = FloatVector.fromArray(VectorGemmTile.FLOATS, sums, at + j).mul(alpha);
                if (beta != 0) {
                    FloatVector old = FloatVector.fromArray(VectorGemmTile.FLOATS, c, to + j);
                    value = old.fma(FloatVector.broadcast(VectorGemmTile.FLOATS, beta), value);
                }
                value.intoArray(c, to + j);
            }
            for (; j < width; j++) {
                c[to + j] = ScalarGemm.combine(alpha, sums[at + j], beta, c[to + j]);
            }
        }
    }

    private void packB(int j, int p, int width, int depth) {
        int columns = tile.columns;
        int full = width / columns;
        int from = bOffset + (transB ? j * ldb + p : p * ldb + j);
        panels = grown(panels, ceilDiv(width, columns) * columns * depth);
        if (transB) {
            tile.packColumns(depth, full, b, from, ldb, panels);
        } else {
            tile.packRows(depth, full, b, from, ldb, panels);
        }
        int done = full * columns;
        if (done < width) {
            int columnStep = transB ? ldb : 1;
            int step = transB ? 1 : ldb;
            Arrays.fill(panels, done * depth, (done + columns) * depth, 0);
            for (int q = 0; q < depth; q++) {
                for (int s = done; s < width; s++) {
                    panels[done * depth + q * columns + s - done] = b[from + q * step + s * columnStep];
                }
            }
        }
    }

    /**
     * Packs columns of A into strips of as many as a tile has rows, the values of one k side by side. Eight are copied
     * at once; those that belong to the next strip are overwritten by the next k, or lie in the gap behind the strip.
     */
    private void packA(int i, int p, int rows, int depth) {
        int length = stripLength(depth);
        strips = grown(strips, ceilDiv(rows, tile.rows) * length);
        int whole = Math.max(0, (rows - EIGHT.length()) / tile.rows * tile.rows);
        for (int q = 0; q < depth; q++) {
            int from = aOffset + (p + q) * lda + i;
            int to = q * tile.rows;
            for (int r = 0; r < whole; r += tile.rows, to += length) {
                FloatVector.fromArray(EIGHT, a, from + r).intoArray(strips, to);
            }
            for (int r = whole; r < rows; r += tile.rows, to += length) {
                int valid = Math.min(tile.rows, rows - r);
                for (int v = 0; v < valid; v++) {
                    strips[to + v] = a[from + r + v];
                }
            }
        }
    }

    private int stripLength(int depth) {
        return tile.rows * depth + EIGHT.length();
    }

    private static float[] grown(float[] buffer, int length) {
        return buffer.length < length ? new float[length] : buffer;
    }

    private static int ceilDiv(int x, int y) {
        return (x + y - 1) / y;
    }

    /** Largest multiple of {@code step} that is at most {@code x}, at least one step. */
    private static int roundDown(int x, int step) {
        return Math.max(1, x / step) * step;
    }
}
