package io.github.indirec.model.text;

import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.io.Checksums;
import io.github.indirec.model.io.NamedArray;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.tensor.RandomSequence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A vector for every item, made of its text by a language model and frozen: the semantic view e^sem of LLMDiRec. A
 * table of its own rather than a tensor, so that what was read, from whichever file, has been checked against the
 * catalogue before a model is built on it.
 *
 * <p>The vector of item i is row i - 1: there is no row of padding. All values are finite; a row may be zero. Immutable,
 * for any number of threads.
 */
public final class ItemVectors {
    /** Name of the array in a safetensors file. */
    public static final String ARRAY = "item_vectors";

    private final int items;
    private final int width;
    private final float[] values;
    private final Map<String, String> metadata;

    /** Takes the array as its own. */
    ItemVectors(float[] values, int width, Map<String, String> metadata) {
        this.items = values.length / width;
        this.width = width;
        this.values = values;
        this.metadata = Map.copyOf(metadata);
    }

    /**
     * Vectors that a program has; the values are copied.
     *
     * @param values [items x width], row by row, that of item 1 first
     * @throws IllegalArgumentException if they are no whole number of rows, at least one, or not all finite
     */
    public static ItemVectors of(float[] values, int width) {
        if (width < 1 || values.length == 0 || values.length % width != 0) {
            throw new IllegalArgumentException("ItemVectors.of: expected a whole number of rows of width " + width
                    + ", at least one, found " + values.length + " values");
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException("ItemVectors.of: item " + (i / width + 1) + " has the value "
                        + values[i] + " at position " + i % width + ", expected finite numbers");
            }
        }
        return new ItemVectors(values.clone(), width, Map.of());
    }

    /**
     * Reads a .safetensors file (the array {@value #ARRAY}, or the only one in it; F32 or F64) or a .npy file (float16,
     * float32 or float64), told by content, not by name; [items x any width].
     *
     * <p>Files made for models with a padding row are taken too where that is beyond doubt: items + 1 rows of which the
     * first is zero and the last is not, items + 2 rows of which the first and the last are zero. The zero rows are
     * left out.
     *
     * @param items how many the catalogue has
     * @throws io.github.indirec.model.io.FormatException if the file is neither, does not fit, or holds a value that is
     *     not finite
     */
    public static ItemVectors read(Path file, int items) throws IOException {
        return new ItemVectorsFile(file).read(items);
    }

    /**
     * As {@link #read(Path, int)}, of a file whose every row is an item, however many: new items, of which no catalogue
     * tells how many there are. A row of zeros is an item too.
     */
    public static ItemVectors read(Path file) throws IOException {
        return new ItemVectorsFile(file).read(ItemVectorsFile.ANY);
    }

    /** Number of items; ids run from 1 to it. */
    public int items() {
        return items;
    }

    /** Numbers a vector. */
    public int width() {
        return width;
    }

    /** All vectors, row by row, that of item 1 first; a copy of [items x width]. */
    public float[] values() {
        return values.clone();
    }

    /** SHA-256 of the values in hexadecimal: the same for the same vectors in whatever file. */
    public String sha256() {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return Checksums.sha256(bytes.array());
    }

    /** Copies the vector of an item, counted from 1, to {@code target} from {@code offset} on. */
    public void copyRow(int item, float[] target, int offset) {
        int row = Objects.checkIndex(item - 1, items);
        System.arraycopy(values, row * width, target, offset, width);
    }

    /** What the file says about its making: encoder, prompt and so on; empty if it says nothing. Unmodifiable. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * The same vectors dealt out to the items at random, equally for an equal seed: the control of an experiment. What
     * a model gains from these it does not gain from what the texts say.
     */
    public ItemVectors shuffled(long seed) {
        int[] order = new int[items];
        Arrays.setAll(order, row -> row);
        new RandomSequence(RandomStreams.SHUFFLED_VECTORS.key(seed, 0)).shuffle(order);
        float[] shuffled = new float[values.length];
        for (int row = 0; row < items; row++) {
            System.arraycopy(values, order[row] * width, shuffled, row * width, width);
        }
        Map<String, String> about = new TreeMap<>(metadata);
        about.put("shuffled", Long.toString(seed));
        return new ItemVectors(shuffled, width, about);
    }

    /**
     * The vectors of these items, which become items 1, 2, 3, ... in this order.
     *
     * @param ids at least one
     */
    public ItemVectors select(int... ids) {
        float[] selected = new float[Math.multiplyExact(ids.length, width)];
        for (int i = 0; i < ids.length; i++) {
            copyRow(ids[i], selected, i * width);
        }
        return new ItemVectors(selected, width, metadata);
    }

    /**
     * Writes a safetensors file with the array {@value #ARRAY}, replacing one that is there only when all is written.
     * Equal vectors and texts are written as equal bytes.
     *
     * @param about texts to keep in the file beside its own {@link #metadata}, which they override
     */
    public void write(Path file, Map<String, String> about) throws IOException {
        Map<String, String> all = new TreeMap<>(metadata);
        all.putAll(about);
        all.put("items", Integer.toString(items));
        all.put("width", Integer.toString(width));
        SafeTensors.write(file, all, List.of(NamedArray.of(ARRAY, new int[] {items, width}, values)));
    }
}
