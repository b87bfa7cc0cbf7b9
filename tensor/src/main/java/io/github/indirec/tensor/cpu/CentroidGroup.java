package io.github.indirec.tensor.cpu;

import java.util.Arrays;

/**
 * Scores |c_k|^2 - 2 x . c_k of chosen points against one group of centroids, the same bits as {@link NearestCentroid}
 * finds after a matrix product: the specification of {@link VectorCentroidGroup}. There is no float64 form.
 *
 * <p>A group is as many centroids as one register tile is wide. Its size differs between machines, and nothing but
 * speed may depend on it.
 */
class CentroidGroup {
    /** Rows that a tile may write beyond the last one. */
    static final int SPARE_ROWS = 5;

    /** Leaves a result below the true one in spite of a few roundings. */
    static final float DOWN = 1 - 0x1p-21f;

    private static final int SIZE = 16;

    /** Centroids a group. */
    int size() {
        return SIZE;
    }

    /**
     * panels[(g width + j) size + k] = centroid g size + k at column j, 0 beyond the last one.
     *
     * @param panels as many values as whole groups hold
     */
    final void pack(float[] centroids, int offset, int clusters, int width, float[] panels) {
        int size = size();
        Arrays.fill(panels, 0);
        for (int k = 0; k < clusters; k++) {
            int to = k / size * size * width + k % size;
            for (int j = 0; j < width; j++) {
                panels[to + j * size] = centroids[offset + k * width + j];
            }
        }
    }

    /**
     * Lowers the bounds of count points by the drift of the group and lists the points that they no longer keep away
     * from it, bounds[b0 + i] <= reach[i]: without a branch, since which ones cannot be predicted.
     *
     * @param drift at least 0, infinite if the bounds mean nothing
     * @param reach finite
     * @param rows receives the list, in order
     * @return how many there are
     */
    int open(float[] bounds, int b0, int count, float drift, float[] reach, int[] rows) {
        return open(bounds, b0, 0, count, drift, reach, rows, 0);
    }

    /** The same for points from to count, after open earlier ones. */
    static int open(float[] bounds, int b0, int from, int count, float drift, float[] reach, int[] rows, int open) {
        for (int i = from; i < count; i++) {
            float bound = (bounds[b0 + i] - drift) * DOWN;
            bounds[b0 + i] = bound;
            rows[open] = i;
            open += 1 - (Float.floatToRawIntBits(reach[i] - bound) >>> 31);
        }
        return open;
    }

    /**
     * scores[r size + k] = norms[n0 + k] - 2 x[rows[r], :] . c_k, and lowest[r] = the least score of row r by
     * {@link NearestCentroid#ordered}.
     *
     * @param x0 start of row 0 in x
     * @param panels centroids as {@link #pack} leaves them, those of this group from p0 on
     * @param count rows, at least 1; room for {@link #SPARE_ROWS} more must follow in scores
     */
    void score(
            float[] x,
            int x0,
            int width,
            int[] rows,
            int count,
            float[] panels,
            int p0,
            float[] norms,
            int n0,
            float[] scores,
            int[] lowest) {
        for (int r = 0; r < count; r++) {
            int row = x0 + rows[r] * width;
            int to = r * SIZE;
            Arrays.fill(scores, to, to + SIZE, 0);
            for (int j = 0; j < width; j++) {
                for (int k = 0; k < SIZE; k++) {
                    scores[to + k] = Math.fma(x[row + j], panels[p0 + j * SIZE + k], scores[to + k]);
                }
            }
            int least = Integer.MAX_VALUE;
            for (int k = 0; k < SIZE; k++) {
                scores[to + k] = Math.fma(-2f, scores[to + k], norms[n0 + k]);
                least = Math.min(least, NearestCentroid.ordered(Float.floatToRawIntBits(scores[to + k])));
            }
            lowest[r] = least;
        }
    }
}
