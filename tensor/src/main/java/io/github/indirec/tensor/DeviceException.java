package io.github.indirec.tensor;

/** A device is absent or failed; the message says which, what was asked of it, and what to do. */
public final class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DeviceException(String message) {
        super(message);
    }

    public DeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
