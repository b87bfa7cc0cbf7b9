package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.Philox;
import io.github.indirec.tensor.RandomKey;

/**
 * Normal numbers and dropout from Philox words, the specification. Word {@code unit} of a row decides about column
 * {@code unit}, whatever the width, so that a number depends on its coordinates alone.
 */
class ScalarRandom {
    /** Words generated at a time: 4 KiB, well inside the first-level cache. */
    static final int BLOCK = 1024;

    /** Length of the word buffers that the methods ask for: {@link #words} may write a whole vector of blocks more. */
    static final int WORDS = BLOCK + 32;

    /**
     * Writes the words of a row from {@code firstUnit} on, and may write up to 32 values after them.
     *
     * @param firstUnit a multiple of 4
     */
    void words(RandomKey key, int row, int firstUnit, int count, int[] out, int outOffset) {
        Philox.words(key, row, firstUnit, count, out, outOffset);
    }

    /** Normal numbers for the rows {@code from} to {@code to}, row {@code from} at {@code outOffset}. */
    void normalRows(RandomKey key, int from, int to, int width, int[] words, float[] out, int outOffset) {
        // Pairs do not cross rows; rows of even width are pairs throughout and can be transformed together.
        int batch = (width & 1) == 0 ? Math.max(1, BLOCK / Math.max(1, width)) : 1;
        for (int i = from; i < to; i += batch) {
            int rows = Math.min(batch, to - i);
            if (rows == 1) {
                normals(key, i, 0, width, words, out, outOffset + (i - from) * width);
                continue;
            }
            for (int r = 0; r < rows; r++) {
                words(key, i + r, 0, width, words, r * width);
            }
            boxMuller(words, 0, rows * width, out, outOffset + (i - from) * width);
        }
    }

    /**
     * out[j] = normal number of unit firstUnit + j of one row.
     *
     * @param firstUnit a multiple of 4
     */
    void normals(RandomKey key, int row, int firstUnit, int count, int[] words, float[] out, int outOffset) {
        for (int done = 0; done < count; done += BLOCK) {
            int block = Math.min(BLOCK, count - done);
            words(key, row, firstUnit + done, block + (block & 1), words, 0);
            boxMuller(words, 0, block, out, outOffset + done);
        }
    }

    /**
     * Box and Muller (1958): the words (a, b) of units 2m and 2m + 1 give r cos(2 pi u) and r sin(2 pi u) with
     * r = sqrt(-2 ln((a + 1) / 2^24)) and u = b / 2^24, where a and b are the upper 24 bits. An odd count leaves the
     * last sine out.
     */
    void boxMuller(int[] words, int first, int count, float[] out, int outOffset) {
        for (int j = 0; j < count; j += 2) {
            float radius = (float) Math.sqrt(-2f * FloatMath.log(((words[first + j] >>> 8) + 1) * 0x1p-24f));
            float turn = (words[first + j + 1] >>> 8) * 0x1p-24f;
            out[outOffset + j] = radius * FloatMath.cosTwoPi(turn);
            if (j + 1 < count) {
                out[outOffset + j + 1] = radius * FloatMath.sinTwoPi(turn);
            }
        }
    }

    /**
     * Dropout of the rows {@code from} to {@code to} of x, row 0 at the offset; row i has the coordinate
     * {@code coordinates[i]}. A value is kept and scaled where the upper 24 bits of its word are at least
     * {@code threshold}.
     */
    void dropout(
            float[] x,
            int xOffset,
            RandomKey key,
            int[] coordinates,
            int from,
            int to,
            int width,
            int threshold,
            float scale,
            int[] words,
            float[] out,
            int outOffset) {
        int batch = Math.max(1, BLOCK / Math.max(1, width));
        for (int i = from; i < to; i += batch) {
            int rows = Math.min(batch, to - i);
            for (int done = 0; done < width; done += BLOCK) {
                int block = Math.min(BLOCK, width - done);
                for (int r = 0; r < rows; r++) {
                    words(key, coordinates[i + r], done, block, words, r * width);
                }
                int start = i * width + done;
                keep(x, xOffset + start, words, 0, rows * block, threshold, scale, out, outOffset + start);
            }
        }
    }

    /** out[j] = scale x[j] where the upper 24 bits of words[first + j] are at least {@code threshold}, else 0. */
    void keep(
            float[] x,
            int xOffset,
            int[] words,
            int first,
            int count,
            int threshold,
            float scale,
            float[] out,
            int outOffset) {
        for (int j = 0; j < count; j++) {
            out[outOffset + j] = (words[first + j] >>> 8) >= threshold ? scale * x[xOffset + j] : 0f;
        }
    }
}
