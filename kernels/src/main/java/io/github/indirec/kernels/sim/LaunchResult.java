package io.github.indirec.kernels.sim;

import java.util.List;

/**
 * What a launch did.
 *
 * @param kernel name of the kernel
 * @param reports what was wrong, empty if nothing
 */
public record LaunchResult(String kernel, LaunchSize size, List<Report> reports) {
    public LaunchResult {
        reports = List.copyOf(reports);
    }
}
