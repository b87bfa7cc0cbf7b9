package io.github.indirec.model.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.cpu.CpuProvider;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.BackendProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceOptionsTest {
    private record Provider(String kind, Optional<String> unavailable, boolean automatic) implements BackendProvider {
        @Override
        public Backend open(Device device, int threads) {
            throw new AssertionError("nothing is opened to be chosen");
        }
    }

    private static final Provider BROKEN = new Provider("broken", Optional.of("no driver; install 5.3"), true);
    private static final Provider SIMULATOR = new Provider("simulator", Optional.empty(), false);
    private static final Provider LAME_SIMULATOR = new Provider("lame", Optional.of("no legs"), false);
    private static final Provider USABLE = new Provider("usable", Optional.empty(), true);

    private static void assertChooses(Device expected, String said, BackendProvider... others) {
        List<BackendProvider> providers = new ArrayList<>(List.of(new CpuProvider()));
        providers.addAll(List.of(others));
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        assertEquals(expected, DeviceOptions.best(providers, new Terminal(stream, stream, false, 80)));
        assertEquals(said, err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void autoTakesTheFirstUsableDeviceThatIsNotASimulator() {
        assertChooses(Device.CPU, "");
        assertChooses(Device.CPU, "", SIMULATOR, LAME_SIMULATOR);
        assertChooses(new Device("usable", 0), "", SIMULATOR, USABLE, BROKEN);
    }

    @Test
    void aDeviceThatAutoCannotTakeCostsOneLineWithTheReason() {
        String line = "device auto: broken cannot be used here: no driver; install 5.3" + System.lineSeparator();
        assertChooses(Device.CPU, line, BROKEN, SIMULATOR);
        assertChooses(new Device("usable", 0), line, BROKEN, USABLE);
    }

    @Test
    void doctorListsEveryDevice() {
        assertTrue(CommandRun.of("doctor").succeeds().out().contains("walled=usable"));
    }
}
