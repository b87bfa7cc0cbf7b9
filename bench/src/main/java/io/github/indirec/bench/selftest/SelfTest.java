package io.github.indirec.bench.selftest;

import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs every op on a device and on the scalar CPU kernels, compares the results, and takes times. */
final class SelfTest {
    /** A call is repeated for about this long. */
    private static final long NANOS = 200_000_000L;

    private static final int MOST_CALLS = 2_000;

    private final Backend device;
    private final Backend specification;
    private final boolean timed;

    /**
     * @param specification the scalar CPU kernels
     * @param timed whether times mean anything on the device
     */
    SelfTest(Backend device, Backend specification, boolean timed) {
        this.device = device;
        this.specification = specification;
        this.timed = timed;
    }

    /** All cases at a scale, in the order of the op families. */
    static List<OpCase> cases(Scale scale) {
        List<OpCase> cases = new ArrayList<>(StreamingCases.of(scale));
        cases.addAll(GatheringCases.of(scale));
        cases.addAll(LossCases.of(scale));
        return cases;
    }

    /** Runs cases one after another; {@code done} sees each result. */
    List<OpResult> run(List<OpCase> cases, Consumer<OpResult> done) {
        List<OpResult> results = new ArrayList<>();
        for (OpCase op : cases) {
            OpResult result = run(op);
            results.add(result);
            done.accept(result);
        }
        return results;
    }

    private OpResult run(OpCase op) {
        Map<String, float[]> expected;
        try (Operands operands = new Operands(specification)) {
            op.body().prepare(operands).run();
            expected = operands.results();
        }
        long bytes = 0;
        try (Operands operands = new Operands(device)) {
            Runnable call = op.body().prepare(operands);
            bytes = operands.bytes();
            call.run();
            double error = 0;
            Map<String, float[]> actual = operands.results();
            for (String name : expected.keySet()) {
                double distance = distance(expected.get(name), actual.get(name));
                if (!(distance <= op.tolerance())) {
                    String failure = name + " differs by " + distance + " of its largest value, expected at most "
                            + op.tolerance();
                    return new OpResult(op, bytes, distance, failure, Double.NaN);
                }
                error = Math.max(error, distance);
            }
            return new OpResult(op, bytes, error, null, timed ? micros(call) : Double.NaN);
        } catch (RuntimeException e) {
            return new OpResult(op, bytes, Double.NaN, e.toString(), Double.NaN);
        }
    }

    /** Largest difference over the largest value; infinite where one is not a number and the other is. */
    private static double distance(float[] expected, float[] actual) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToIntBits(expected[i]) == Float.floatToIntBits(actual[i])) {
                continue;
            }
            double d = Math.abs((double) expected[i] - actual[i]);
            difference = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(difference, d);
        }
        for (float e : expected) {
            largest = Math.max(largest, Math.abs(e));
        }
        return difference == 0 ? 0 : difference / Math.max(largest, Float.MIN_NORMAL);
    }

    /** Microseconds of a call among many, waited for once: what a training step sees of it. */
    private double micros(Runnable call) {
        try (Tensor token = device.allocate(DType.F32, Shape.of(1))) {
            device.elementwise().fill(token, 0);
            repeat(call, token);
            return repeat(call, token);
        }
    }

    /** Microseconds of a call; the first round warms the compiler and the caches. */
    private static double repeat(Runnable call, Tensor token) {
        int calls = 0;
        long begin = System.nanoTime();
        do {
            call.run();
            calls++;
            if ((calls & calls - 1) == 0) {
                wait(token);
            }
        } while (calls < MOST_CALLS && System.nanoTime() - begin < NANOS);
        wait(token);
        return (System.nanoTime() - begin) / 1e3 / calls;
    }

    /** One stream: what was asked before this copy has been done after it. */
    private static void wait(Tensor token) {
        token.toFloats();
    }
}
