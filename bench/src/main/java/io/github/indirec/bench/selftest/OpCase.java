package io.github.indirec.bench.selftest;

/**
 * One op at one size.
 *
 * @param name family and op, as in {@code norm.layerNorm}
 * @param flops floating-point operations that it needs, 0 where memory alone decides
 * @param tolerance of the results, times the largest value of each
 * @param body makes the operands, and returns the call that is checked and timed
 */
record OpCase(String name, long flops, double tolerance, Body body) {
    /** Sums in another order, and approximate exponentials: a few units in the last place, more over long sums. */
    static final double ROUNDING = 2e-5;

    /** The same bits on every device. */
    static final double EXACT = 0;

    /** Prepares a case on a device. */
    @FunctionalInterface
    interface Body {
        Runnable prepare(Operands operands);
    }

    static OpCase of(String name, Body body) {
        return new OpCase(name, 0, ROUNDING, body);
    }

    static OpCase exact(String name, Body body) {
        return new OpCase(name, 0, EXACT, body);
    }

    static OpCase heavy(String name, long flops, Body body) {
        return new OpCase(name, flops, ROUNDING, body);
    }
}
