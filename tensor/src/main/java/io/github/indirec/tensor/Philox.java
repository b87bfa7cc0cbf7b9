package io.github.indirec.tensor;

/**
 * The random bits of everything: Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
 *
 * <p>A pure function of its address, so that no result depends on the order or the number of draws. The word of (key,
 * row, unit) is word {@code unit mod 4} of the block whose counter is ({@code unit / 4}, row, stream, step) and whose
 * key is (low half of the seed, high half of the seed). Thread-safe.
 */
public final class Philox {
    /** Multipliers and key increments of the paper. */
    public static final int M0 = 0xD2511F53;

    public static final int M1 = 0xCD9E8D57;
    public static final int W0 = 0x9E3779B9;
    public static final int W1 = 0xBB67AE85;

    private static final int ROUNDS = 10;
    private static final int BLOCK = 4;
    private static final long LOW = 0xffffffffL;

    private Philox() {}

    /** The random word at (key, row, unit); all 32 bits are random. {@code unit} is at least 0. */
    public static int word(RandomKey key, int row, int unit) {
        int[] block = new int[BLOCK];
        block(unit >>> 2, row, key.stream(), key.step(), (int) key.seed(), (int) (key.seed() >>> 32), block, 0);
        return switch (unit & 3) {
            case 0 -> block[0];
            case 1 -> block[1];
            case 2 -> block[2];
            default -> block[3];
        };
    }

    /**
     * Writes the words of {@code count} units of a row from {@code firstUnit} on, the same as {@link #word} gives.
     *
     * @param firstUnit at least 0; whole blocks are cheapest, that is multiples of 4
     */
    public static void words(RandomKey key, int row, int firstUnit, int count, int[] out, int outOffset) {
        int i = 0;
        for (; i < count && ((firstUnit + i) & 3) != 0; i++) {
            out[outOffset + i] = word(key, row, firstUnit + i);
        }
        int k0 = (int) key.seed();
        int k1 = (int) (key.seed() >>> 32);
        for (; i <= count - BLOCK; i += BLOCK) {
            block((firstUnit + i) >>> 2, row, key.stream(), key.step(), k0, k1, out, outOffset + i);
        }
        for (; i < count; i++) {
            out[outOffset + i] = word(key, row, firstUnit + i);
        }
    }

    /** The upper 24 bits of a word as a number in [0, 1), each multiple of 2^-24 alike. */
    public static float uniform(int word) {
        return (word >>> 8) * 0x1p-24f;
    }

    /** One block: encrypts the counter (c0, c1, c2, c3) under the key (k0, k1). */
    static void block(int c0, int c1, int c2, int c3, int k0, int k1, int[] out, int offset) {
        for (int round = 0; round < ROUNDS; round++) {
            long p0 = (c0 & LOW) * (M0 & LOW);
            long p1 = (c2 & LOW) * (M1 & LOW);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c1 = (int) p1;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c3 = (int) p0;
            k0 += W0;
            k1 += W1;
        }
        out[offset] = c0;
        out[offset + 1] = c1;
        out[offset + 2] = c2;
        out[offset + 3] = c3;
    }
}
