package io.github.indirec.bench.selftest;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;

/**
 * Times calls on a device that works behind the caller's back: a call among many, waited for once, is what a training
 * step sees of it.
 */
final class CallTimer {
    /** A call is repeated for about this long. */
    static final long NANOS = 200_000_000L;

    private static final int MOST_CALLS = 2_000;

    private final Backend device;
    private final long nanos;

    /** @param nanos how long a call is repeated, about */
    CallTimer(Backend device, long nanos) {
        this.device = device;
        this.nanos = nanos;
    }

    /** Microseconds of a call, after a round that warms the compiler and the caches. */
    double micros(Runnable call) {
        try (Tensor token = device.allocate(DType.F32, Shape.of(1))) {
            device.elementwise().fill(token, 0);
            repeat(call, token);
            return repeat(call, token);
        }
    }

    private double repeat(Runnable call, Tensor token) {
        int calls = 0;
        long begin = System.nanoTime();
        do {
            call.run();
            calls++;
            if ((calls & calls - 1) == 0) {
                await(token);
            }
        } while (calls < MOST_CALLS && System.nanoTime() - begin < nanos);
        await(token);
        return (System.nanoTime() - begin) / 1e3 / calls;
    }

    /** One stream: what was asked before this copy has been done after it. */
    private static void await(Tensor token) {
        token.toFloats();
    }
}
