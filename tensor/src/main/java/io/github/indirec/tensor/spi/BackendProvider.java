package io.github.indirec.tensor.spi;

import io.github.indirec.tensor.Device;
import java.util.Optional;

/** Service entry of a backend, found by {@link java.util.ServiceLoader}. */
public interface BackendProvider {
    /** Device kind that this provider serves, as in {@link Device#kind}. */
    String kind();

    /** Empty when the device can be opened here, otherwise the reason why not and what would help. */
    Optional<String> unavailable();

    /** Whether {@code --device auto} may take it; false of what is to be asked for by name, such as a simulator. */
    default boolean automatic() {
        return true;
    }

    /**
     * Opens a device.
     *
     * @param threads threads that the backend may use on the host, at least 1
     */
    Backend open(Device device, int threads);
}
