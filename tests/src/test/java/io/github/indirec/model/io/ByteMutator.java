package io.github.indirec.model.io;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Assertions;

/**
 * Damages small valid files in seeded ways and checks that a reader answers each with success or a
 * {@link FormatException}, within bounds of memory and time.
 */
public final class ByteMutator {
    /** Allocation allowed a file: class loading and exception traces; the readers' budgets are the factor below. */
    private static final long BASE_BYTES = 16L << 20;

    private static final long FACTOR = 256;

    /** Far above what a small file needs, far below what a runaway loop takes. */
    private static final long LIMIT_NANOS = 5_000_000_000L;

    /** Numbers that sit at the edges of lengths and counts. */
    private static final int[] EDGES = {0, 1, 0x7f, 0x80, 0xff, '\n', ' ', '0', '9', '-', '"', '{', ']', '.', '('};

    /** Reads one file. */
    @FunctionalInterface
    public interface Reader {
        void read(byte[] file) throws Exception;
    }

    private ByteMutator() {}

    /** Tries {@code cases} damaged versions of {@code valid}; the failure message names the seed of the case. */
    public static int countRefusals(byte[] valid, int cases, long seed, Reader reader) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        int refusals = 0;
        for (int i = 0; i < cases; i++) {
            byte[] damaged = mutate(valid, new Random(seed + i));
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            try {
                reader.read(damaged);
            } catch (FormatException e) {
                refusals++;
                Assertions.assertFalse(e.getMessage().contains("\n"), "one line: " + e.getMessage());
            } catch (Throwable e) {
                throw new AssertionError("seed " + (seed + i) + ": expected success or FormatException", e);
            }
            String where = "seed " + (seed + i);
            Assertions.assertTrue(System.nanoTime() - start < LIMIT_NANOS, where + ": too slow");
            allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
            Assertions.assertTrue(allocated < BASE_BYTES + FACTOR * damaged.length, where + ": allocated " + allocated);
        }
        return refusals;
    }

    private static byte[] mutate(byte[] valid, Random random) {
        byte[] file = valid.clone();
        for (int n = 1 + random.nextInt(4); n > 0 && file.length > 0; n--) {
            int at = random.nextInt(file.length);
            switch (random.nextInt(7)) {
                case 0 -> file[at] = (byte) random.nextInt(256);
                case 1 -> file[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> file[at] = (byte) EDGES[random.nextInt(EDGES.length)];
                case 3 -> file = Arrays.copyOf(file, at);
                case 4 -> file = splice(file, at, 1 + random.nextInt(16), 0, random);
                case 5 -> file = splice(file, at, 0, 1 + random.nextInt(16), random);
                default -> Arrays.fill(file, at, Math.min(file.length, at + 1 + random.nextInt(8)), (byte) 0xff);
            }
        }
        return file;
    }

    /** Takes bytes out, or repeats bytes from elsewhere. */
    private static byte[] splice(byte[] file, int at, int out, int in, Random random) {
        int rest = Math.min(file.length, at + out);
        byte[] result = new byte[at + in + file.length - rest];
        System.arraycopy(file, 0, result, 0, at);
        for (int i = 0; i < in; i++) {
            result[at + i] = file[random.nextInt(file.length)];
        }
        System.arraycopy(file, rest, result, at + in, file.length - rest);
        return result;
    }
}
