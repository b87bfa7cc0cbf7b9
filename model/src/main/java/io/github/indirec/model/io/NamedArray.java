package io.github.indirec.model.io;

import java.lang.reflect.Array;
import java.util.Arrays;

/**
 * A named, row-major array of numbers as weight files hold them. It exists beside
 * {@link io.github.indirec.tensor.Tensor} because files also hold indices and counters, which tensors do not.
 *
 * <p>The values are not copied, neither on the way in nor on the way out: treat them as read-only. Entries that share
 * memory in a PyTorch file share one array here.
 */
public final class NamedArray {
    /** Longest array that Java can hold. */
    static final int MAX_VALUES = Integer.MAX_VALUE - 8;

    private static final int MAX_NAME_LENGTH = 4096;

    /** Number types; the names are those of the safetensors format. */
    public enum Type {
        F32(4, "floats"),
        F64(8, "doubles"),
        I32(4, "ints"),
        I64(8, "longs");

        private final int bytes;
        private final String accessor;

        Type(int bytes, String accessor) {
            this.bytes = bytes;
            this.accessor = accessor;
        }

        /** Bytes a value. */
        public int bytes() {
            return bytes;
        }
    }

    private final String name;
    private final Type type;
    private final int[] shape;
    private final Object values;

    NamedArray(String name, Type type, int[] shape, int length, Object values) {
        long size = 1;
        for (int dim : shape) {
            if (dim < 0) {
                throw new IllegalArgumentException("NamedArray: '" + name + "' has the shape "
                        + Arrays.toString(shape) + ", expected dimensions >= 0");
            }
            size = Math.multiplyExact(size, (long) dim);
        }
        if (size != length) {
            throw new IllegalArgumentException("NamedArray: '" + name + "' has the shape " + Arrays.toString(shape)
                    + ", which needs " + size + " values, found " + length);
        }
        this.name = name;
        this.type = type;
        this.shape = shape.clone();
        this.values = values;
    }

    public static NamedArray of(String name, int[] shape, float... values) {
        return new NamedArray(name, Type.F32, shape, values.length, values);
    }

    public static NamedArray ofDoubles(String name, int[] shape, double... values) {
        return new NamedArray(name, Type.F64, shape, values.length, values);
    }

    public static NamedArray ofInts(String name, int[] shape, int... values) {
        return new NamedArray(name, Type.I32, shape, values.length, values);
    }

    public static NamedArray ofLongs(String name, int[] shape, long... values) {
        return new NamedArray(name, Type.I64, shape, values.length, values);
    }

    public String name() {
        return name;
    }

    public Type type() {
        return type;
    }

    /** The dimensions, outermost first, as a copy; none at all is a scalar of one value. */
    public int[] shape() {
        return shape.clone();
    }

    /** Number of values. */
    public int size() {
        return Array.getLength(values);
    }

    /** The values of an F32 array; {@link IllegalStateException} for another type. */
    public float[] floats() {
        return (float[]) require(Type.F32);
    }

    /** The values of an F64 array; {@link IllegalStateException} for another type. */
    public double[] doubles() {
        return (double[]) require(Type.F64);
    }

    /** The values of an I32 array; {@link IllegalStateException} for another type. */
    public int[] ints() {
        return (int[]) require(Type.I32);
    }

    /** The values of an I64 array; {@link IllegalStateException} for another type. */
    public long[] longs() {
        return (long[]) require(Type.I64);
    }

    private Object require(Type wanted) {
        if (type != wanted) {
            throw new IllegalStateException("NamedArray." + wanted.accessor + ": '" + name + "' holds " + type
                    + ", expected " + wanted + "; read it with " + type.accessor + "()");
        }
        return values;
    }

    /** The values, whatever their type. */
    Object values() {
        return values;
    }

    /**
     * Whether {@code name} can name an entry of a weight file: printable ASCII, and not the key that safetensors keeps
     * for its metadata. Parameter paths are made of such characters; all others only serve to deceive a reader.
     */
    static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_NAME_LENGTH
                && !name.equals(SafeTensorsHeader.METADATA)
                && name.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    @Override
    public String toString() {
        return name + " " + type + Arrays.toString(shape);
    }
}
