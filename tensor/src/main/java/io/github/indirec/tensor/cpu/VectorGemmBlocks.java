package io.github.indirec.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The blocking of {@link VectorGemm}, with its buffers: one object a thread, so that a product allocates nothing once
 * the buffers have grown.
 *
 * <p>K is cut into blocks one after the other; between them the sums of a tile wait in scratch as they are, so every
 * element still adds in the order of k. Edges of B are padded with zeros, columns of C that do not exist are computed
 * and dropped.
 */
final class VectorGemmBlocks {
    private static final int LANES = VectorGemmTile.LANES;

    /** Longest stretch of k at a time: a panel of 16 columns then fills half of a 32 KiB first-level cache. */
    private static final int K_BLOCK = 256;

    /** Floats in a block of packed B: half of a 512 KiB second-level cache. */
    private static final int B_BLOCK = 1 << 16;

    /** Floats in a block of A that all panels of a group pass over: a quarter of that cache. */
    private static final int A_BLOCK = 1 << 15;

    /** Floats in a group of panels that a few rows of A meet while they are hot; 1 << 12 was 5 to 10 % slower. */
    private static final int GROUP = 1 << 14;

    /** Rows of C at a time where sums wait in scratch between blocks of k. */
    private static final int WAITING_ROWS = 240;

    private final VectorGemmTile tile;
    private float[] panels = new float[0];
    private float[] edge = new float[0];
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
        int rowBlock = k > K_BLOCK ? WAITING_ROWS : Math.max(1, m);
        int columnBlock = roundDown(B_BLOCK / Math.max(1, Math.min(k, K_BLOCK)), tile.columns);
        for (int i = 0; i < m; i += rowBlock) {
            int rows = Math.min(rowBlock, m - i);
            for (int j = 0; j < n; j += columnBlock) {
                int width = Math.min(columnBlock, n - j);
                int p = 0;
                do {
                    int depth = Math.min(K_BLOCK, k - p);
                    packB(j, p, width, depth);
                    block(i, j, p, rows, width, depth, p + depth == k);
                    p += depth;
                } while (p < k);
            }
        }
        a = null;
        b = null;
        c = null;
    }

    /** A block of C, [rows x width] at (i, j), plus its products of k from p to p + depth. */
    private void block(int i, int j, int p, int rows, int width, int depth, boolean last) {
        int strip = transA ? tile.strip : tile.rows;
        int height = roundDown(A_BLOCK / Math.max(1, depth), strip);
        int group = roundDown(GROUP / Math.max(1, depth), tile.columns);
        boolean once = p == 0 && last;
        sums = grown(sums, strip * tile.columns * (once ? 1 : ceilDiv(rows, strip) * ceilDiv(width, tile.columns)));
        if (transA && rows % strip != 0) {
            packEdge(i + rows - rows % strip, p, rows % strip, depth);
        }
        for (int r0 = 0; r0 < rows; r0 += height) {
            int r1 = Math.min(rows, r0 + height);
            for (int s0 = 0; s0 < width; s0 += group) {
                int s1 = Math.min(width, s0 + group);
                for (int r = r0; r < r1; r += strip) {
                    int slot = once ? 0 : r * ceilDiv(width, tile.columns) * tile.columns;
                    strip(i + r, j, p, Math.min(strip, rows - r), width, s0, s1, depth, slot, once, last);
                }
            }
        }
    }

    /** One row of tiles of a block, columns s0 to s1 of it; their sums wait from {@code slot} on. */
    private void strip(
            int i,
            int j,
            int p,
            int valid,
            int width,
            int s0,
            int s1,
            int depth,
            int slot,
            boolean once,
            boolean last) {
        int strip = transA ? tile.strip : tile.rows;
        int to = cOffset + i * ldc + j;
        boolean direct = once && valid == strip && alpha == 1 && beta == 0;
        for (int s = s0; s < s1; s += tile.columns) {
            if (direct && s + tile.columns <= width) {
                tile(i, p, valid, depth, s * depth, c, to + s, ldc);
            } else {
                int at = once ? 0 : slot + s * strip;
                tile(i, p, valid, depth, s * depth, sums, at, tile.columns);
                if (last) {
                    finish(valid, Math.min(tile.columns, width - s), at, to + s);
                }
            }
        }
    }

    private void tile(int i, int p, int valid, int depth, int panel, float[] t, int t0, int ldt) {
        boolean resume = p > 0;
        if (!transA) {
            tile.alongRows(depth, a, aOffset + i * lda + p, lda, valid, panels, panel, t, t0, ldt, resume);
        } else if (valid == tile.strip) {
            tile.downColumns(depth, a, aOffset + p * lda + i, lda, panels, panel, t, t0, ldt, resume);
        } else {
            tile.downColumns(depth, edge, 0, valid, panels, panel, t, t0, ldt, resume);
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

    /** Copies the last columns of A, too few for a strip, so that reading a whole strip stays within the array. */
    private void packEdge(int i, int p, int valid, int depth) {
        edge = grown(edge, depth * valid + tile.strip);
        for (int q = 0; q < depth; q++) {
            System.arraycopy(a, aOffset + (p + q) * lda + i, edge, q * valid, valid);
        }
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
