package io.github.indirec.model.cli;

import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.BackendProvider;
import java.util.List;
import java.util.Optional;
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

    /** Opens the device, and says why automatically none but the CPU was taken; the caller closes it. */
    Backend open(Terminal terminal) {
        int count = threads == null ? Provenance.cores() : threads;
        if (count < 1 || count > MAX_THREADS) {
            throw CommandException.usage("--threads is " + count + ", expected 1 to " + MAX_THREADS);
        }
        Device chosen = device.equals("auto") ? best(Backends.providers(), terminal) : Device.parse(device);
        return Backends.open(chosen, count);
    }

    /** The first device that can be used, the CPU where no other can; says of each before it why it cannot. */
    static Device best(List<BackendProvider> providers, Terminal terminal) {
        for (BackendProvider provider : providers) {
            if (provider.kind().equals(Device.CPU.kind()) || !provider.automatic()) {
                continue;
            }
            Optional<String> reason = provider.unavailable();
            if (reason.isEmpty()) {
                return new Device(provider.kind(), 0);
            }
            terminal.say("device auto: %s cannot be used here: %s", provider.kind(), reason.get());
        }
        return Device.CPU;
    }
}
