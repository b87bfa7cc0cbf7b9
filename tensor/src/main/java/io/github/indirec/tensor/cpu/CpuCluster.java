package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.ClusterKernels;
import io.github.indirec.tensor.spi.HostStorage;
import java.util.Arrays;

/**
 * K-means steps on float32 points. Distances come from dot products: a matrix product of a block of points with the
 * centroids, then a search along its rows while they are in the cache.
 *
 * <p>A distance is max(0, |x|^2 + min_k (|c_k|^2 - 2 x . c_k)), norms and dot products summed in the order of the
 * columns with fused multiply-add, so its rounding error grows with |x|^2, not with the distance.
 */
final class CpuCluster implements ClusterKernels {
    /** Points a block: enough that packing the centroids for it costs little. */
    private static final int POINTS = 512;

    /** Centroids a block: 256 KiB of dot products. */
    private static final int CENTROIDS = 128;

    /** Values of a sum that one thread joins over the chunks at a time. */
    private static final int SUM_GRAIN = 4096;

    /**
     * Fewest clusters for which bounds pay clearly. 20 assignments of 54,680 representations of Beauty took so many
     * times longer without them, one of two busy Zen 3 cores, JDK 25: 1.1 for K = 32, 1.2 for 64, 2.1 for 256, 3 for
     * 1024.
     */
    private static final int BOUNDED_CLUSTERS = 128;

    /** Bounds to keep at most: 512 MiB. */
    private static final long MOST_BOUNDS = 1L << 27;

    private final CpuContext context;
    private final ScalarGemm gemm;
    private final NearestCentroid nearest;
    private final CentroidGroup group;

    CpuCluster(CpuContext context) {
        this.context = context;
        this.gemm = context.kernels(ScalarGemm.class, ScalarRowGemm::new, "VectorGemm");
        this.nearest = context.kernels(NearestCentroid.class, NearestCentroid::new, "VectorNearestCentroid");
        this.group = context.kernels(CentroidGroup.class, CentroidGroup::new, "VectorCentroidGroup");
    }

    @Override
    public void assign(Tensor points, Tensor centroids, int[] assignment, float[] distances) {
        requireFloat32("assign", "points", points);
        requireFloat32("assign", "centroids", centroids);
        int clusters = centroids.shape().rows();
        int width = centroids.shape().rowLength();
        float[] norms = new float[clusters];
        NearestCentroid.squaredNorms(HostStorage.floats(centroids), centroids.offset(), clusters, width, norms, 0);
        context.parallel.ranges(points.shape().rows(), POINTS, (from, to) -> {
            for (int i = from; i < to; i += POINTS) {
                assignBlock(points, centroids, norms, i, Math.min(POINTS, to - i), assignment, distances);
            }
        });
    }

    private void assignBlock(
            Tensor points, Tensor centroids, float[] norms, int from, int rows, int[] assignment, float[] distances) {
        float[] x = HostStorage.floats(points);
        float[] y = HostStorage.floats(centroids);
        int width = points.shape().rowLength();
        int xOffset = points.offset() + from * width;
        float[] scratch = context.scratch(CpuContext.CLUSTER, POINTS * (CENTROIDS + 1));
        for (int first = 0; first < norms.length; first += CENTROIDS) {
            int count = Math.min(CENTROIDS, norms.length - first);
            int yOffset = centroids.offset() + first * width;
            gemm.gemm(
                    false, true, rows, count, width, 1, x, xOffset, width, y, yOffset, width, 0, scratch, 0, count);
            nearest.search(scratch, rows, first, count, norms, from, assignment, distances);
        }
        int ownNorms = POINTS * CENTROIDS;
        NearestCentroid.squaredNorms(x, xOffset, rows, width, scratch, ownNorms);
        for (int i = 0; i < rows; i++) {
            distances[from + i] = Math.max(0f, scratch[ownNorms + i] + distances[from + i]);
        }
    }

    @Override
    public Assigner assigner(Tensor points, int clusters) {
        requireFloat32("assigner", "points", points);
        long bounds = (long) points.shape().rows() * clusters / group.size();
        // The scalar group kernel is a specification, 5 to 7 times slower than ScalarRowGemm: no bound makes up for it.
        if (!context.vector || clusters < BOUNDED_CLUSTERS || bounds > MOST_BOUNDS) {
            return ClusterKernels.super.assigner(points, clusters);
        }
        return new BoundedAssigner(context, this, group, points, clusters);
    }

    @Override
    public void sums(Tensor points, int[] assignment, int clusters, double[] sums, int[] counts) {
        requireFloat32("sums", "points", points);
        int width = points.shape().rowLength();
        int size = clusters * width;
        double[][] chunkSums = new double[Parallel.CHUNKS][];
        context.parallel.chunks(points.shape().rows(), points.size(), (chunk, from, to) -> {
            chunkSums[chunk] = new double[size];
            addPoints(HostStorage.floats(points), points.offset(), width, from, to, assignment, chunkSums[chunk]);
        });
        context.parallel.ranges(size, SUM_GRAIN, (from, to) -> {
            System.arraycopy(chunkSums[0], from, sums, from, to - from);
            for (int chunk = 1; chunk < Parallel.CHUNKS; chunk++) {
                double[] more = chunkSums[chunk];
                for (int j = from; j < to; j++) {
                    sums[j] += more[j];
                }
            }
        });
        Arrays.fill(counts, 0, clusters, 0);
        for (int i = 0; i < points.shape().rows(); i++) {
            counts[assignment[i]]++;
        }
    }

    private static void addPoints(
            float[] x, int offset, int width, int from, int to, int[] assignment, double[] sums) {
        for (int i = from; i < to; i++) {
            int row = offset + i * width;
            int sum = assignment[i] * width;
            for (int j = 0; j < width; j++) {
                sums[sum + j] += x[row + j];
            }
        }
    }

    private static void requireFloat32(String operation, String argument, Tensor tensor) {
        if (tensor.dtype() != DType.F32) {
            throw new ShapeException("ClusterKernels." + operation + ": " + argument + " is " + tensor.dtype()
                    + ", expected F32; clustering is not differentiated and has no float64 form");
        }
    }
}
