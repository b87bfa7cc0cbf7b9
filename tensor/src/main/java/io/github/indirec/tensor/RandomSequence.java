package io.github.indirec.tensor;

import io.github.indirec.tensor.cpu.FloatMath;

/**
 * Random numbers one after another, for shuffles, sampling and initial values: the words of one {@link RandomKey} in
 * order.
 *
 * <p>A sequence made again from the same key starts again, so that what is to be drawn twice alike needs no saved
 * state, only its key. The first normal numbers are those that
 * {@link io.github.indirec.tensor.spi.RandomKernels#normal} puts into row 0. Confined to one thread at a time.
 */
public final class RandomSequence {
    private static final int BUFFER = 64;
    private static final long LOW = 0xffffffffL;

    private final RandomKey key;
    private final int[] buffer = new int[BUFFER];
    private int next = BUFFER;
    private int row;
    private int unit;
    private float pendingGaussian;
    private boolean hasPendingGaussian;

    /** The sequence of {@code key}, from its start. */
    public RandomSequence(RandomKey key) {
        this.key = key;
    }

    /** A number of [0, bound), each equally likely (Lemire, "Fast random integer generation in an interval", 2019). */
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException(
                    "RandomSequence.nextInt: expected a bound of at least 1, found " + bound);
        }
        long product = (nextWord() & LOW) * bound;
        if ((product & LOW) < bound) {
            // 2^32 mod bound of the words are one too many for some result; those are drawn again.
            long surplus = (1L << 32) % bound;
            while ((product & LOW) < surplus) {
                product = (nextWord() & LOW) * bound;
            }
        }
        return (int) (product >>> 32);
    }

    /** A multiple of 2^-24 in [0, 1), each equally likely. */
    public float nextFloat() {
        return Philox.uniform(nextWord());
    }

    /** A standard normal number, by Box and Muller (1958); two numbers use two words. */
    public float nextGaussian() {
        if (hasPendingGaussian) {
            hasPendingGaussian = false;
            return pendingGaussian;
        }
        float u = ((nextWord() >>> 8) + 1) * 0x1p-24f;
        float turn = Philox.uniform(nextWord());
        float radius = (float) Math.sqrt(-2f * FloatMath.log(u));
        pendingGaussian = radius * FloatMath.sinTwoPi(turn);
        hasPendingGaussian = true;
        return radius * FloatMath.cosTwoPi(turn);
    }

    /** Puts the values into a random order, each equally likely (Fisher and Yates). */
    public void shuffle(int[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = nextInt(i + 1);
            int value = values[i];
            values[i] = values[j];
            values[j] = value;
        }
    }

    private int nextWord() {
        if (next == BUFFER) {
            // A row has 2^31 units; a longer sequence goes on in the next one.
            Philox.words(key, row, unit, BUFFER, buffer, 0);
            next = 0;
            unit += BUFFER;
            if (unit < 0) {
                unit = 0;
                row++;
            }
        }
        return buffer[next++];
    }
}
