package io.github.indirec.model.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures of an epoch while it runs, by name; their means are reported. Part of the training state, so that an epoch
 * interrupted half-way reports the same numbers when it is resumed.
 */
public final class EpochMeans {
    private static final String SUM = "sum.";
    private static final String COUNT = "count.";

    private static final class Mean {
        private double sum;
        private double count;
    }

    private final Map<String, Mean> means = new TreeMap<>();

    /** One more value of a measure. */
    public void add(String measure, double value) {
        Mean mean = means.computeIfAbsent(measure, name -> new Mean());
        mean.sum += value;
        mean.count++;
    }

    /** The mean of each measure, in the order of their names. */
    Map<String, Double> toMap() {
        Map<String, Double> map = new LinkedHashMap<>();
        means.forEach((name, mean) -> map.put(name, mean.sum / mean.count));
        return map;
    }

    /** As hexadecimal doubles: exact, and the same text on every JDK. */
    Map<String, String> toMetadata() {
        Map<String, String> map = new LinkedHashMap<>();
        means.forEach((name, mean) -> {
            map.put(SUM + name, Double.toHexString(mean.sum));
            map.put(COUNT + name, Double.toHexString(mean.count));
        });
        return map;
    }

    static EpochMeans fromMetadata(Map<String, String> metadata) {
        EpochMeans restored = new EpochMeans();
        metadata.forEach((key, value) -> {
            if (key.startsWith(SUM)) {
                String name = key.substring(SUM.length());
                Mean mean = new Mean();
                mean.sum = Double.parseDouble(value);
                mean.count = Double.parseDouble(metadata.get(COUNT + name));
                restored.means.put(name, mean);
            }
        });
        return restored;
    }
}
