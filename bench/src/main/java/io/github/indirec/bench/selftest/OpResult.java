package io.github.indirec.bench.selftest;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one case gave on one device.
 *
 * @param error largest difference from the scalar CPU kernels, over the largest value; NaN where the op failed
 * @param failure what went wrong, null if nothing did
 * @param micros time of a call, NaN where it was not taken
 */
record OpResult(OpCase op, long bytes, double error, String failure, double micros) {
    boolean passed() {
        return failure == null;
    }

    Map<String, Object> asJson() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("op", op.name());
        object.put("passed", passed());
        if (failure != null) {
            object.put("failure", failure);
        }
        if (!Double.isNaN(error)) {
            object.put("error", error);
        }
        object.put("tolerance", op.tolerance());
        object.put("least_bytes", bytes);
        object.put("flops", op.flops());
        if (!Double.isNaN(micros)) {
            object.put("micros", micros);
        }
        Map<String, Object> least = new LinkedHashMap<>();
        for (Card card : Card.ALL) {
            least.put(card.name(), card.leastMicros(bytes, op.flops()));
        }
        object.put("least_micros_by_data_sheet", least);
        return object;
    }
}
