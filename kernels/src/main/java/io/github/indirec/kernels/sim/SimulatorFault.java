package io.github.indirec.kernels.sim;

/** A launch that was broken off because of a report. */
public final class SimulatorFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Report report;

    SimulatorFault(Report report) {
        super(report.toString());
        this.report = report;
    }

    /** What was wrong. */
    public Report report() {
        return report;
    }
}
