package io.github.indirec.kernels;

import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.ClusterKernels;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class CudaClusterTest extends DeviceTest {
    private void same(String what, BiFunction<ClusterKernels, Place, List<Tensor>> op) {
        compare(what, Backend::cluster, CudaCluster::new, SAME_BITS, SAME_BITS, op);
    }

    private static Tensor of(int[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        return Tensor.of(Shape.of(values.length), floats);
    }

    @Test
    void assignmentsAndDistancesHaveTheCpusBits() {
        int[][] all = {{1, 1, 1}, {65, 2, 64}, {63, 65, 33}, {3, 130, 20}, {130, 31, 257}, {0, 3, 4}};
        for (int[] sizes : all) {
            same("assign " + Arrays.toString(sizes), (k, place) -> {
                int[] assignment = new int[sizes[0]];
                float[] distances = new float[sizes[0]];
                k.assign(
                        place.in(normals(1, sizes[0], sizes[2])),
                        place.in(normals(2, sizes[1], sizes[2])),
                        assignment,
                        distances);
                return List.of(of(assignment), Tensor.of(Shape.of(sizes[0]), distances));
            });
        }
    }

    @Test
    void equalCentroidsAndPointsThatAreCentroidsGoToTheSmallerNumberAtNoNegativeDistance() {
        same("equal centroids", (k, place) -> {
            float[] row = normals(3, 5).toFloats();
            float[] centroids = new float[5 * 70];
            for (int i = 0; i < 70; i++) {
                System.arraycopy(i % 3 == 0 ? normals(i, 5).toFloats() : row, 0, centroids, 5 * i, 5);
            }
            int[] assignment = new int[70];
            float[] distances = new float[70];
            float[] near = centroids.clone();
            for (int i = 35 * 5; i < near.length; i++) {
                // Close to each other and far from the origin: rounding leaves some distances below 0.
                near[i] += 1000;
                centroids[i] += 1000 + i % 3 * 1e-3f;
            }
            Tensor points = place.in(Tensor.of(Shape.of(70, 5), near));
            k.assign(points, place.in(Tensor.of(Shape.of(70, 5), centroids)), assignment, distances);
            return List.of(of(assignment), Tensor.of(Shape.of(70), distances));
        });
    }

    @Test
    void sumsInFloat64HaveTheCpusBits() {
        for (int[] sizes : new int[][] {{1, 1, 1}, {15, 4, 33}, {333, 5, 64}, {100, 60, 3}, {0, 3, 4}}) {
            same("sums " + Arrays.toString(sizes), (k, place) -> {
                double[] sums = new double[sizes[1] * sizes[2]];
                int[] counts = new int[sizes[1]];
                int[] assignment = integers(4, sizes[0], sizes[1]);
                k.sums(place.in(normals(1, sizes[0], sizes[2])), assignment, sizes[1], sums, counts);
                return List.of(of(counts), bits(sums));
            });
        }
    }

    /** The four 16-bit parts of each number, which are float32 numbers exactly. */
    private static Tensor bits(double[] values) {
        float[] parts = new float[4 * values.length];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = Double.doubleToRawLongBits(values[i / 4]) >>> 16 * (i % 4) & 0xffff;
        }
        return Tensor.of(Shape.of(parts.length), parts);
    }
}
