package io.github.indirec.kernels.sim;

/**
 * How kernels are simulated.
 *
 * @param seed of the order of blocks and warps, of the points at which warps are switched, and of the noise
 * @param noise whether the .approx instructions err as far as NVIDIA's manual allows, in a direction chosen by the seed
 * @param checks whether uninitialised values and races are looked for; illegal addresses and diverging barriers always
 *     are
 * @param counting whether memory requests are counted; instructions always are
 * @param throwing whether the first report ends the launch by a {@link SimulatorFault}; otherwise reports are collected
 * @param instructionLimit greatest number of instructions of all warps in one launch
 */
public record SimulatorOptions(
        long seed, boolean noise, boolean checks, boolean counting, boolean throwing, long instructionLimit) {
    /** Seed 0, no noise, everything checked and counted, reports thrown, at most 4e9 instructions. */
    public static final SimulatorOptions DEFAULT = new SimulatorOptions(0, false, true, true, true, 4_000_000_000L);

    public SimulatorOptions withSeed(long value) {
        return new SimulatorOptions(value, noise, checks, counting, throwing, instructionLimit);
    }

    public SimulatorOptions withNoise(boolean value) {
        return new SimulatorOptions(seed, value, checks, counting, throwing, instructionLimit);
    }

    public SimulatorOptions withChecks(boolean value) {
        return new SimulatorOptions(seed, noise, value, counting, throwing, instructionLimit);
    }

    public SimulatorOptions withCounting(boolean value) {
        return new SimulatorOptions(seed, noise, checks, value, throwing, instructionLimit);
    }

    public SimulatorOptions withThrowing(boolean value) {
        return new SimulatorOptions(seed, noise, checks, counting, value, instructionLimit);
    }

    public SimulatorOptions withInstructionLimit(long value) {
        return new SimulatorOptions(seed, noise, checks, counting, throwing, value);
    }
}
