package io.github.indirec.model.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file, read strictly: every array fits its byte range, and the ranges cover the data
 * exactly once. After that the values can be read without a further check.
 */
final class SafeTensorsHeader {
    static final String METADATA = "__metadata__";

    /** Axes of an array; far beyond any model, it bounds what a hostile header can make us keep. */
    static final int MAX_RANK = 32;

    /** Bytes before the header: its length. */
    static final int PREFIX_BYTES = 8;

    /** An array's place in the data; {@code begin} counts from the end of the header. */
    record Entry(String name, NamedArray.Type type, int[] shape, int count, long begin, long end) {}

    private final String file;
    private final JsonParser parser;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();

    private SafeTensorsHeader(String file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    /** The arrays in the header's order. */
    List<Entry> entries() {
        return entries;
    }

    /** The arrays in the order of their data. */
    List<Entry> entriesByOffset() {
        List<Entry> sorted = new ArrayList<>(entries);
        // An empty array stands before the one that begins at the same byte.
        sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        return sorted;
    }

    /** Reads a header in front of {@code dataLength} bytes of values. */
    static SafeTensorsHeader parse(byte[] json, long dataLength, String file) throws IOException {
        // The second test keeps UTF-16 and UTF-32 out, which the parser would detect and accept.
        if (json.length < 2 || json[0] != '{' || json[1] == 0) {
            throw new FormatException(
                    file, "byte 8", "a JSON object in UTF-8", "something else", "is this a safetensors file?");
        }
        try (JsonParser parser = strictJson().createParser(json)) {
            SafeTensorsHeader header = new SafeTensorsHeader(file, parser);
            header.readObject();
            header.requireCoverage(dataLength);
            return header;
        } catch (JsonProcessingException e) {
            long at = e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
            throw new FormatException(
                    file,
                    "byte " + (PREFIX_BYTES + Math.max(0, at)),
                    "a well-formed JSON header",
                    e.getOriginalMessage(),
                    "the file is damaged: fetch or write it again",
                    e);
        }
    }

    /** A factory for each file: it keeps the names it met, and a stranger's have no place in a static one. */
    private static JsonFactory strictJson() {
        return JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(4)
                        .maxNumberLength(20)
                        .maxStringLength(SafeTensors.MAX_HEADER_BYTES)
                        .build())
                .build();
    }

    private void readObject() throws IOException {
        expect(JsonToken.START_OBJECT, "a JSON object");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (name.equals(METADATA)) {
                readMetadata();
            } else if (NamedArray.isName(name)) {
                readEntry(name);
            } else {
                throw wrong("an array's name in printable ASCII", "'" + name + "'", "rename the array");
            }
        }
        if (parser.nextToken() != null) {
            throw wrong("nothing after the header's object", String.valueOf(parser.currentToken()), "write it again");
        }
    }

    private void readMetadata() throws IOException {
        expect(JsonToken.START_OBJECT, "an object of texts as " + METADATA);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            expect(JsonToken.VALUE_STRING, "a text as metadata '" + key + "'");
            metadata.put(key, parser.getText());
        }
    }

    private void readEntry(String name) throws IOException {
        expect(JsonToken.START_OBJECT, "an object describing array '" + name + "'");
        NamedArray.Type type = null;
        int[] shape = null;
        long[] range = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            switch (key) {
                case "dtype" -> type = readType(name);
                case "shape" -> shape = readShape(name);
                case "data_offsets" -> range = readRange(name);
                default -> throw wrong(
                        "dtype, shape and data_offsets of array '" + name + "'", "'" + key + "'", "write it again");
            }
        }
        if (type == null || shape == null || range == null) {
            throw wrong(
                    "dtype, shape and data_offsets of array '" + name + "'",
                    "no " + (type == null ? "dtype" : shape == null ? "shape" : "data_offsets"),
                    "write it again");
        }
        entries.add(entry(name, type, shape, range));
    }

    private Entry entry(String name, NamedArray.Type type, int[] shape, long[] range) throws FormatException {
        long count = 1;
        for (int dim : shape) {
            // Both factors are below 2^31, so the product cannot overflow before it is refused.
            count *= dim;
            if (count > NamedArray.MAX_VALUES) {
                throw wrong(
                        "at most " + NamedArray.MAX_VALUES + " values in array '" + name + "'",
                        "more",
                        "split the array along its first axis");
            }
        }
        if (range[1] < range[0] || range[1] - range[0] != count * type.bytes()) {
            throw wrong(
                    count * type.bytes() + " bytes of values in array '" + name + "'",
                    "data_offsets [" + range[0] + ", " + range[1] + "]",
                    "write it again");
        }
        if (range[0] % type.bytes() != 0) {
            throw wrong(
                    "values of array '" + name + "' to begin at a multiple of " + type.bytes() + " bytes",
                    "offset " + range[0],
                    "write it again with the arrays of 8-byte types first");
        }
        return new Entry(name, type, shape, (int) count, range[0], range[1]);
    }

    private NamedArray.Type readType(String name) throws IOException {
        expect(JsonToken.VALUE_STRING, "a dtype of array '" + name + "'");
        String text = parser.getText();
        for (NamedArray.Type type : NamedArray.Type.values()) {
            if (type.name().equals(text)) {
                return type;
            }
        }
        throw wrong(
                "F32, F64, I32 or I64 as dtype of array '" + name + "'",
                "'" + text + "'",
                "convert the array before saving it (in PyTorch: tensor.float())");
    }

    private int[] readShape(String name) throws IOException {
        IntArrayList shape = new IntArrayList();
        expect(JsonToken.START_ARRAY, "a list as shape of array '" + name + "'");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            long dim = nonNegative("a dimension of array '" + name + "'");
            if (dim > NamedArray.MAX_VALUES || shape.size() == MAX_RANK) {
                throw wrong(
                        "at most " + MAX_RANK + " dimensions of at most " + NamedArray.MAX_VALUES + " in array '" + name
                                + "'",
                        "more",
                        "the file is damaged: fetch or write it again");
            }
            shape.add((int) dim);
        }
        return shape.toIntArray();
    }

    private long[] readRange(String name) throws IOException {
        String what = "two byte offsets as data_offsets of array '" + name + "'";
        expect(JsonToken.START_ARRAY, what);
        parser.nextToken();
        long begin = nonNegative(what);
        parser.nextToken();
        long end = nonNegative(what);
        expect(JsonToken.END_ARRAY, what);
        return new long[] {begin, end};
    }

    private long nonNegative(String what) throws IOException {
        boolean whole = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        if (!whole || parser.getLongValue() < 0) {
            throw wrong(what + ", whole and not negative", found(), "the file is damaged: fetch or write it again");
        }
        return parser.getLongValue();
    }

    private void requireCoverage(long dataLength) throws FormatException {
        long end = 0;
        for (Entry entry : entriesByOffset()) {
            if (entry.begin() != end) {
                throw new FormatException(
                        file,
                        "array '" + entry.name() + "'",
                        "its values to begin at offset " + end + ", where those before it end",
                        "offset " + entry.begin() + (entry.begin() < end ? " (an overlap)" : " (a gap)"),
                        "write it again");
            }
            end = entry.end();
        }
        if (end != dataLength) {
            throw new FormatException(
                    file,
                    "",
                    end + " bytes of values after the header",
                    dataLength + " bytes",
                    end > dataLength
                            ? "the file is cut off: fetch or copy it again"
                            : "something was appended: fetch or write it again");
        }
    }

    private void expect(JsonToken token, String what) throws IOException {
        if (parser.nextToken() != token) {
            throw wrong(what, found(), "the file is damaged: fetch or write it again");
        }
    }

    private String found() throws IOException {
        return parser.currentToken() == null ? "the header's end" : "'" + parser.getText() + "'";
    }

    private FormatException wrong(String expected, String found, String remedy) {
        long at = PREFIX_BYTES + Math.max(0, parser.currentTokenLocation().getByteOffset());
        return new FormatException(file, "byte " + at, expected, found, remedy);
    }
}
