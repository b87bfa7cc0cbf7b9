package io.github.indirec.kernels.sim;

/** What the arithmetic of foreign/clean.cu gives, in Java. */
final class ForeignResults {
    private ForeignResults() {}

    /** The kernel {@code ints}. */
    static int[] ints(int a, int b) {
        int distance = b & 31;
        long pair = (long) b << 32 | a & 0xffffffffL;
        return new int[] {
            a / b,
            a % b,
            Integer.divideUnsigned(a, b),
            Integer.remainderUnsigned(a, b),
            a / 7,
            a % 7,
            Integer.divideUnsigned(a, 10),
            Integer.remainderUnsigned(a, 1000),
            Integer.bitCount(a) + 100 * Integer.numberOfLeadingZeros(a) + 10000 * first(a),
            Integer.reverse(a),
            // Bytes 0, 4, 2 and 6 of the two, lowest first.
            a & 0xff | (b & 0xff) << 8 | (a >>> 16 & 0xff) << 16 | (b >>> 16 & 0xff) << 24,
            (int) (pair << distance >>> 32),
            (int) (pair >>> 7),
            dot(a, b) + 5,
            (int) ((long) a * b >> 32),
            (int) ((a & 0xffffffffL) * (b & 0xffffffffL) >>> 32)
        };
    }

    private static int first(int a) {
        return a == 0 ? 0 : Integer.numberOfTrailingZeros(a) + 1;
    }

    private static int dot(int a, int b) {
        int sum = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            sum += (byte) (a >> shift) * (byte) (b >> shift);
        }
        return sum;
    }

    /** The kernel {@code longs}. */
    static long[] longs(long a, long b) {
        return new long[] {
            a * b,
            a / b,
            a % b,
            Long.divideUnsigned(a, b),
            Long.remainderUnsigned(a, b),
            a << b,
            a >> b,
            a >>> b,
            Math.multiplyHigh(a, b),
            Long.bitCount(a) + 100 * Long.numberOfLeadingZeros(a) + 10000 * (Long.numberOfTrailingZeros(a) + 1),
            Long.reverse(a),
            Math.min(a, b)
        };
    }

    /** One function of the kernel {@code functions}, in float64; null where Java has none. */
    static Double function(int which, float a, float b) {
        double size = Math.abs(a);
        return switch (which) {
            case 0 -> Math.sin(Math.PI * a);
            case 1 -> Math.cos(Math.PI * a);
            case 2 -> Math.exp(a);
            case 3 -> Math.log(size);
            case 4 -> Math.pow(size, b);
            case 6 -> Math.tanh(a);
            case 7 -> 1 / Math.sqrt(size);
            case 8 -> (double) a % b;
            case 9 -> Math.sqrt(size);
            case 10 -> (double) a / b;
            case 11 -> Math.rint(a);
            case 12 -> Math.log1p(size);
            case 13 -> Math.expm1(a);
            case 14 -> Math.atan(a);
            case 15 -> Math.cbrt(a);
            case 16 -> Math.sin(1000000f * a);
            case 17 -> Math.cos(a);
            case 18 -> Math.hypot(a, b);
            case 19 -> Math.copySign(Math.floor(size + 0.5), a);
            default -> null;
        };
    }
}
