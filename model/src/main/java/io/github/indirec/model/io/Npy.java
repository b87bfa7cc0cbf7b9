package io.github.indirec.model.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads NumPy's {@code .npy} files, one array of numbers each: the form in which vectors made in Python come most
 * easily. Layout: the magic bytes {@code \x93NUMPY}, a version, the length of a header, the header (a Python dictionary
 * as text), raw values.
 *
 * <p>Strict (see {@link FormatException}): versions 1.0, 2.0 and 3.0, little-endian float16, float32 and float64, C
 * order, and not a byte more or less than the header promises. Memory is bounded by the file's size, and nothing in the
 * file is run: arrays of Python objects are refused. Stateless, for any number of threads.
 */
public final class Npy {
    /** Bytes before the header's length: magic and version. */
    private static final int VERSION_END = 8;

    /** Headers of arrays of numbers have some hundred bytes. */
    private static final int MAX_HEADER_BYTES = 1 << 16;

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    private Npy() {}

    /**
     * Reads a file.
     *
     * @param name the name that the array gets, since the file holds none
     * @return an F32 array of float16 and float32, an F64 array of float64 values
     */
    public static NamedArray read(Path file, String name) throws IOException {
        long size = Files.size(file);
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, size, file.toString(), name);
        }
    }

    /** Whether a file that starts with these bytes is one of NumPy's. */
    public static boolean isNpy(byte[] start) {
        if (start.length < MAGIC.length) {
            return false;
        }
        for (int i = 0; i < MAGIC.length; i++) {
            if (start[i] != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }

    static NamedArray read(InputStream in, long size, String file, String name) throws IOException {
        try {
            byte[] start = in.readNBytes(VERSION_END);
            if (start.length < VERSION_END || !isNpy(start)) {
                throw new FormatException(
                        file,
                        "byte 0",
                        "the bytes 93 4e 55 4d 50 59 and a version",
                        Checkpoints.describe(start),
                        "is this a .npy file? In Python: numpy.save(\"vectors.npy\", array)");
            }
            int lengthBytes = lengthBytes(start, file);
            int headerLength = headerLength(in, lengthBytes, size, file);
            byte[] text = in.readNBytes(headerLength);
            int dataBegin = VERSION_END + lengthBytes + headerLength;
            NpyHeader header = NpyHeader.parse(text, VERSION_END + lengthBytes, file);
            header.requireDataBytes(size - dataBegin, file);
            return new NamedArray(
                    name, header.type(), header.shape(), header.count(), values(in, header));
        } catch (EOFException e) {
            throw new FormatException(
                    file, "", size + " bytes", "fewer", "it was cut while being read: copy it again", e);
        }
    }

    /** Bytes that hold the header's length: 2 in version 1, 4 in versions 2 and 3. */
    private static int lengthBytes(byte[] start, String file) throws FormatException {
        int major = start[MAGIC.length] & 0xff;
        int minor = start[MAGIC.length + 1] & 0xff;
        if (major < 1 || major > 3 || minor != 0) {
            throw new FormatException(
                    file,
                    "byte " + MAGIC.length,
                    "format version 1.0, 2.0 or 3.0",
                    major + "." + minor,
                    "save the array with numpy.save");
        }
        return major == 1 ? 2 : 4;
    }

    private static int headerLength(InputStream in, int lengthBytes, long size, String file) throws IOException {
        byte[] bytes = in.readNBytes(lengthBytes);
        ByteBuffer buffer = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).put(bytes);
        long length = buffer.getInt(0) & 0xffffffffL;
        long limit = Math.min(MAX_HEADER_BYTES, size - VERSION_END - lengthBytes);
        if (bytes.length < lengthBytes || length > limit) {
            throw new FormatException(
                    file,
                    "byte " + VERSION_END,
                    "a header length of at most " + Math.max(0, limit),
                    bytes.length < lengthBytes ? "the file's end" : String.valueOf(length),
                    "the file is cut off, or is no array of numbers");
        }
        return (int) length;
    }

    private static Object values(InputStream in, NpyHeader header) throws IOException {
        return header.isHalf() ? halves(in, header.count()) : LittleEndian.read(in, header.type(), header.count());
    }

    private static float[] halves(InputStream in, int count) throws IOException {
        float[] values = new float[count];
        byte[] chunk = new byte[1 << 16];
        ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        int step = chunk.length / Short.BYTES;
        for (int done = 0; done < count; done += step) {
            int n = Math.min(step, count - done);
            if (in.readNBytes(chunk, 0, n * Short.BYTES) < n * Short.BYTES) {
                throw new EOFException("the data ends early");
            }
            for (int i = 0; i < n; i++) {
                values[done + i] = half(buffer.getShort(i * Short.BYTES));
            }
        }
        return values;
    }

    /** The value of an IEEE 754 binary16, exactly. Java has this from version 20 on. */
    static float half(short bits) {
        int exponent = bits >>> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        float magnitude =
                switch (exponent) {
                    case 0 -> fraction * 0x1p-24f;
                    case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
                    default -> Float.intBitsToFloat(exponent + 112 << 23 | fraction << 13);
                };
        return bits < 0 ? -magnitude : magnitude;
    }
}
