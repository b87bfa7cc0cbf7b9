package io.github.indirec.kernels.sim;

import io.github.indirec.kernels.driver.DriverStatus;

/** What can be wrong with a kernel, and the status with which a driver would answer. */
public enum ReportKind {
    /** Access to memory that is no part of any allocation, or of the wrong kind. */
    ILLEGAL_ADDRESS(DriverStatus.ILLEGAL_ADDRESS, true),
    /** An address that is not a multiple of the size of the access. */
    MISALIGNED_ADDRESS(DriverStatus.MISALIGNED_ADDRESS, true),
    /** The instruction trap was executed. */
    TRAP(DriverStatus.LAUNCH_FAILED, true),
    /** The launch ran more instructions than the options allow. */
    TIMEOUT(DriverStatus.LAUNCH_TIMEOUT, true),
    /** Threads wait for others that never come. */
    DEADLOCK(DriverStatus.LAUNCH_TIMEOUT, true),
    /** A block barrier that only some of the living threads reach. */
    BARRIER_DIVERGENCE(DriverStatus.LAUNCH_FAILED, false),
    /** A shuffle, vote, match or warp barrier whose mask is wrong, or a shuffle of a lane that is not there. */
    INACTIVE_LANE(DriverStatus.LAUNCH_FAILED, false),
    /** A result, an address or a branch depends on a value that nobody wrote. */
    UNINITIALISED(DriverStatus.LAUNCH_FAILED, false),
    /** Two threads access the same bytes, at least one writes, and nothing orders them. */
    RACE(DriverStatus.LAUNCH_FAILED, false);

    private final DriverStatus status;
    private final boolean fatal;

    ReportKind(DriverStatus status, boolean fatal) {
        this.status = status;
        this.fatal = fatal;
    }

    /** The status that a launch with such a report ends with. */
    public DriverStatus status() {
        return status;
    }

    /** Whether a launch cannot go on after it, whatever the options say. */
    public boolean fatal() {
        return fatal;
    }
}
