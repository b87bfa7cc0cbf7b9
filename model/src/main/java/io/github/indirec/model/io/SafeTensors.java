package io.github.indirec.model.io;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads and writes safetensors files: 8 bytes of header length, a JSON header, raw little-endian values. The format of
 * choice for weights because reading it can run no code and its header says everything before a byte is allocated.
 *
 * <p>The reader is strict (see {@link FormatException}) and its memory is bounded by the file's size. Supported types:
 * F32, F64, I32, I64. Equal content is written as equal bytes: arrays in the order given, metadata sorted by key.
 * Stateless, for any number of threads.
 */
public final class SafeTensors {
    /** As in the format's reference implementation. */
    static final int MAX_HEADER_BYTES = 100_000_000;

    private static final int ALIGNMENT = 8;

    private static final JsonFactory JSON = new JsonFactory();

    private SafeTensors() {}

    /** Reads a file. */
    public static TensorFile read(Path file) throws IOException {
        long size = Files.size(file);
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, size, file.toString());
        }
    }

    /**
     * Reads a stream to its end, at most 2 GB; for class path resources. Does not close it.
     *
     * @param name what messages call it
     */
    public static TensorFile read(InputStream in, String name) throws IOException {
        byte[] bytes = in.readNBytes(NamedArray.MAX_VALUES);
        return read(new ByteArrayInputStream(bytes), bytes.length, name);
    }

    private static TensorFile read(InputStream in, long size, String file) throws IOException {
        try {
            int headerLength = readHeaderLength(in, size, file);
            byte[] json = in.readNBytes(headerLength);
            long dataLength = size - SafeTensorsHeader.PREFIX_BYTES - headerLength;
            SafeTensorsHeader header = SafeTensorsHeader.parse(json, dataLength, file);
            Map<String, NamedArray> tensors = new LinkedHashMap<>();
            header.entries().forEach(entry -> tensors.put(entry.name(), null));
            for (SafeTensorsHeader.Entry e : header.entriesByOffset()) {
                Object values = LittleEndian.read(in, e.type(), e.count());
                tensors.put(e.name(), new NamedArray(e.name(), e.type(), e.shape(), e.count(), values));
            }
            return new TensorFile(file, header.metadata(), tensors);
        } catch (EOFException e) {
            throw new FormatException(
                    file, "", size + " bytes", "fewer", "it was cut while being read: copy it again", e);
        }
    }

    private static int readHeaderLength(InputStream in, long size, String file) throws IOException {
        byte[] prefix = in.readNBytes(SafeTensorsHeader.PREFIX_BYTES);
        if (prefix.length < SafeTensorsHeader.PREFIX_BYTES) {
            throw new FormatException(
                    file, "byte 0", "8 bytes of header length", size + " bytes in all", "is this a safetensors file?");
        }
        long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
        long limit = Math.min(MAX_HEADER_BYTES, size - SafeTensorsHeader.PREFIX_BYTES);
        if (length < 0 || length > limit) {
            throw new FormatException(
                    file,
                    "byte 0",
                    "a header length of at most " + limit,
                    Long.toUnsignedString(length),
                    "the file is cut off, or it is no safetensors file");
        }
        return (int) length;
    }

    /**
     * Writes a file through {@link AtomicFiles}: on any failure the file that was there is unchanged.
     *
     * @param metadata texts to keep beside the arrays; keep out what differs between equal runs, such as times
     * @param tensors arrays with distinct names in printable ASCII
     */
    public static void write(Path file, Map<String, String> metadata, Collection<NamedArray> tensors)
            throws IOException {
        byte[] header = header(metadata, tensors);
        AtomicFiles.write(file, out -> write(out, header, tensors));
    }

    /** Writes to a stream, which is not closed. */
    public static void write(OutputStream out, Map<String, String> metadata, Collection<NamedArray> tensors)
            throws IOException {
        write(out, header(metadata, tensors), tensors);
    }

    private static void write(OutputStream out, byte[] header, Collection<NamedArray> tensors) throws IOException {
        out.write(header);
        for (int width : new int[] {8, 4}) {
            for (NamedArray tensor : tensors) {
                if (tensor.type().bytes() == width) {
                    LittleEndian.write(out, tensor);
                }
            }
        }
    }

    /** Length and JSON, padded with blanks so that the values begin at a multiple of 8 bytes. */
    private static byte[] header(Map<String, String> metadata, Collection<NamedArray> tensors) throws IOException {
        Map<String, Long> offsets = offsets(tensors);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(new byte[SafeTensorsHeader.PREFIX_BYTES]);
        try (JsonGenerator json = JSON.createGenerator(bytes, JsonEncoding.UTF8)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(SafeTensorsHeader.METADATA);
                for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            for (NamedArray tensor : tensors) {
                writeEntry(json, tensor, offsets.get(tensor.name()));
            }
            json.writeEndObject();
        }
        while (bytes.size() % ALIGNMENT != 0) {
            bytes.write(' ');
        }
        int length = bytes.size() - SafeTensorsHeader.PREFIX_BYTES;
        if (length > MAX_HEADER_BYTES) {
            throw new IllegalArgumentException("SafeTensors.write: the header has " + length + " bytes, at most "
                    + MAX_HEADER_BYTES + " are allowed; shorten the metadata");
        }
        byte[] header = bytes.toByteArray();
        ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        return header;
    }

    private static void writeEntry(JsonGenerator json, NamedArray tensor, long begin) throws IOException {
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", tensor.type().name());
        int[] shape = tensor.shape();
        json.writeFieldName("shape");
        json.writeArray(shape, 0, shape.length);
        long end = begin + (long) tensor.size() * tensor.type().bytes();
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
    }

    /** Offsets of the values: 8-byte types first, so that every array is aligned to its type. */
    private static Map<String, Long> offsets(Collection<NamedArray> tensors) {
        Map<String, Long> offsets = new HashMap<>();
        long offset = 0;
        for (int width : new int[] {8, 4}) {
            for (NamedArray tensor : tensors) {
                if (tensor.type().bytes() != width) {
                    continue;
                }
                if (!NamedArray.isName(tensor.name()) || tensor.shape().length > SafeTensorsHeader.MAX_RANK) {
                    throw new IllegalArgumentException("SafeTensors.write: expected a name in printable ASCII and at"
                            + " most " + SafeTensorsHeader.MAX_RANK + " dimensions, found " + tensor);
                }
                if (offsets.put(tensor.name(), offset) != null) {
                    throw new IllegalArgumentException(
                            "SafeTensors.write: two arrays are named '" + tensor.name() + "'; rename one");
                }
                offset += (long) tensor.size() * width;
            }
        }
        return offsets;
    }
}
