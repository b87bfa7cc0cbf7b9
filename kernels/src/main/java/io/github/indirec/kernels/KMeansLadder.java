package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.DeviceBuffer;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.kernels.sim.Counters;
import io.github.indirec.kernels.sim.LaunchResult;
import io.github.indirec.kernels.sim.SimulatedDriver;
import io.github.indirec.kernels.sim.SimulatorOptions;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToLongFunction;

/**
 * The same computation in four kernels, each with one idea more, for those who want to learn how a kernel is made fast:
 * the assignment of points to their nearest centroids. Runs them in the simulator and counts what they move.
 *
 * <p>Read ladder_kmeans_1_naive.cu, ladder_kmeans_2_tiled.cu, ladder_kmeans_3_fused.cu, and kmeans.cu, which is the one
 * that the backend uses. The counts are a model of a card, not measurements of one.
 */
public final class KMeansLadder {
    private static final long SEED = 1;

    /** Threads of a block on all rungs but the last, and pairs of a side of their tiles. */
    private static final int THREADS = 256;

    private static final int SIDE = 16;

    private final CudaDevice device;
    private final SimulatedDriver driver;
    private final Tensor points;
    private final Tensor centroids;

    /**
     * One kernel, or two where the second goes on with what the first has stored.
     *
     * @param name of its file
     * @param assignment the nearest centroid of each point
     */
    public record Rung(String name, List<Counters> kernels, int[] assignment) {
        /** Sectors of global memory, 32 bytes each, that loads and stores touch. */
        public long sectors() {
            return sum(c -> c.loadSectors() + c.storeSectors());
        }

        /** The least number of sectors that could hold the bytes of each request. */
        public long idealSectors() {
            return sum(c -> c.loadIdealSectors() + c.storeIdealSectors());
        }

        /** Requests to shared memory. */
        public long sharedRequests() {
            return sum(Counters::sharedRequests);
        }

        /** Instructions of warps. */
        public long instructions() {
            return sum(Counters::warpInstructions);
        }

        private long sum(ToLongFunction<Counters> count) {
            return kernels.stream().mapToLong(count).sum();
        }

        /** The counts in a line, as it stands at the head of the kernel's file. */
        public String counted() {
            return String.format(
                    Locale.ROOT,
                    "%,d sectors of global memory (ideal %,d), %,d requests to shared memory, %,d instructions",
                    sectors(),
                    idealSectors(),
                    sharedRequests(),
                    instructions());
        }
    }

    private KMeansLadder(SimulatedDriver driver, CudaDevice device, int count, int clusters, int width) {
        this.driver = driver;
        this.device = device;
        this.points = normal(SEED, count, width);
        this.centroids = normal(SEED + 1, clusters, width);
    }

    private Tensor normal(long seed, int rows, int width) {
        Random random = new Random(seed);
        float[] values = new float[rows * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        Tensor tensor = device.allocate(DType.F32, Shape.of(rows, width));
        tensor.copyFrom(values);
        return tensor;
    }

    /** Runs all rungs on the same random points. */
    public static List<Rung> climb(int points, int clusters, int width) {
        SimulatedDriver driver = new SimulatedDriver(SimulatedDriver.DEFAULT_DEVICE, SimulatorOptions.DEFAULT);
        try (CudaDevice device = new CudaDevice(driver, Device.parse("sim"), true)) {
            KMeansLadder ladder = new KMeansLadder(driver, device, points, clusters, width);
            driver.record(true);
            try (Tensor x = ladder.points;
                    Tensor y = ladder.centroids) {
                return List.of(ladder.naive(), ladder.tiled(), ladder.fused(), ladder.shipped());
            }
        }
    }

    /** A table of the counts, for people. */
    public static String table(List<Rung> rungs) {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%-22s  %14s  %8s  %15s  %13s%n",
                "kernel",
                "global sectors",
                "x ideal",
                "shared requests",
                "instructions"));
        for (Rung rung : rungs) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-22s  %,14d  %8.2f  %,15d  %,13d%n",
                    rung.name(),
                    rung.sectors(),
                    (double) rung.sectors() / rung.idealSectors(),
                    rung.sharedRequests(),
                    rung.instructions()));
        }
        return table + "Counted by the simulator: a model of a card, not a measurement.";
    }

    private Rung naive() {
        int rows = points.shape().rows();
        return withMatrix("ladder_kmeans_1_naive", Grid.blocks(rows, THREADS), 1, Grid.blocks(rows, THREADS));
    }

    private Rung tiled() {
        int rows = points.shape().rows();
        int tiles = Grid.blocks(rows, SIDE);
        return withMatrix("ladder_kmeans_2_tiled", tiles, Grid.blocks(centroids.shape().rows(), SIDE), tiles);
    }

    /** A rung that stores all distances: blocks of its first kernel, and of its second. */
    private Rung withMatrix(String name, int gridX, int gridY, int grid) {
        int rows = points.shape().rows();
        int clusters = centroids.shape().rows();
        KernelFamily kernels = new KernelFamily(device, name);
        try (DeviceBuffer distances = device.buffer((long) Float.BYTES * rows * clusters);
                DeviceBuffer assignment = device.buffer((long) Integer.BYTES * rows)) {
            kernels.launch("distances")
                    .tensor(points)
                    .tensor(centroids)
                    .i32(rows)
                    .i32(clusters)
                    .i32(points.shape().rowLength())
                    .buffer(distances)
                    .run(gridX, gridY, THREADS);
            kernels.launch("nearest")
                    .buffer(distances)
                    .i32(rows)
                    .i32(clusters)
                    .buffer(assignment)
                    .run(grid, THREADS);
            int[] nearest = new int[rows];
            device.download(assignment, nearest, rows);
            return rung(name, nearest);
        }
    }

    private Rung fused() {
        int rows = points.shape().rows();
        String name = "ladder_kmeans_3_fused";
        try (DeviceBuffer assignment = device.buffer((long) Integer.BYTES * rows)) {
            new KernelFamily(device, name)
                    .launch("nearest")
                    .tensor(points)
                    .tensor(centroids)
                    .i32(rows)
                    .i32(centroids.shape().rows())
                    .i32(points.shape().rowLength())
                    .buffer(assignment)
                    .run(Grid.blocks(rows, SIDE), THREADS);
            int[] nearest = new int[rows];
            device.download(assignment, nearest, rows);
            return rung(name, nearest);
        }
    }

    private Rung shipped() {
        int[] nearest = new int[points.shape().rows()];
        new CudaCluster(device).assign(points, centroids, nearest, new float[nearest.length]);
        return rung("kmeans", nearest);
    }

    private Rung rung(String name, int[] assignment) {
        List<Counters> kernels = new ArrayList<>();
        for (LaunchResult result : driver.results()) {
            kernels.add(result.counters());
        }
        return new Rung(name, List.copyOf(kernels), assignment);
    }
}
