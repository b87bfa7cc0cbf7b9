package io.github.indirec.model.experiment;

import io.github.indirec.model.config.Settings;
import io.github.indirec.model.io.FormatException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON object whose every key is known: a misspelt one must not silently change what is run for days. */
final class StrictObject {
    private final String file;
    private final String place;
    private final Map<?, ?> values;

    /**
     * @param place where in the file, such as {@code models[1]}; empty for the whole
     * @param keys the keys there may be
     */
    StrictObject(String file, String place, Map<?, ?> values, List<String> keys) throws FormatException {
        this.file = file;
        this.place = place;
        this.values = values;
        for (Object key : values.keySet()) {
            if (!keys.contains(key)) {
                throw wrong(
                        "",
                        "the keys " + String.join(", ", keys),
                        "\"" + key + "\"",
                        "did you mean \"" + Settings.nearest(key.toString(), keys) + "\"?");
            }
        }
    }

    /** A text that must be there. */
    String text(String key) throws FormatException {
        String text = text(key, "");
        if (text.isEmpty()) {
            throw wrong(key, "a text", "nothing", "add it");
        }
        return text;
    }

    /** A text, or what holds without it. */
    String text(String key, String otherwise) throws FormatException {
        Object value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof String text && !text.isBlank()) {
            return text.strip();
        }
        throw wrong(key, "a text", String.valueOf(value), "mend it there");
    }

    /** A whole number from 1, or what holds without it. */
    int count(String key, int otherwise) throws FormatException {
        Object value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Integer count && count >= 1) {
            return count;
        }
        throw wrong(key, "a whole number from 1", String.valueOf(value), "mend it there");
    }

    /** A list of one or more that must be there. */
    List<?> list(String key) throws FormatException {
        if (values.get(key) instanceof List<?> list && !list.isEmpty()) {
            return list;
        }
        Object found = values.containsKey(key) ? values.get(key) : "nothing";
        throw wrong(key, "a list of one or more, such as [...]", String.valueOf(found), "mend it there");
    }

    /** A flat object of texts, numbers and truth values as texts; empty if absent. */
    Map<String, String> settings(String key) throws FormatException {
        Object value = values.get(key);
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong(key, "an object of settings, such as {\"epochs\": 50}", String.valueOf(value), "mend it there");
        }
        Map<String, String> settings = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Object setting = entry.getValue();
            if (!(setting instanceof String || setting instanceof Number || setting instanceof Boolean)) {
                String where = key + "." + entry.getKey();
                throw wrong(where, "a text, a number, true or false", String.valueOf(setting), "mend it there");
            }
            settings.put(entry.getKey().toString(), setting.toString());
        }
        return settings;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** An error at a key of this object. */
    FormatException wrong(String key, String expected, String found, String remedy) {
        String where = place + (place.isEmpty() || key.isEmpty() ? "" : ".") + key;
        return new FormatException(file, where, expected, found, remedy);
    }
}
