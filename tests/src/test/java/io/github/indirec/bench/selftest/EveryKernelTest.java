package io.github.indirec.bench.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.kernels.CudaBackend;
import io.github.indirec.kernels.sim.LaunchResult;
import io.github.indirec.kernels.sim.SimulatedDriver;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.cpu.VectorUnit;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No kernel ships that has not run: between them, the sizes of this table start every one, with the CPU's results. */
@Tag("simulated")
class EveryKernelTest {
    private static final Pattern ENTRY = Pattern.compile("\\.visible \\.entry (\\w+)\\(");

    /**
     * B, L, mean length, D, H, items, points, K, T. Kernels come in widths (D up to 64, 96, 128, 256 and any; D/H up to 8,
     * 16, 32, 64, 128), for few rows and many, and rankings of many columns in two passes.
     */
    private static final List<Scale> SIZES = List.of(
            Scale.SMALL,
            new Scale(33, 9, 3, 16, 2, 70, 65, 33, 2),
            new Scale(3, 40, 11, 64, 2, 130, 70, 31, 3),
            new Scale(2, 33, 9, 64, 1, 64, 33, 1, 3),
            new Scale(2, 5, 3, 96, 1, 33, 17, 4, 2),
            new Scale(2, 5, 3, 130, 2, 31, 9, 2, 2),
            new Scale(1, 6, 5, 260, 4, 31, 5, 3, 2),
            new Scale(1, 5, 3, 8, 1, 5_000, 9, 2, 2));

    @Test
    void everyKernelRunsAndEqualsTheCpu() throws IOException {
        Set<String> started = new TreeSet<>();
        List<String> failures = new ArrayList<>();
        SimulatedDriver driver = new SimulatedDriver();
        driver.record(true);
        try (Backend device = CudaBackend.open(driver, Device.parse("sim"), true);
                Backend specification = VectorUnit.scalar()) {
            for (Scale scale : SIZES) {
                new SelfTest(device, specification, false).run(SelfTest.cases(scale), result -> {
                    if (!result.passed()) {
                        failures.add(scale + ", " + result.op().name() + ": " + result.failure());
                    }
                    driver.results().stream().map(LaunchResult::kernel).forEach(started::add);
                });
            }
        }
        assertEquals(List.of(), failures);
        Set<String> shipped = shipped();
        shipped.removeAll(started);
        assertEquals(Set.of(), shipped, "kernels that no size starts");
    }

    private static Set<String> shipped() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String family : CudaBackend.families()) {
            Path ptx = Path.of("..", "kernels", "src", "main", "cuda", family + ".ptx");
            Matcher entries = ENTRY.matcher(Files.readString(ptx));
            while (entries.find()) {
                names.add(entries.group(1));
            }
        }
        return names;
    }
}
