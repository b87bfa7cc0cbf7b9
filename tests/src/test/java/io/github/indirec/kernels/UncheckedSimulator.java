package io.github.indirec.kernels;

import io.github.indirec.kernels.sim.SimulatedDriver;
import io.github.indirec.kernels.sim.SimulatorOptions;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.spi.Backend;

/**
 * The simulator without its search for races and undefined values, which takes half its time: for whole trainings, whose
 * kernels all run with every check elsewhere. Illegal addresses and diverging barriers are always found.
 */
final class UncheckedSimulator {
    private UncheckedSimulator() {}

    /** The CPU, or the simulator in place of any other device. */
    static Backend open(Device device) {
        if (device.equals(Device.CPU)) {
            return Backends.cpu(1);
        }
        SimulatorOptions options = SimulatorOptions.DEFAULT.withCounting(false).withChecks(false);
        return CudaBackend.open(new SimulatedDriver(SimulatedDriver.DEFAULT_DEVICE, options), device, true);
    }
}
