package io.github.indirec.bench.selftest;

import io.github.indirec.kernels.CudaBackend;
import io.github.indirec.kernels.sim.LaunchResult;
import io.github.indirec.kernels.sim.SimulatedDriver;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the simulator counts while it runs every op once.
 *
 * @param kernels by kernel, over all its launches
 * @param ops by op, over all its kernels
 */
record KernelCounts(Map<String, Count> kernels, List<OpCount> ops) {
    /** Large enough that edges do not decide, small enough to be simulated in seconds. */
    static final Scale SCALE = new Scale(16, 50, 9, 64, 2, 515, 256, 64, 20);

    /** Sums over launches, in the units of {@link io.github.indirec.kernels.sim.Counters}. */
    static final class Count {
        int threads;
        int launches;
        long instructions;
        long divergent;
        long sectors;
        long idealSectors;
        long sharedRequests;
        long wavefronts;

        private void add(LaunchResult launch) {
            var c = launch.counters();
            threads = launch.size().blockX() * launch.size().blockY() * launch.size().blockZ();
            launches++;
            instructions += c.warpInstructions();
            divergent += c.divergentBranches();
            sectors += c.loadSectors() + c.storeSectors();
            idealSectors += c.loadIdealSectors() + c.storeIdealSectors();
            sharedRequests += c.sharedRequests();
            wavefronts += c.sharedWavefronts();
        }
    }

    /**
     * One op.
     *
     * @param launches kernels that it started
     * @param moved bytes of the sectors that its kernels touched, caches aside
     * @param least bytes of its operands, each moved once
     */
    record OpCount(String op, int launches, long moved, long least) {}

    private static final int SECTOR = 32;

    static KernelCounts count() {
        Map<String, Count> kernels = new LinkedHashMap<>();
        List<OpCount> ops = new ArrayList<>();
        SimulatedDriver driver = new SimulatedDriver();
        try (Backend backend = CudaBackend.open(driver, Device.parse("sim"), true)) {
            driver.record(true);
            for (OpCase op : SelfTest.cases(SCALE)) {
                try (Operands operands = new Operands(backend)) {
                    Runnable call = op.body().prepare(operands);
                    driver.results();
                    call.run();
                    long moved = 0;
                    List<LaunchResult> launches = driver.results();
                    for (LaunchResult launch : launches) {
                        kernels.computeIfAbsent(launch.kernel(), k -> new Count()).add(launch);
                        moved += SECTOR * (launch.counters().loadSectors() + launch.counters().storeSectors());
                    }
                    ops.add(new OpCount(op.name(), launches.size(), moved, operands.bytes()));
                }
            }
        }
        return new KernelCounts(kernels, ops);
    }
}
