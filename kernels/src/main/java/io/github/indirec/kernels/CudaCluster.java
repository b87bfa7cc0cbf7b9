package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.DeviceBuffer;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.ClusterKernels;
import java.util.Arrays;

/** K-means steps on a CUDA device: kmeans.cu. Assignments, distances and sums have the CPU's bits. */
final class CudaCluster implements ClusterKernels {
    /** Points and threads of a block of the assignment: products.cuh. */
    private static final int SIDE = 64;

    private static final int THREADS = 128;

    /** Columns that a warp of the sums takes, and warps of a block. */
    private static final int WARP = 32;

    private static final int WARPS = 4;

    /** Chunks of the points that are summed on their own, as the interface says. */
    private static final int CHUNKS = 16;

    private final CudaDevice device;
    private final KernelFamily kernels;

    CudaCluster(CudaDevice device) {
        this.device = device;
        this.kernels = new KernelFamily(device, "kmeans");
    }

    @Override
    public void assign(Tensor points, Tensor centroids, int[] assignment, float[] distances) {
        int rows = points.shape().rows();
        try (DeviceBuffer nearest = device.buffer((long) Integer.BYTES * rows);
                DeviceBuffer distance = device.buffer((long) Float.BYTES * rows)) {
            kernels.launch("assignClusters")
                    .tensor(points)
                    .tensor(centroids)
                    .i32(rows)
                    .i32(centroids.shape().rows())
                    .i32(points.shape().rowLength())
                    .buffer(nearest)
                    .buffer(distance)
                    .run(Grid.blocks(rows, SIDE), THREADS);
            device.download(nearest, assignment, rows);
            device.download(distance, distances, rows);
        }
    }

    @Override
    public void sums(Tensor points, int[] assignment, int clusters, double[] sums, int[] counts) {
        int rows = points.shape().rows();
        int width = points.shape().rowLength();
        Ids.require("sums", "assignment", assignment, rows, clusters);
        int segments = Math.multiplyExact(CHUNKS, clusters);
        int size = Math.multiplyExact(clusters, width);
        int[] starts = new int[segments + 1];
        int[] order = byChunkAndCluster(assignment, rows, clusters, starts);
        int warps = Math.multiplyExact(segments, Grid.blocks(width, WARP));
        try (DeviceBuffer chunkSums = device.buffer((long) Double.BYTES * CHUNKS * size);
                DeviceBuffer joined = device.buffer((long) Double.BYTES * size)) {
            kernels.launch("sumSegments")
                    .tensor(points)
                    .ints(order, rows)
                    .ints(starts, segments + 1)
                    .i32(segments)
                    .i32(width)
                    .buffer(chunkSums)
                    .run(Grid.blocks(warps, WARPS), WARPS * WARP);
            kernels.launch("joinSums")
                    .buffer(chunkSums)
                    .i32(CHUNKS)
                    .i32(size)
                    .buffer(joined)
                    .run(Grid.blocks(size, Grid.THREADS), Grid.THREADS);
            device.download(joined, sums, size);
        }
        for (int k = 0; k < clusters; k++) {
            counts[k] = 0;
            for (int chunk = 0; chunk < CHUNKS; chunk++) {
                int segment = chunk * clusters + k;
                counts[k] += starts[segment + 1] - starts[segment];
            }
        }
    }

    /**
     * The numbers of the points by chunk, then by cluster, in their own order among those of one cluster.
     *
     * @param starts receives where each of the chunks times clusters begins, and the end
     */
    private static int[] byChunkAndCluster(int[] assignment, int rows, int clusters, int[] starts) {
        int[] order = new int[rows];
        int[] next = new int[clusters + 1];
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            int from = (int) ((long) rows * chunk / CHUNKS);
            int to = (int) ((long) rows * (chunk + 1) / CHUNKS);
            Arrays.fill(next, 0);
            for (int i = from; i < to; i++) {
                next[assignment[i] + 1]++;
            }
            next[0] = from;
            for (int k = 0; k < clusters; k++) {
                next[k + 1] += next[k];
                starts[chunk * clusters + k] = next[k];
            }
            for (int i = from; i < to; i++) {
                order[next[assignment[i]]++] = i;
            }
        }
        starts[CHUNKS * clusters] = rows;
        return order;
    }
}
