package io.github.indirec.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.tensor.cpu.GemmComparison;
import io.github.indirec.tensor.cpu.GemmShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {
    private static final Machine MACHINE =
            new Machine(Map.of("cpu", "Abacus", "cores", 2, "vector_bits", 256, "java", "25"));
    private static final KernelReport REPORT = new KernelReport(
            "./indirec bench",
            MACHINE,
            List.of(
                    new GemmComparison.Result(GemmShape.NN_512x512x512, 91, 100, 0.91),
                    new GemmComparison.Result(GemmShape.NN_37x53x61, 9.5, 19, 0.5)),
            List.of(
                    new KernelTiming("GemmBenchmark.multiply", "product", "NN 512 x 512 x 512", "scalar", 1, 0, 12.34),
                    new KernelTiming("Norm.forward", "norm", "8 x 8", "scalar", 3000, Double.NaN, Double.NaN),
                    new KernelTiming("Norm.forward", "norm", "8 x 8", "vector", 1000, 5, Double.NaN),
                    new KernelTiming("Top.top", "top", "9", "scalar", 4, 0.1, Double.NaN)));

    @TempDir
    Path home;

    private Path readme(String text) throws IOException {
        return Files.writeString(home.resolve("README.md"), text);
    }

    @Test
    void theReadmeGetsTheTables() throws IOException {
        Path readme = readme("before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n");
        new ReportFiles(home).writeReadme(REPORT);
        assertEquals(
                """
                before
                <!-- bench:begin -->
                By `./indirec bench` on Abacus (2 cores, vectors of 256 bits), JDK 25; one thread.

                | matrix product, GFLOP/s | scalar | vector | OpenBLAS | ratio | goal | reached |
                |---|---|---|---|---|---|---|
                | NN 512 x 512 x 512 | 12.3 | 91.0 | 100 | 0.91 | 0.95 | yes |
                | NN 37 x 53 x 61 | – | 9.50 | 19.0 | 0.50 | – | – |

                | kernel | size | scalar, µs | vector, µs | speed-up |
                |---|---|---|---|---|
                | norm | 8 x 8 | 3,000 | 1,000 | 3.00 |
                | top | 9 | 4.00 | – | – |
                <!-- bench:end -->
                after
                """,
                Files.readString(readme));
    }

    @Test
    void aReadmeWithoutMarkersIsRefusedAndKept() throws IOException {
        Path readme = readme("mine <!-- bench:begin -->\n");
        ReportFiles files = new ReportFiles(home);
        assertThrows(BadInputException.class, files::requireReadmeSection);
        assertThrows(BadInputException.class, () -> files.writeReadme(REPORT));
        assertEquals("mine <!-- bench:begin -->\n", Files.readString(readme));
    }

    @Test
    void resultsAreJsonWithoutWhatIsNoNumber() throws IOException {
        Path file = new ReportFiles(home).writeResults("kernels", REPORT);
        assertEquals(home.resolve("bench/results/kernels.json"), file);
        Map<String, Object> map = JSON.std.mapFrom(Files.readString(file));
        assertEquals("./indirec bench", map.get("command"));
        List<?> products = (List<?>) map.get("products");
        assertEquals(
                Map.of(
                        "product", "NN 512 x 512 x 512", "gflops", 91.0, "openblas_gflops", 100.0, "ratio", 0.91,
                        "goal", 0.95, "reached", true),
                products.get(0));
        assertEquals(false, Files.readString(file).contains("NaN"));
    }
}
