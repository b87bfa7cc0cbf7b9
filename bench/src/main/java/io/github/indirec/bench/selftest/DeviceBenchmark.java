package io.github.indirec.bench.selftest;

import io.github.indirec.kernels.CudaBackend;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.LinalgKernels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Times of a device: the bandwidth of its memory, our matrix products beside the library's, and every op at the model's
 * sizes beside the time in which the measured bandwidth could move its operands.
 */
public final class DeviceBenchmark {
    /** Far beyond every cache, and a fraction of every card's memory. */
    private static final int COPIED = 1 << 26;

    private static final int ROUNDS = 3;

    private static final int[][] PRODUCTS = {
        // rows, columns, k of C = A B; the model's layers, its table, its weight gradients, and two squares.
        {2304, 64, 64}, {2304, 256, 64}, {256, 12_103, 64}, {64, 64, 2304}, {1024, 1024, 1024}, {4096, 4096, 4096}
    };

    private final Backend device;
    private final CallTimer timer;
    private final int copied;
    private final Scale scale;
    private final int[][] products;

    /** @param device one that has time of its own: not the simulator */
    public DeviceBenchmark(Backend device) {
        this(device, COPIED, Scale.MODEL, PRODUCTS, CallTimer.NANOS);
    }

    DeviceBenchmark(Backend device, int copied, Scale scale, int[][] products, long nanos) {
        this.device = device;
        this.timer = new CallTimer(device, nanos);
        this.copied = copied;
        this.scale = scale;
        this.products = products;
    }

    /** Bytes a second that a copy within the memory reads and writes: the best of some rounds. */
    double bandwidth() {
        try (Tensor x = device.allocate(DType.F32, Shape.of(copied));
                Tensor y = device.allocate(DType.F32, Shape.of(copied))) {
            device.elementwise().fill(x, 1);
            double micros = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                micros = Math.min(micros, timer.micros(() -> device.elementwise().copy(x, y)));
            }
            return 2.0 * Float.BYTES * copied / micros * 1e6;
        }
    }

    /** Runs all and hands out Markdown line by line; returns the figures for a file. */
    public Map<String, Object> run(Consumer<String> line) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("device", device.description());
        double bandwidth = bandwidth();
        figures.put("bandwidth_gb_per_s", bandwidth / 1e9);
        line.accept("On " + device.description() + ": a copy moves " + format("%.1f GB/s", bandwidth / 1e9) + ".\n");
        line.accept("| product | GFLOP/s, ours | GFLOP/s, library | ratio |");
        line.accept("|---|---|---|---|");
        Map<String, Object> rates = new LinkedHashMap<>();
        for (int[] shape : products) {
            rates.put(shape[0] + "x" + shape[1] + "x" + shape[2], product(shape, line));
        }
        figures.put("products_gflops", rates);
        line.accept("\n| op | us | least us at that bandwidth |");
        line.accept("|---|---|---|");
        Map<String, Object> ops = new LinkedHashMap<>();
        for (OpCase op : SelfTest.cases(scale)) {
            try (Operands operands = new Operands(device)) {
                Runnable call = op.body().prepare(operands);
                double micros = timer.micros(call);
                double least = operands.bytes() / bandwidth * 1e6;
                ops.put(op.name(), List.of(micros, least));
                line.accept(format("| %s | %.1f | %.1f |", op.name(), micros, least));
            }
        }
        figures.put("ops_us_and_least_us", ops);
        return figures;
    }

    /** Ours and the library's in turn; where there is no library, ours alone. */
    private Map<String, Object> product(int[] shape, Consumer<String> line) {
        Optional<LinalgKernels> own = device instanceof CudaBackend cuda && cuda.ownProducts() != cuda.linalg()
                ? Optional.of(cuda.ownProducts())
                : Optional.empty();
        try (Tensor a = device.allocate(DType.F32, Shape.of(shape[0], shape[2]));
                Tensor b = device.allocate(DType.F32, Shape.of(shape[2], shape[1]));
                Tensor c = device.allocate(DType.F32, Shape.of(shape[0], shape[1]))) {
            device.random().normal(new RandomKey(1, 1, 0), 0, a);
            device.random().normal(new RandomKey(1, 2, 0), 0, b);
            double flops = 2.0 * shape[0] * shape[1] * shape[2];
            double ours = 0;
            double library = 0;
            for (int round = 0; round < ROUNDS; round++) {
                ours = Math.max(ours, rate(own.orElse(device.linalg()), flops, a, b, c));
                if (own.isPresent()) {
                    library = Math.max(library, rate(device.linalg(), flops, a, b, c));
                }
            }
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("ours", ours);
            String others = "- | -";
            if (own.isPresent()) {
                figures.put("library", library);
                others = format("%.1f | %.2f", library, ours / library);
            }
            line.accept(format("| %d x %d x %d | %.1f | %s |", shape[0], shape[1], shape[2], ours, others));
            return figures;
        }
    }

    private double rate(LinalgKernels kernels, double flops, Tensor a, Tensor b, Tensor c) {
        return flops / timer.micros(() -> kernels.gemm(false, false, 1, a, b, 0, c)) / 1e3;
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
