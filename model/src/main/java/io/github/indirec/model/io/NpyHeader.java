package io.github.indirec.model.io;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a {@code .npy} file: a Python dictionary of exactly the keys {@code descr}, {@code fortran_order} and
 * {@code shape}, as NumPy writes it.
 *
 * @param type what the values are read as
 * @param isHalf whether the file has them as float16
 * @param shape the dimensions, outermost first
 * @param count number of values
 */
record NpyHeader(NamedArray.Type type, boolean isHalf, int[] shape, int count) {
    /** {@code 'key': value} where the value is a text, a truth value or a tuple of whole numbers. */
    private static final Pattern ENTRY =
            Pattern.compile("\\s*'(\\w{1,20})'\\s*:\\s*('[^']{0,100}'|\\[[^\\[\\]]*\\]|True|False|\\([0-9, ]*\\))\\s*(,|$)");

    private static final Pattern DIMENSION = Pattern.compile("\\s*([0-9]{1,10})\\s*(,|$)");

    /** @param begin where the header begins, for messages */
    static NpyHeader parse(byte[] header, int begin, String file) throws FormatException {
        String place = "header at byte " + begin;
        String text = new String(header, StandardCharsets.UTF_8).strip();
        Map<String, String> entries = entries(text, file, place);
        String dtype = entries.get("descr");
        NamedArray.Type type =
                switch (dtype) {
                    case "'<f2'", "'<f4'" -> NamedArray.Type.F32;
                    case "'<f8'" -> NamedArray.Type.F64;
                    default -> throw new FormatException(
                            file,
                            place,
                            "little-endian floating-point numbers: '<f2', '<f4' or '<f8'",
                            dtype,
                            "in Python: numpy.save(\"vectors.npy\", array.astype(\"<f4\"))");
                };
        int[] shape = shape(entries.get("shape"), file, place);
        if (!entries.get("fortran_order").equals("False")) {
            throw new FormatException(
                    file,
                    place,
                    "rows one after another (fortran_order False)",
                    "fortran_order " + entries.get("fortran_order"),
                    "in Python: numpy.save(\"vectors.npy\", numpy.ascontiguousarray(array))");
        }
        return new NpyHeader(type, dtype.equals("'<f2'"), shape, count(shape, file, place));
    }

    private static Map<String, String> entries(String text, String file, String place) throws FormatException {
        Map<String, String> entries = new HashMap<>();
        boolean braces = text.length() >= 2 && text.startsWith("{") && text.endsWith("}");
        String body = braces ? text.substring(1, text.length() - 1).strip() : text;
        Matcher entry = ENTRY.matcher(body);
        int end = 0;
        while (braces && entry.region(end, body.length()).lookingAt() && !entries.containsKey(entry.group(1))) {
            entries.put(entry.group(1), entry.group(2));
            end = entry.end();
        }
        boolean complete = entries.size() == 3
                && entries.containsKey("descr")
                && entries.containsKey("fortran_order")
                && entries.containsKey("shape");
        if (!braces || end < body.length() || !complete) {
            throw new FormatException(
                    file,
                    place,
                    "{'descr': ..., 'fortran_order': ..., 'shape': ...}",
                    "\"" + text + "\"",
                    "the file is damaged: save it again with numpy.save");
        }
        return entries;
    }

    private static int[] shape(String tuple, String file, String place) throws FormatException {
        IntArrayList shape = new IntArrayList();
        String body = tuple.startsWith("(") ? tuple.substring(1, tuple.length() - 1).strip() : "?";
        Matcher dimension = DIMENSION.matcher(body);
        int end = 0;
        while (end < body.length() && dimension.region(end, body.length()).lookingAt()) {
            long length = Long.parseLong(dimension.group(1));
            if (length > NamedArray.MAX_VALUES || shape.size() == SafeTensorsHeader.MAX_RANK) {
                break;
            }
            shape.add((int) length);
            end = dimension.end();
        }
        if (end < body.length()) {
            throw new FormatException(
                    file,
                    place,
                    "a shape of at most " + SafeTensorsHeader.MAX_RANK + " dimensions of at most "
                            + NamedArray.MAX_VALUES,
                    tuple,
                    "the file is damaged: save it again with numpy.save");
        }
        return shape.toIntArray();
    }

    private static int count(int[] shape, String file, String place) throws FormatException {
        long count = 1;
        for (int dim : shape) {
            // Both factors are below 2^31, so the product cannot overflow before it is refused.
            count *= dim;
            if (count > NamedArray.MAX_VALUES) {
                throw new FormatException(
                        file,
                        place,
                        "at most " + NamedArray.MAX_VALUES + " values",
                        "more",
                        "split the array along its first axis");
            }
        }
        return (int) count;
    }

    void requireDataBytes(long bytes, String file) throws FormatException {
        long expected = (long) count * (isHalf ? Short.BYTES : type.bytes());
        if (bytes != expected) {
            throw new FormatException(
                    file,
                    "",
                    expected + " bytes of values after the header",
                    bytes + " bytes",
                    bytes < expected
                            ? "the file is cut off: fetch or copy it again"
                            : "something was appended: fetch or write it again");
        }
    }
}
