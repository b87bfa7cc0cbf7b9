package io.github.indirec.model.cli;

import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.BackendProvider;
import java.util.List;
import picocli.CommandLine.Option;

/** Where to compute. */
final class DeviceOptions {
    private static final int MAX_THREADS = 1024;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "auto",
            description = "cpu, another device such as cuda:0, or auto: another one if usable, else the CPU"
                    + " (default: ${DEFAULT-VALUE}).")
    private String device;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "CPU threads; changes the speed, never the result (default: one a core).")
    private Integer threads;

    /** Opens the device; the caller closes it. */
    Backend open() {
        int count = threads == null ? Provenance.cores() : threads;
        if (count < 1 || count > MAX_THREADS) {
            throw CommandException.usage("--threads is " + count + ", expected 1 to " + MAX_THREADS);
        }
        return Backends.open(device.equals("auto") ? best() : Device.parse(device), count);
    }

    private static Device best() {
        List<BackendProvider> providers = Backends.providers();
        return providers.stream()
                .filter(provider -> !provider.kind().equals(Device.CPU.kind()))
                .filter(provider -> provider.unavailable().isEmpty())
                .findFirst()
                .map(provider -> new Device(provider.kind(), 0))
                .orElse(Device.CPU);
    }
}
