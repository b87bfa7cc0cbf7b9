package io.github.indirec.kernels.driver;

/** A driver call that did not succeed. */
public final class DriverException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * @param call name of the driver function, as in cuMemAlloc
     * @param status CUresult
     * @param detail what more is known, empty if nothing
     */
    public DriverException(String call, int status, String detail) {
        super(call + " returned " + DriverStatus.describe(status) + (detail.isEmpty() ? "" : ": " + detail));
        this.status = status;
    }

    /** CUresult of the call; see {@link DriverStatus}. */
    public int status() {
        return status;
    }
}
