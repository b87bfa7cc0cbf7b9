package io.github.indirec.kernels.sim;

/** Errors of the .approx instructions: as large as allowed, up or down by the seed and the value itself. */
final class Noise {
    private boolean on;
    private long seed;

    /** From the next launch on. */
    void set(boolean on, long seed) {
        this.on = on;
        this.seed = seed;
    }

    boolean on() {
        return on;
    }

    /**
     * The float nearest to value plus or minus bound. The same value always errs the same way under a seed, as it does
     * on a card: results stay reproducible, and independent of the schedule.
     */
    float shift(double value, double bound) {
        if (bound == 0 || Double.isInfinite(value) || value != value) {
            return (float) value;
        }
        long hash = (Double.doubleToRawLongBits(value) ^ seed) * 0x9e3779b97f4a7c15L;
        hash = (hash ^ hash >>> 32) * 0xd6e8feb86659fd93L;
        return (float) (hash < 0 ? value - bound : value + bound);
    }
}
