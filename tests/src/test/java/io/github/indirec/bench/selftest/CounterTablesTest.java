package io.github.indirec.bench.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.indirec.kernels.driver.PtxCompiler;
import io.github.indirec.tensor.DeviceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the kernels do to memory is what the committed table says, and it is good. */
class CounterTablesTest {
    private static final Path TABLE = Path.of("..", "bench", "results", "cuda-kernels.md");

    /** Sectors touched over the fewest possible: what misaligned tails may cost. */
    private static final double SECTORS = 1.1;

    /** No stream: it writes only the columns that fall away, and between them others stay. */
    private static final List<String> SPARSE = List.of("maskRow");

    private static final int SPILLS = 8;
    private static final int STACK = 9;

    /** The cells of the kernels' rows. */
    private static List<String[]> kernels() throws IOException {
        List<String[]> rows = new ArrayList<>();
        for (String line : Files.readAllLines(TABLE)) {
            String[] cells = line.split("\\s*\\|\\s*", -1);
            if (line.startsWith("| ") && cells.length > STACK + 2 && !cells[1].equals("kernel")) {
                rows.add(cells);
            }
        }
        return rows;
    }

    @Test
    @Tag("simulated")
    void theTableIsWhatTheKernelsDo() throws IOException {
        try {
            PtxCompiler.open();
        } catch (DeviceException e) {
            assumeTrue(false, e.getMessage());
        }
        assertEquals(
                Files.readAllLines(TABLE),
                CounterTables.markdown().lines().toList(),
                "after a change of a kernel, ./indirec bench counters writes the table anew");
    }

    @Test
    void streamsTouchHardlyMoreSectorsThanTheyMust_andNothingSpills() throws IOException {
        List<String[]> kernels = kernels();
        assertTrue(kernels.size() > 50, kernels.size() + " kernels in the table");
        for (String[] cells : kernels) {
            String kernel = cells[1];
            assertTrue(Double.parseDouble(cells[3]) <= SECTORS || SPARSE.contains(kernel), kernel + ": " + cells[3]);
            assertEquals("0", cells[SPILLS], kernel);
            assertEquals("0", cells[STACK], kernel);
        }
    }
}
