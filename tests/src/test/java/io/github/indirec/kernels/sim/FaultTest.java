package io.github.indirec.kernels.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every planted fault is reported for its reason, under every order of warps and blocks; its clean twin is not. */
@Tag("simulated")
class FaultTest {
    private static final int SEEDS = 6;

    static List<FaultyKernel> kernels() {
        List<FaultyKernel> all = new ArrayList<>();
        all.addAll(MemoryFaults.all());
        all.addAll(UndefinedFaults.all());
        all.addAll(WarpFaults.all());
        all.addAll(SharedRaces.all());
        all.addAll(GlobalRaces.all());
        return all;
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void aFaultIsReportedForItsReason(FaultyKernel kernel) {
        for (int seed = 0; seed < SEEDS; seed++) {
            List<Report> reports = kernel.run(true, seed);
            String found = "seed " + seed + ": " + reports;
            assertTrue(!reports.isEmpty(), found);
            for (Report report : reports) {
                assertEquals(kernel.expected(), report.kind(), found);
            }
            assertTrue(reports.stream().anyMatch(r -> r.instruction().contains(kernel.place())), found);
            assertTrue(reports.stream().anyMatch(r -> r.sentence().contains(kernel.words())), found);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void itsCleanTwinIsNot(FaultyKernel kernel) {
        for (int seed = 0; seed < SEEDS; seed++) {
            assertEquals(List.of(), kernel.run(false, seed), "seed " + seed);
        }
    }
}
