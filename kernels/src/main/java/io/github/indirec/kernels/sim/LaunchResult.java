package io.github.indirec.kernels.sim;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a launch did.
 *
 * @param kernel name of the kernel
 * @param reports what was wrong, empty if nothing
 * @param counters what was counted; zero for memory if counting was off
 * @param executions how often warps executed the instructions of each PTX line
 */
public record LaunchResult(
        String kernel, LaunchSize size, List<Report> reports, Counters counters, SortedMap<Integer, Long> executions) {
    public LaunchResult {
        reports = List.copyOf(reports);
        executions = Collections.unmodifiableSortedMap(new TreeMap<>(executions));
    }

    static LaunchResult of(Launch launch) {
        TreeMap<Integer, Long> executions = new TreeMap<>();
        for (Instruction instruction : launch.code.instructions()) {
            executions.merge(instruction.source.line(), launch.profile.warps[instruction.index], Long::sum);
        }
        return new LaunchResult(
                launch.code.name(),
                launch.size(),
                launch.reports(),
                Counters.of(launch.code, launch.profile, launch.traffic),
                executions);
    }
}
