package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.Tensor;

/** The two halves of a Lloyd iteration. */
public interface ClusterKernels {
    /**
     * assignment[i] = argmin over k of |points[i] - centroids[k]|^2, ties to the smaller k; distances[i] = that
     * squared distance, at least 0.
     *
     * @param points [N x D]
     * @param centroids [K x D]
     */
    void assign(Tensor points, Tensor centroids, int[] assignment, float[] distances);

    /** {@link ClusterKernels#assign} of points that stay the same from call to call. */
    @FunctionalInterface
    interface Assigner {
        /** @param centroids [K x D] */
        void assign(Tensor centroids, int[] assignment, float[] distances);
    }

    /**
     * For one caller that assigns the same points again and again, to centroids that move less and less: the same bits
     * as {@link #assign}, but what one call learns may save the next one work. Confined to one thread at a time.
     *
     * @param points [N x D], not to be changed or closed while the assigner is in use
     * @param clusters K of all calls
     */
    default Assigner assigner(Tensor points, int clusters) {
        return (centroids, assignment, distances) -> assign(points, centroids, assignment, distances);
    }

    /**
     * sums[k D + j] = sum of the points of cluster k, counts[k] = their number. Points fall into 16 equal chunks, each
     * summed in order in float64, then the chunks in order.
     */
    void sums(Tensor points, int[] assignment, int clusters, double[] sums, int[] counts);
}
