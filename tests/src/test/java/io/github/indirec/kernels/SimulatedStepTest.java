package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.kernels.driver.ChildJvm;
import io.github.indirec.kernels.driver.Trampoline;
import io.github.indirec.support.GoldenStep;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole training steps of the authors, replayed by the PTX that ships: losses, gradients, moments and parameters. On the
 * simulator as a device of its own, and as the driver behind JCuda's native library.
 */
@Tag("simulated")
class SimulatedStepTest {
    private static final List<String> FILES = List.of("mlp1", "mlp1-official-init", "mlp2");
    private static final Path RESOURCES = Path.of("src", "test", "resources", "golden");

    /** Sums in another order than the CPU's, and the simulator's worst-case rounding of approximate instructions. */
    static final double SLACK = 4;

    static List<String> files() {
        return FILES;
    }

    @ParameterizedTest
    @MethodSource("files")
    void theStepIsTheAuthorsStep(String name) throws IOException {
        try (Backend backend = Backends.open(Device.parse("sim"), 1)) {
            GoldenStep.check(backend, file(name), SLACK);
        }
    }

    @Test
    void soItIsThroughJCudaAndItsNativeLibrary() throws Exception {
        Object[] files = FILES.stream().map(name -> file(name).toAbsolutePath()).toArray();
        ChildJvm.Result result = Trampoline.run(StepThroughJCuda.class, files);
        assertEquals(0, result.exit(), result.output());
    }

    private static Path file(String name) {
        return RESOURCES.resolve("train-step-" + name + ".safetensors");
    }
}
