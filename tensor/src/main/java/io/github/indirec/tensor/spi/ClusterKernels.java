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

    /**
     * sums[k D + j] = sum of the points of cluster k, counts[k] = their number. Points fall into 16 equal chunks, each
     * summed in order in float64, then the chunks in order.
     */
    void sums(Tensor points, int[] assignment, int clusters, double[] sums, int[] counts);
}
