package io.github.indirec.bench.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.bench.Main;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Device;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands for a device, on the devices that every machine has. */
class DeviceBenchmarkTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return Main.run(
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    @Test
    @Tag("simulated")
    void everyOpPassesOnTheSimulatorAndTheFileHasThemAll(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("report.json");
        assertEquals(0, run("selftest", "--device", "sim", "--json", json.toString()), err.toString());
        int ops = SelfTest.cases(Scale.SMALL).size();
        assertTrue(out.toString().contains(ops + " ops, " + ops + " passed, 0 failed"), out.toString());
        assertEquals(ops, Files.readString(json).split("\"passed\" : true", -1).length - 1);
    }

    @Test
    void aSelftestOfADeviceThatIsNotThereSaysWhy() {
        assertEquals(1, run("selftest", "--device", "nosuch"));
        assertTrue(err.toString().contains("no backend for nosuch:0"), err.toString());
    }

    @Test
    void predictionsNeedNoDevice() {
        assertEquals(0, run("selftest", "--predict", "--only", "reverseChain"));
        // 2 T B D D operations at 8.1e12 a second: 2 * 50 * 256 * 64 * 64 / 8.1e6.
        assertTrue(out.toString().contains("12.95"), out.toString());
    }

    @Test
    void theSimulatorHasNoTimes() {
        assertEquals(3, run("--device", "sim"));
        assertTrue(err.toString().contains("has no time to measure"), err.toString());
    }

    @Test
    void theBenchmarkOfADeviceHasBandwidthProductsAndAllOps() {
        try (var backend = Backends.open(Device.CPU, 1)) {
            StringBuilder text = new StringBuilder();
            var figures = new DeviceBenchmark(backend, 1 << 10, Scale.SMALL, new int[][] {{5, 6, 7}}, 1_000)
                    .run(line -> text.append(line).append('\n'));
            assertTrue((double) figures.get("bandwidth_gb_per_s") > 0);
            assertTrue(text.toString().contains("| 5 x 6 x 7 |"), text.toString());
            assertTrue(text.toString().contains("| optimizer.adamW |"), text.toString());
        }
    }
}
