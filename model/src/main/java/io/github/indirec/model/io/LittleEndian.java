package io.github.indirec.model.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Raw little-endian numbers, the way both weight formats store them. In pieces, so that no second copy is held. */
final class LittleEndian {
    private static final int CHUNK_BYTES = 1 << 16;

    private LittleEndian() {}

    /** Reads {@code count} numbers into a new array of the type's kind. */
    static Object read(InputStream in, NamedArray.Type type, int count) throws IOException {
        Object values = newArray(type, count);
        int step = Math.min(CHUNK_BYTES / type.bytes(), count);
        byte[] chunk = new byte[step * type.bytes()];
        ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        for (int done = 0; done < count; done += step) {
            int n = Math.min(step, count - done);
            if (in.readNBytes(chunk, 0, n * type.bytes()) < n * type.bytes()) {
                throw new EOFException("the data ends early");
            }
            switch (type) {
                case F32 -> buffer.asFloatBuffer().get((float[]) values, done, n);
                case F64 -> buffer.asDoubleBuffer().get((double[]) values, done, n);
                case I32 -> buffer.asIntBuffer().get((int[]) values, done, n);
                case I64 -> buffer.asLongBuffer().get((long[]) values, done, n);
            }
        }
        return values;
    }

    private static Object newArray(NamedArray.Type type, int count) {
        return switch (type) {
            case F32 -> new float[count];
            case F64 -> new double[count];
            case I32 -> new int[count];
            case I64 -> new long[count];
        };
    }

    /** Writes all values of an array. */
    static void write(OutputStream out, NamedArray array) throws IOException {
        int bytes = array.type().bytes();
        int count = array.size();
        int step = Math.min(CHUNK_BYTES / bytes, count);
        byte[] chunk = new byte[step * bytes];
        ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        for (int done = 0; done < count; done += step) {
            int n = Math.min(step, count - done);
            switch (array.type()) {
                case F32 -> buffer.asFloatBuffer().put((float[]) array.values(), done, n);
                case F64 -> buffer.asDoubleBuffer().put((double[]) array.values(), done, n);
                case I32 -> buffer.asIntBuffer().put((int[]) array.values(), done, n);
                case I64 -> buffer.asLongBuffer().put((long[]) array.values(), done, n);
            }
            out.write(chunk, 0, n * bytes);
        }
    }
}
