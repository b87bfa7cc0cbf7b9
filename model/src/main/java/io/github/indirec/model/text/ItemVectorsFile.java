package io.github.indirec.model.text;

import io.github.indirec.model.io.FormatException;
import io.github.indirec.model.io.NamedArray;
import io.github.indirec.model.io.Npy;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.io.TensorFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Reads the item vectors of strangers: finds the array, the rows that are items, and values that are none. */
final class ItemVectorsFile {
    /** Where the header of a safetensors file begins, with a brace. */
    private static final int SAFETENSORS_HEADER = 8;

    /** As many items as there are rows. */
    static final int ANY = -1;

    private final Path file;

    ItemVectorsFile(Path file) {
        this.file = file;
    }

    ItemVectors read(int items) throws IOException {
        if (Files.isDirectory(file)) {
            throw wrong("", "a .safetensors or .npy file", "a folder", "name a file in it");
        }
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(SAFETENSORS_HEADER + 1);
        }
        if (Npy.isNpy(start)) {
            return vectors(Npy.read(file, ItemVectors.ARRAY), Map.of(), items);
        }
        if (start.length > SAFETENSORS_HEADER && start[SAFETENSORS_HEADER] == '{') {
            TensorFile tensors = SafeTensors.read(file);
            return vectors(array(tensors), tensors.metadata(), items);
        }
        throw wrong(
                "byte 0",
                "a .safetensors or .npy file",
                start.length == 0 ? "an empty file" : "another format",
                "in Python: numpy.save(\"vectors.npy\", array), of [items x width] in the order of the item ids");
    }

    /** The array of our name, or else the only one: other programs have other names for it. */
    private static NamedArray array(TensorFile file) throws FormatException {
        boolean only = file.tensors().size() == 1 && !file.tensors().containsKey(ItemVectors.ARRAY);
        return only ? file.tensors().values().iterator().next() : file.array(ItemVectors.ARRAY);
    }

    private ItemVectors vectors(NamedArray array, Map<String, String> metadata, int items) throws FormatException {
        String place = "array '" + array.name() + "'";
        int[] shape = array.shape();
        if (shape.length != 2 || shape[0] < 1 || shape[1] < 1) {
            throw wrong(
                    place,
                    "two axes, [" + (items == ANY ? "" : items + " ") + "items x width]",
                    Arrays.toString(shape),
                    "save one vector an item, in the order of the item ids");
        }
        float[] values = floats(array, place);
        int count = items == ANY ? shape[0] : items;
        int first = firstItem(values, shape[0], shape[1], count, place);
        float[] rows = Arrays.copyOfRange(values, first * shape[1], (first + count) * shape[1]);
        for (int i = 0; i < rows.length; i++) {
            if (!Float.isFinite(rows[i])) {
                throw wrong(
                        place + ", item " + (i / shape[1] + 1) + ", position " + i % shape[1],
                        "finite numbers of 32 bits",
                        String.valueOf(rows[i]),
                        "make that item's vector again");
            }
        }
        return new ItemVectors(rows, shape[1], metadata);
    }

    private float[] floats(NamedArray array, String place) throws FormatException {
        switch (array.type()) {
            case F32:
                return array.floats();
            case F64:
                double[] doubles = array.doubles();
                float[] floats = new float[doubles.length];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) doubles[i];
                }
                return floats;
            default:
                throw wrong(place, "F32 or F64 values", array.type().name(), "save floating-point numbers");
        }
    }

    /** The row of item 1, which is 1 behind a row of padding. */
    private int firstItem(float[] values, int rows, int width, int items, String place) throws FormatException {
        if (rows == items) {
            return 0;
        }
        boolean zeroFirst = rows > 0 && isZero(values, 0, width);
        boolean zeroLast = rows > 0 && isZero(values, rows - 1, width);
        if (rows == items + 1 && zeroFirst && !zeroLast || rows == items + 2 && zeroFirst && zeroLast) {
            return 1;
        }
        throw wrong(
                place,
                "a row for each of the " + items + " items (or zero rows around them: one in front, or one in front"
                        + " and one behind)",
                rows + " rows, the first " + (zeroFirst ? "zero" : "not zero") + ", the last "
                        + (zeroLast ? "zero" : "not zero"),
                "do vectors and data belong together? Else save one row an item, in the order of the item ids");
    }

    private static boolean isZero(float[] values, int row, int width) {
        for (int i = row * width; i < (row + 1) * width; i++) {
            if (values[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private FormatException wrong(String place, String expected, String found, String remedy) {
        return new FormatException(file.toString(), place, expected, found, remedy);
    }
}
