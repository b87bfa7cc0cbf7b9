package io.github.indirec.bench;

import io.github.indirec.tensor.cpu.GemmComparison;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The figures of one run, for people and for programs.
 *
 * @param command that measured them
 * @param machine on which
 * @param products beside OpenBLAS
 * @param timings of kernels each in forks of its own
 */
record KernelReport(
        String command, Machine machine, List<GemmComparison.Result> products, List<KernelTiming> timings) {

    private static final String NONE = "–";

    Map<String, Object> asJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("command", command);
        map.put("machine", machine.asJson());
        map.put("products", products.stream().map(KernelReport::json).toList());
        map.put("kernels", timings.stream().map(KernelTiming::asJson).toList());
        return map;
    }

    private static Map<String, Object> json(GemmComparison.Result result) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("product", result.shape().label());
        map.put("gflops", result.gflops());
        map.put("openblas_gflops", result.nativeGflops());
        map.put("ratio", result.ratio());
        if (hasGoal(result)) {
            map.put("goal", result.shape().goal());
            map.put("reached", result.reached());
        }
        return map;
    }

    /** Tables in Markdown, preceded by how they came about. */
    String asMarkdown() {
        List<String> lines = new ArrayList<>();
        lines.add("By `" + command + "` on " + machine.label() + "; one thread.");
        if (!products.isEmpty()) {
            lines.add("");
            lines.add("| matrix product, GFLOP/s | scalar | vector | OpenBLAS | ratio | goal | reached |");
            lines.add("|---|---|---|---|---|---|---|");
            products.forEach(result -> lines.add(row(result)));
        } else if (timings.stream().anyMatch(KernelTiming::isProduct)) {
            lines.add("");
            lines.add("| matrix product, GFLOP/s | scalar | vector | OpenBLAS |");
            lines.add("|---|---|---|---|");
            productSizes().forEach(size -> lines.add(cells(
                    size, gflops(size, "scalar"), gflops(size, "vector"), gflops(size, "openblas"))));
        }
        if (timings.stream().anyMatch(timing -> !timing.isProduct())) {
            lines.add("");
            lines.add("| kernel | size | scalar, µs | vector, µs | speed-up |");
            lines.add("|---|---|---|---|---|");
            timings.stream().filter(timing -> timing.implementation().equals("scalar") && !timing.isProduct())
                    .forEach(scalar -> lines.add(row(scalar)));
        }
        return String.join("\n", lines);
    }

    private String row(GemmComparison.Result result) {
        String size = result.shape().label();
        boolean goal = hasGoal(result);
        return cells(
                size,
                gflops(size, "scalar"),
                text(result.gflops()),
                text(result.nativeGflops()),
                String.format(Locale.ROOT, "%.2f", result.ratio()),
                goal ? String.format(Locale.ROOT, "%.2f", result.shape().goal()) : NONE,
                goal ? (result.reached() ? "yes" : "no") : NONE);
    }

    private String row(KernelTiming scalar) {
        Optional<KernelTiming> vector = timings.stream()
                .filter(timing -> timing.benchmark().equals(scalar.benchmark())
                        && timing.implementation().equals("vector"))
                .findFirst();
        return cells(
                scalar.kernel(),
                scalar.size(),
                text(scalar.microseconds()),
                vector.map(timing -> text(timing.microseconds())).orElse(NONE),
                vector.map(timing -> text(scalar.microseconds() / timing.microseconds())).orElse(NONE));
    }

    private List<String> productSizes() {
        return timings.stream()
                .filter(KernelTiming::isProduct)
                .map(KernelTiming::size)
                .distinct()
                .toList();
    }

    private String gflops(String size, String implementation) {
        return timings.stream()
                .filter(timing -> timing.isProduct()
                        && timing.size().equals(size)
                        && timing.implementation().equals(implementation))
                .findFirst()
                .map(timing -> text(timing.gflops()))
                .orElse(NONE);
    }

    private static boolean hasGoal(GemmComparison.Result result) {
        return !Double.isNaN(result.shape().goal());
    }

    private static String cells(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    /** Three digits or so: more would be noise. */
    private static String text(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
    }
}
