package io.github.indirec.bench.selftest;

import io.github.indirec.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs every op on a device and on the scalar CPU kernels, compares the results, and takes times. */
final class SelfTest {
    private final Backend device;
    private final Backend specification;
    private final boolean timed;
    private final CallTimer timer;

    /**
     * @param specification the scalar CPU kernels
     * @param timed whether times mean anything on the device
     */
    SelfTest(Backend device, Backend specification, boolean timed) {
        this.device = device;
        this.specification = specification;
        this.timed = timed;
        this.timer = new CallTimer(device, CallTimer.NANOS);
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
            return new OpResult(op, bytes, error, null, timed ? timer.micros(call) : Double.NaN);
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
}
