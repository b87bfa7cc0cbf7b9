package io.github.indirec.model.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Flat settings, key to text, each with where its value comes from: defaults, a mode, a preset, a file, {@code --set}.
 * Later layers override earlier ones; keys are fixed by the defaults, so an unknown one is refused with the nearest
 * known. Immutable.
 */
public final class Settings {
    /** A value and its origin. */
    public record Setting(String value, String origin) {}

    private final Map<String, Setting> values;

    private Settings(Map<String, Setting> values) {
        this.values = values;
    }

    /** The first layer, which fixes the keys. */
    public static Settings defaults(Map<String, String> values, String origin) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        values.forEach((key, value) -> settings.put(key, new Setting(value, origin)));
        return new Settings(settings);
    }

    /**
     * These settings with some overridden.
     *
     * @throws IllegalArgumentException for an unknown key, with a suggestion
     */
    public Settings with(Map<String, String> overrides, String origin) {
        Map<String, Setting> settings = new LinkedHashMap<>(values);
        overrides.forEach((key, value) -> {
            if (!values.containsKey(key)) {
                throw new IllegalArgumentException(origin + ": there is no setting \"" + key + "\"; did you mean \""
                        + nearest(key, values.keySet()) + "\"?");
            }
            settings.put(key, new Setting(value.strip(), origin));
        });
        return new Settings(settings);
    }

    /** All settings in the order of the defaults. */
    public Map<String, Setting> all() {
        return new LinkedHashMap<>(values);
    }

    /** Keys and values, for a file that {@link #with} reads back. */
    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        values.forEach((key, setting) -> map.put(key, setting.value()));
        return map;
    }

    public String get(String key) {
        Setting setting = values.get(key);
        if (setting == null) {
            throw new IllegalArgumentException("there is no setting \"" + key + "\"");
        }
        return setting.value();
    }

    /**
     * Fills a record whose components are settings (name in snake_case) or records of such.
     *
     * @throws IllegalArgumentException when a value does not parse or is out of range; the message names key, value and
     *     origin
     */
    public <T extends Record> T toRecord(Class<T> type) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] arguments = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            arguments[i] = types[i].isRecord()
                    ? toRecord(types[i].asSubclass(Record.class))
                    : parse(snakeCase(components[i].getName()), types[i]);
        }
        try {
            return type.getDeclaredConstructor(types).newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException cause) {
                throw new IllegalArgumentException(withOrigin(cause.getMessage()), cause);
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object parse(String key, Class<?> type) {
        String text = get(key);
        try {
            if (type == int.class) {
                return Integer.parseInt(text);
            }
            if (type == long.class) {
                return Long.parseLong(text);
            }
            if (type == double.class) {
                return Double.parseDouble(text);
            }
            if (type == boolean.class && (text.equals("true") || text.equals("false"))) {
                return text.equals("true");
            }
        } catch (NumberFormatException e) {
            throw wrong(key, type == double.class ? "a number" : "a whole number");
        }
        if (type.isEnum()) {
            List<String> labels = new ArrayList<>();
            for (Object constant : type.getEnumConstants()) {
                String label = constant instanceof Choice choice ? choice.label() : constant.toString();
                if (label.equals(text)) {
                    return constant;
                }
                labels.add(label);
            }
            throw wrong(key, "one of " + String.join(", ", labels));
        }
        throw wrong(key, "true or false");
    }

    private IllegalArgumentException wrong(String key, String expected) {
        Setting setting = values.get(key);
        return new IllegalArgumentException(
                key + " is \"" + setting.value() + "\" (from " + setting.origin() + "), expected " + expected);
    }

    /** Range messages start with the key; the origin of its value is added. */
    private String withOrigin(String message) {
        Setting setting = values.get(message.split(" ", 2)[0]);
        return setting == null ? message : message + " (from " + setting.origin() + ")";
    }

    static String snakeCase(String camelCase) {
        StringBuilder snake = new StringBuilder();
        for (char c : camelCase.toCharArray()) {
            if (Character.isUpperCase(c)) {
                snake.append('_');
            }
            snake.append(Character.toLowerCase(c));
        }
        return snake.toString();
    }

    /** The candidate with the smallest edit distance. */
    public static String nearest(String word, Iterable<String> candidates) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int distance = editDistance(word.toLowerCase(Locale.ROOT), candidate);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    private static int editDistance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }

    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue().value())
                .collect(Collectors.joining(" "));
    }
}
