package io.github.indirec.tensor.cpu;

import java.util.Arrays;
import java.util.Optional;

/**
 * Our matrix product beside OpenBLAS's in one process: rounds of both take turns, so that a change of clock rate or a
 * neighbour's load meets both, and each is timed by its thread's own CPU time, which leaves out what other processes
 * take. The figure that counts is the median of the rounds' ratios.
 */
public final class GemmComparison {
    private static final int ROUNDS = 5;

    /** Long against the clock's microsecond, short against what a frequency governor does. */
    private static final long ROUND_NANOS = 30_000_000;

    /** How far below its goal a ratio still counts: the goals were set with this room for noise. */
    private static final double ALLOWANCE = 0.05;

    /**
     * What was measured of one shape.
     *
     * @param gflops ours, 10^9 floating-point operations a second of CPU time, median of the rounds
     * @param nativeGflops OpenBLAS's
     * @param ratio median of the rounds' ratios
     */
    public record Result(GemmShape shape, double gflops, double nativeGflops, double ratio) {
        /** Whether there is a goal and the ratio is at most 5 % below it. */
        public boolean reached() {
            return ratio >= shape.goal() * (1 - ALLOWANCE);
        }
    }

    private GemmComparison() {}

    /** Why there is nothing to compare with, or to compare; empty where all is there. */
    public static Optional<String> unavailable() {
        return VectorUnit.unavailable().or(OpenBlas::unavailable);
    }

    /** What in the environment makes the comparison worthless, with the remedy; empty for nothing. */
    public static Optional<String> misled() {
        return OpenBlas.misled();
    }

    /**
     * Checks and measures one shape; takes one or two seconds.
     *
     * @throws IllegalStateException when a result is wrong
     */
    public static Result measure(GemmShape shape) {
        GemmOperands operands = new GemmOperands(shape);
        ScalarGemm gemm = VectorUnit.gemm(true);
        float[] expected = operands.expected();
        Agreement.requireSameBits("vector " + shape.label(), expected, operands.result(gemm));
        try (OpenBlas openBlas = new OpenBlas(operands)) {
            Agreement.requireClose("OpenBLAS " + shape.label(), expected, openBlas.result());
            Runnable ours = () -> operands.multiply(gemm);
            Runnable theirs = openBlas::multiply;
            WarmUp.settle(ours);
            int times = callsOfARound(ours);
            int nativeTimes = callsOfARound(theirs);
            double[] nanos = new double[ROUNDS];
            double[] nativeNanos = new double[ROUNDS];
            double[] ratios = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                nanos[round] = WarmUp.nanosOfACall(ours, times);
                nativeNanos[round] = WarmUp.nanosOfACall(theirs, nativeTimes);
                ratios[round] = nativeNanos[round] / nanos[round];
            }
            return new Result(
                    shape, shape.flops() / median(nanos), shape.flops() / median(nativeNanos), median(ratios));
        }
    }

    /** From a few calls, which also fetch the operands into the cache. */
    private static int callsOfARound(Runnable product) {
        return (int) Math.max(1, Math.round(ROUND_NANOS / WarmUp.nanosOfACall(product, 3)));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
