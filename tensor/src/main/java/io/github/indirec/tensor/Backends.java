package io.github.indirec.tensor;

import io.github.indirec.tensor.cpu.CpuProvider;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.BackendProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Opens devices. The CPU is built in; others come from providers on the class or module path. */
public final class Backends {
    private Backends() {}

    /** The CPU with as many threads as the JVM sees processors. */
    public static Backend cpu() {
        return cpu(Runtime.getRuntime().availableProcessors());
    }

    /** The CPU with a fixed number of threads, which changes speed and never results. */
    public static Backend cpu(int threads) {
        return open(Device.CPU, threads);
    }

    /**
     * Opens a device; the caller closes it.
     *
     * @throws DeviceException if there is no provider of that kind or it cannot run here, with the reason
     */
    public static Backend open(Device device, int threads) {
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException("Backends.open: threads is " + threads + ", expected 1 to 1024");
        }
        List<String> kinds = new ArrayList<>();
        for (BackendProvider provider : providers()) {
            kinds.add(provider.kind());
            if (provider.kind().equals(device.kind())) {
                provider.unavailable().ifPresent(reason -> {
                    throw new DeviceException("Backends.open: " + device + " cannot be used here: " + reason);
                });
                return provider.open(device, threads);
            }
        }
        throw new DeviceException("Backends.open: no backend for " + device + "; present: " + kinds
                + "; add the artifact that brings it to the class path");
    }

    /** All providers, the CPU first. */
    public static List<BackendProvider> providers() {
        List<BackendProvider> providers = new ArrayList<>();
        providers.add(new CpuProvider());
        ServiceLoader.load(BackendProvider.class).forEach(providers::add);
        return providers;
    }
}
