package io.github.indirec.tensor.cpu;

import java.util.Arrays;

/**
 * Scores |c_k|^2 - 2 x . c_k of chosen points against one group of centroids, the same bits as {@link NearestCentroid}
 * finds after a matrix product: the specification of {@link VectorCentroidGroup}. There is no float64 form.
 *
 * <p>A group is as many centroids as one register tile is wide. Its size differs between machines, and nothing but speed
 * may depend on it.
 */
class CentroidGroup {
    /** Rows that a tile may write beyond the last one. */
    static final int SPARE_ROWS = 5;

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
