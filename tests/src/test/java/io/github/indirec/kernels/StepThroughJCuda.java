package io.github.indirec.kernels;

import io.github.indirec.kernels.driver.Trampoline;
import io.github.indirec.kernels.sim.SimulatedDriver;
import io.github.indirec.support.GoldenStep;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.spi.Backend;
import java.nio.file.Path;

/** A process whose libcuda.so.1 is the simulator: recorded steps on device cuda. */
final class StepThroughJCuda {
    private StepThroughJCuda() {}

    public static void main(String[] args) throws Exception {
        Trampoline.install(new SimulatedDriver());
        try (Backend backend = Backends.open(Device.parse("cuda"), 1)) {
            for (String file : args) {
                GoldenStep.check(backend, Path.of(file), SimulatedStepTest.SLACK);
            }
        }
    }
}
