package io.github.indirec.kernels.sim;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every opcode gives what was worked out by hand. */
@Tag("simulated")
class OpcodeTest {
    static List<OpcodeVector> vectors() {
        return OpcodeVectors.all();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void givesWhatWasWorkedOutByHand(OpcodeVector vector) {
        VectorRunner.run(vector);
    }
}
