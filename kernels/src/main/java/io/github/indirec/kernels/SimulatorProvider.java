package io.github.indirec.kernels;

import io.github.indirec.kernels.sim.SimulatedDriver;
import io.github.indirec.kernels.sim.SimulatorOptions;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.BackendProvider;
import java.util.Optional;

/**
 * Opens the simulator as a device, {@code sim}: the kernels that ship, instruction by instruction on the JVM, with every
 * check. Some thousand times slower than a GPU, so it is for study and tests, and never chosen unless it is named.
 */
public final class SimulatorProvider implements BackendProvider {
    @Override
    public String kind() {
        return "sim";
    }

    @Override
    public Optional<String> unavailable() {
        return Optional.empty();
    }

    @Override
    public boolean automatic() {
        return false;
    }

    @Override
    public Backend open(Device device, int threads) {
        // Nobody could ask a backend for the counts.
        SimulatorOptions options = SimulatorOptions.DEFAULT.withCounting(false);
        return CudaBackend.open(new SimulatedDriver(SimulatedDriver.DEFAULT_DEVICE, options), device, true);
    }
}
