package io.github.indirec.tensor;

import java.util.regex.Pattern;

/**
 * Where a tensor lives: {@code cpu}, or a device kind of an added backend with an optional index, as in
 * {@code cuda:0}.
 */
public record Device(String kind, int index) {
    public static final Device CPU = new Device("cpu", 0);
    private static final Pattern FORM = Pattern.compile("[a-z]+(:\\d{1,3})?");

    /** Parses {@code cpu}, {@code cuda} or {@code cuda:1}. */
    public static Device parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new DeviceException(
                    "Device: expected a kind and an optional index as in cpu or cuda:0, found \"" + text + "\"");
        }
        int colon = text.indexOf(':');
        return colon < 0
                ? new Device(text, 0)
                : new Device(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return kind.equals("cpu") ? kind : kind + ":" + index;
    }
}
