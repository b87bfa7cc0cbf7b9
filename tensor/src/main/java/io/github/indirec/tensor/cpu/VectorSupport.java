package io.github.indirec.tensor.cpu;

import java.util.Optional;

/**
 * Whether the Vector API kernels can be used in this JVM, and if not, why not and what would help. Asked in order:
 * module in the boot layer, vector unit at least 256 bits wide, kernels loadable.
 */
final class VectorSupport {
    private static final String MODULE = "jdk.incubator.vector";
    static final String FLAG = "--add-modules " + MODULE;

    /** Narrowest vector that the kernels are written for. */
    private static final int MIN_BITS = 256;

    private VectorSupport() {}

    /** Empty when vector kernels run here, else the reason in one sentence. */
    static Optional<String> unavailable() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            return Optional.of("the Vector API is not enabled: start java with " + FLAG + " for several times the speed");
        }
        try {
            int bits = preferredBits();
            if (bits < MIN_BITS) {
                return Optional.of("this CPU's vectors have " + bits + " bits, the vector kernels need " + MIN_BITS);
            }
            return Optional.empty();
        } catch (ReflectiveOperationException | LinkageError e) {
            return Optional.of("the Vector API of this Java (" + Runtime.version() + ") does not fit: " + e);
        }
    }

    /** Width of the preferred float vector in bits. */
    static int preferredBits() throws ReflectiveOperationException {
        Object species = Class.forName("jdk.incubator.vector.FloatVector")
                .getField("SPECIES_PREFERRED")
                .get(null);
        return (int) Class.forName("jdk.incubator.vector.VectorSpecies")
                .getMethod("vectorBitSize")
                .invoke(species);
    }
}
