package io.github.indirec.tensor;

/**
 * The address of a field of random numbers: who draws, and when. Together with a row and a unit it names one Philox
 * word, whatever was drawn before it, so that packed and padded batches, one thread and eight, a fresh and a resumed
 * run see the same numbers.
 *
 * @param seed master seed of the run
 * @param stream purpose, layer and site, packed by the caller into one number; distinct sites need distinct numbers
 * @param step training step, or epoch
 */
public record RandomKey(long seed, int stream, int step) {
    /** The same place at another site. */
    public RandomKey withStream(int stream) {
        return new RandomKey(seed, stream, step);
    }
}
