package io.github.indirec.model.io;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The content of a weight file, whichever format it came in. Lookups by name, type and shape throw
 * {@link FormatException} with the file's name, so that a file of another model is told from a bug.
 *
 * @param source name of the file, for messages
 * @param metadata text the file holds beside its arrays, unmodifiable
 * @param tensors the arrays by name in the file's order, unmodifiable
 */
public record TensorFile(String source, Map<String, String> metadata, Map<String, NamedArray> tensors) {
    /** In a shape: any length. */
    public static final int ANY = -1;

    /** Copies the maps. */
    public TensorFile {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** The array of that name. */
    public NamedArray array(String name) throws FormatException {
        NamedArray array = tensors.get(name);
        if (array == null) {
            String some = tensors.keySet().stream().limit(4).collect(Collectors.joining(", "));
            throw new FormatException(
                    source,
                    "",
                    "an array '" + name + "'",
                    tensors.isEmpty() ? "no array at all" : tensors.size() + " others (" + some + ", ...)",
                    "is this the file of another model?");
        }
        return array;
    }

    /** Values of an F32 array of the given shape, where {@link #ANY} stands for any length. */
    public float[] floats(String name, int... shape) throws FormatException {
        return array(name, NamedArray.Type.F32, shape).floats();
    }

    /** Values of an F64 array of the given shape, where {@link #ANY} stands for any length. */
    public double[] doubles(String name, int... shape) throws FormatException {
        return array(name, NamedArray.Type.F64, shape).doubles();
    }

    /** Values of an I32 array of the given shape, where {@link #ANY} stands for any length. */
    public int[] ints(String name, int... shape) throws FormatException {
        return array(name, NamedArray.Type.I32, shape).ints();
    }

    /** Values of an I64 array of the given shape, where {@link #ANY} stands for any length. */
    public long[] longs(String name, int... shape) throws FormatException {
        return array(name, NamedArray.Type.I64, shape).longs();
    }

    private NamedArray array(String name, NamedArray.Type type, int[] shape) throws FormatException {
        NamedArray array = array(name);
        if (array.type() != type || !matches(shape, array.shape())) {
            throw new FormatException(
                    source,
                    "array '" + name + "'",
                    type + " " + Arrays.toString(shape).replace("-1", "any"),
                    array.type() + " " + Arrays.toString(array.shape()),
                    "use the configuration the file was made with");
        }
        return array;
    }

    private static boolean matches(int[] wanted, int[] shape) {
        if (wanted.length != shape.length) {
            return false;
        }
        for (int axis = 0; axis < shape.length; axis++) {
            if (wanted[axis] != ANY && wanted[axis] != shape[axis]) {
                return false;
            }
        }
        return true;
    }
}
