package io.github.indirec.tensor.cpu;

import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.BackendProvider;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Opens the CPU backend with the fastest kernels that this JVM can run; says once what is missing for faster ones. */
public final class CpuProvider implements BackendProvider {
    private static final AtomicBoolean SAID = new AtomicBoolean();

    @Override
    public String kind() {
        return Device.CPU.kind();
    }

    @Override
    public Optional<String> unavailable() {
        return Optional.empty();
    }

    @Override
    public Backend open(Device device, int threads) {
        Optional<String> noVector = VectorSupport.unavailable();
        if (noVector.isPresent() && SAID.compareAndSet(false, true)) {
            System.getLogger("io.github.indirec.tensor")
                    .log(System.Logger.Level.INFO, "CPU backend uses scalar kernels: " + noVector.get());
        }
        return new CpuBackend(threads, noVector.isEmpty(), describe(threads, noVector));
    }

    private static String describe(int threads, Optional<String> noVector) {
        String kernels;
        try {
            kernels = noVector.isPresent()
                    ? "scalar kernels (" + noVector.get() + ")"
                    : "Vector API kernels, " + VectorSupport.preferredBits() + " bits";
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return "cpu, " + threads + (threads == 1 ? " thread, " : " threads, ") + kernels;
    }
}
