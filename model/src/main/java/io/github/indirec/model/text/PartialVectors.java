package io.github.indirec.model.text;

import io.github.indirec.model.io.FormatException;
import io.github.indirec.model.io.NamedArray;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.io.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The vectors of the first items, in a file beside the one that they are to become ({@code items.safetensors.part}), so
 * that minutes or hours of encoding survive a stop. It says what it was made of; rows of another encoder or of other
 * texts are refused, since a table of both would look like any other.
 *
 * <p>For one thread at a time.
 */
public final class PartialVectors {
    private static final String ENDING = ".part";

    private final Path file;
    private final Map<String, String> about;

    /**
     * @param out the file that is being made
     * @param about what it is made of: encoder, checksum of the texts and so on
     */
    public PartialVectors(Path out, Map<String, String> about) {
        this.file = out.resolveSibling(out.getFileName() + ENDING);
        this.about = Map.copyOf(about);
    }

    public Path file() {
        return file;
    }

    /**
     * Reads what is there into the front of {@code values}.
     *
     * @param values [items x width]
     * @return for how many items; 0 if there is no file
     * @throws FormatException if the file is made of something else
     */
    public int resume(float[] values, int width) throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        TensorFile found = SafeTensors.read(file);
        for (Map.Entry<String, String> entry : about.entrySet()) {
            String value = found.metadata().get(entry.getKey());
            if (!entry.getValue().equals(value)) {
                throw wrong(entry.getKey() + " " + entry.getValue(), String.valueOf(value));
            }
        }
        float[] done = found.floats(ItemVectors.ARRAY, TensorFile.ANY, width);
        if (done.length > values.length) {
            throw wrong("vectors of at most " + values.length / width + " items", String.valueOf(done.length / width));
        }
        System.arraycopy(done, 0, values, 0, done.length);
        return done.length / width;
    }

    /** Writes the rows of the first {@code items} items, in place of those that were there. */
    public void save(float[] values, int width, int items) throws IOException {
        float[] done = Arrays.copyOf(values, items * width);
        SafeTensors.write(file, about, List.of(NamedArray.of(ItemVectors.ARRAY, new int[] {items, width}, done)));
    }

    /** Takes the file away, if there is one. */
    public void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    private FormatException wrong(String expected, String found) {
        return new FormatException(
                file.toString(), "", expected, found, "delete this unfinished file, or finish it as it was begun");
    }
}
