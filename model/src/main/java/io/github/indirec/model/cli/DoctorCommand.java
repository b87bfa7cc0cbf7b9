package io.github.indirec.model.cli;

import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.TensorScope;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.BackendProvider;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code indirec doctor}: what hardware and flags are in use, and what is missing. */
@Command(
        name = "doctor",
        description = "Shows the Java, the machine and the kernels in use, and what is missing for more speed.",
        footer = {
            "",
            "JSON keys: version, commit, java, os, cpu, cores, java_home, launcher_found,",
            "max_heap_gib, vector_api, backends, gemm_gflops_1_thread,",
            "gemm_gflops_all_threads, advice."
        })
final class DoctorCommand extends Subcommand {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    /** The Java that speed is promised on. */
    private static final int FAST_JAVA = 25;

    /** A batch of Beauty's training against its item table, roughly. */
    private static final int M = 256;

    private static final int N = 4096;
    private static final int K = 64;
    private static final long MEASURING_NANOS = 250_000_000;
    private static final double GIB = 1 << 30;

    DoctorCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        Map<String, Object> findings = findings();
        if (json) {
            terminal.json(findings);
        } else {
            findings.forEach((key, value) -> terminal.result("%-24s %s", key.replace('_', ' '), value));
        }
        return ExitCode.SUCCESS;
    }

    private static Map<String, Object> findings() {
        Map<String, Object> map = Provenance.machine();
        map.put("java_home", System.getProperty("java.home"));
        map.put("launcher_found", System.getProperty("indirec.javas", "not started by the launcher"));
        map.put("max_heap_gib", Math.round(10 * Runtime.getRuntime().maxMemory() / GIB) / 10.0);
        boolean vector = ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
        map.put("vector_api", vector ? "enabled" : "missing");
        map.put("backends", backends());
        // Once unseen: the first calls run before the compiler has met the kernels.
        gigaflops(1);
        map.put("gemm_gflops_1_thread", gigaflops(1));
        map.put("gemm_gflops_all_threads", gigaflops(Provenance.cores()));
        map.put("advice", advice(vector));
        return map;
    }

    private static Map<String, String> backends() {
        Map<String, String> states = new LinkedHashMap<>();
        for (BackendProvider provider : Backends.providers()) {
            Optional<String> reason = provider.unavailable();
            states.put(provider.kind(), reason.map(r -> "unusable: " + r).orElse("usable"));
        }
        try (Backend backend = Backends.cpu()) {
            states.put("cpu", "usable: " + backend.description());
        }
        return states;
    }

    private static String advice(boolean vector) {
        if (!vector) {
            return "start java with --add-modules " + VECTOR_MODULE + " for several times the speed; ./indirec does";
        }
        if (Runtime.version().feature() < FAST_JAVA) {
            return "JDK " + FAST_JAVA + " or later is faster, with the same results: the compiler of JDK "
                    + Runtime.version().feature() + " gives matrix products some 80 % of the speed, and at times keeps"
                    + " vectors as objects in memory, which slows a kernel down several times";
        }
        return "none";
    }

    /** Best rate of a product [M x K] [N x K]^T within a quarter of a second. */
    private static double gigaflops(int threads) {
        try (Backend backend = Backends.cpu(threads);
                TensorScope scope = new TensorScope(backend)) {
            float[] ones = new float[N * K];
            Arrays.fill(ones, 1);
            Tensor a = Tensor.of(Shape.of(M, K), Arrays.copyOf(ones, M * K));
            Tensor b = Tensor.of(Shape.of(N, K), ones);
            Tensor c = scope.allocate(DType.F32, M, N);
            long best = Long.MAX_VALUE;
            long end = System.nanoTime() + MEASURING_NANOS;
            do {
                long begin = System.nanoTime();
                backend.linalg().gemm(false, true, 1, a, b, 0, c);
                best = Math.min(best, System.nanoTime() - begin);
            } while (System.nanoTime() < end);
            return Math.round(10.0 * 2 * M * N * K / best) / 10.0;
        }
    }
}
