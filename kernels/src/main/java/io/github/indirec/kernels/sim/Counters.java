package io.github.indirec.kernels.sim;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a launch did, counted by the simulator: a model of a card, not measurements.
 *
 * <p>A request is one memory instruction of one warp. A sector is 32
 * bytes of global memory, counted once a request that touches it, caches aside; a wavefront is one pass through the 32
 * banks of shared memory. The ideal of either is the least number that could hold the distinct bytes asked for.
 *
 * @param instructions executed by warps, by class; see {@link InstructionClass}
 * @param threadInstructions instructions executed by single threads
 * @param fmas fused multiply-adds of single threads, f32 and f64
 * @param divergentBranches branches at which lanes of a warp parted
 * @param barriers barriers of whole blocks, counted for each warp
 * @param localRequests requests to local memory: spills and arrays that are not in registers
 */
public record Counters(
        Map<InstructionClass, Long> instructions,
        long threadInstructions,
        long fmas,
        long divergentBranches,
        long barriers,
        long loadRequests,
        long loadSectors,
        long loadIdealSectors,
        long loadBytes,
        long storeRequests,
        long storeSectors,
        long storeIdealSectors,
        long storeBytes,
        long sharedRequests,
        long sharedWavefronts,
        long sharedIdealWavefronts,
        long localRequests) {
    public Counters {
        instructions = Map.copyOf(instructions);
    }

    static Counters of(KernelCode code, Profile profile, Traffic traffic) {
        Map<InstructionClass, Long> classes = new TreeMap<>();
        long threads = 0;
        long fmas = 0;
        long divergent = 0;
        for (Instruction instruction : code.instructions()) {
            int i = instruction.index;
            if (profile.warps[i] == 0) {
                continue;
            }
            String opcode = instruction.source.opcode();
            classes.merge(InstructionClass.of(opcode), profile.warps[i], Long::sum);
            threads += profile.threads[i];
            divergent += profile.divergent[i];
            fmas += opcode.startsWith("fma.") ? profile.threads[i] : 0;
        }
        return new Counters(
                classes,
                threads,
                fmas,
                divergent,
                classes.getOrDefault(InstructionClass.BARRIER, 0L),
                traffic.loadRequests,
                traffic.loadSectors,
                traffic.loadIdeal,
                traffic.loadBytes,
                traffic.storeRequests,
                traffic.storeSectors,
                traffic.storeIdeal,
                traffic.storeBytes,
                traffic.sharedRequests,
                traffic.sharedWavefronts,
                traffic.sharedIdeal,
                traffic.localRequests);
    }

    /** Instructions of all warps. */
    public long warpInstructions() {
        return instructions.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Sectors moved for one sector that would do; 1 if nothing was moved. */
    public double sectorsPerIdeal() {
        long ideal = loadIdealSectors + storeIdealSectors;
        return ideal == 0 ? 1 : (double) (loadSectors + storeSectors) / ideal;
    }

    /** Wavefronts for each request to shared memory; 0 without requests. */
    public double wavefrontsPerRequest() {
        return sharedRequests == 0 ? 0 : (double) sharedWavefronts / sharedRequests;
    }

    /** A table for people. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "counted by the simulator (a model, not a measurement):%n"
                        + "  instructions %d by warps, %d by threads; fma %d; by class %s%n"
                        + "  divergent branches %d, block barriers %d%n"
                        + "  global loads: %d requests, %d sectors (ideal %d), %d bytes%n"
                        + "  global stores: %d requests, %d sectors (ideal %d), %d bytes%n"
                        + "  shared: %d requests, %d wavefronts (ideal %d); local: %d requests",
                warpInstructions(),
                threadInstructions,
                fmas,
                new TreeMap<>(instructions),
                divergentBranches,
                barriers,
                loadRequests,
                loadSectors,
                loadIdealSectors,
                loadBytes,
                storeRequests,
                storeSectors,
                storeIdealSectors,
                storeBytes,
                sharedRequests,
                sharedWavefronts,
                sharedIdealWavefronts,
                localRequests);
    }
}
