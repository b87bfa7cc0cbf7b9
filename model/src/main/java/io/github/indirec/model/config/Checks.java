package io.github.indirec.model.config;

/** Range checks of settings; messages name the key, the value found and what is expected. */
public final class Checks {
    private Checks() {}

    public static void range(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " is " + value + ", expected " + min + " to " + max);
        }
    }

    public static void range(String key, double value, double min, double max) {
        if (!(value >= min && value <= max)) {
            throw new IllegalArgumentException(key + " is " + value + ", expected " + min + " to " + max);
        }
    }

    /** A rate of zeroing: 0 included, 1 not. */
    public static void rate(String key, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(key + " is " + value + ", expected 0 <= rate < 1");
        }
    }

    public static void positive(String key, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(key + " is " + value + ", expected a number above 0");
        }
    }

    public static void choice(String key, Object value) {
        if (value == null) {
            throw new IllegalArgumentException(key + " is missing");
        }
    }
}
