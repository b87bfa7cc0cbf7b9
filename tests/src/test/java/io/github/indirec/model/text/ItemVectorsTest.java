package io.github.indirec.model.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.io.FormatException;
import io.github.indirec.model.io.NamedArray;
import io.github.indirec.model.io.SafeTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ItemVectorsTest {
    /** Three items, two numbers each. */
    private static final float[] VALUES = {1, 2, 3, 4, 5, 6};

    @TempDir
    Path folder;

    private Path tensors(NamedArray... arrays) throws IOException {
        Path file = folder.resolve("v.safetensors");
        SafeTensors.write(file, Map.of("encoder", "e"), List.of(arrays));
        return file;
    }

    private Path rows(float... values) throws IOException {
        return tensors(NamedArray.of("item_vectors", new int[] {values.length / 2, 2}, values));
    }

    private static float[] padded(int before, int after) {
        float[] rows = new float[VALUES.length + 2 * (before + after)];
        System.arraycopy(VALUES, 0, rows, 2 * before, VALUES.length);
        return rows;
    }

    private static String refusal(Path file) {
        return assertThrows(FormatException.class, () -> ItemVectors.read(file, 3))
                .getMessage();
    }

    @Test
    void aFileOfNewItemsHasAsManyItemsAsRowsZeroOnesIncluded() throws IOException {
        ItemVectors vectors = ItemVectors.read(rows(padded(1, 1)));
        assertEquals(5, vectors.items());
        assertArrayEquals(padded(1, 1), vectors.values());
        Path none = tensors(NamedArray.of("item_vectors", new int[] {0, 2}, new float[0]));
        Exception e = assertThrows(FormatException.class, () -> ItemVectors.read(none));
        assertTrue(e.getMessage().contains("[items x width]"), e.getMessage());
    }

    @Test
    void selectedItemsAreNumberedInTheOrderOfTheSelection() {
        ItemVectors selected = ItemVectors.of(VALUES, 2).select(3, 1);
        assertEquals(2, selected.items());
        assertArrayEquals(new float[] {5, 6, 1, 2}, selected.values());
        assertThrows(IndexOutOfBoundsException.class, () -> ItemVectors.of(VALUES, 2).select(4));
    }

    @Test
    void whatIsWrittenIsReadBackWithWhatItSaysOfItself() throws IOException {
        Path file = folder.resolve("out.safetensors");
        ItemVectors.of(VALUES, 2).write(file, Map.of("encoder", "bge", "prompt", "beauty"));
        ItemVectors back = ItemVectors.read(file, 3);
        assertEquals(3, back.items());
        assertEquals(2, back.width());
        assertArrayEquals(VALUES, back.values());
        assertEquals(Map.of("encoder", "bge", "prompt", "beauty", "items", "3", "width", "2"), back.metadata());
        Path again = folder.resolve("again.safetensors");
        back.write(again, Map.of());
        assertEquals(-1, Files.mismatch(file, again));
    }

    @Test
    void itemsAreCountedFromOneAndTheTableCannotBeChanged() {
        float[] given = VALUES.clone();
        ItemVectors vectors = ItemVectors.of(given, 2);
        given[0] = 9;
        vectors.values()[1] = 9;
        float[] row = new float[3];
        vectors.copyRow(1, row, 1);
        assertArrayEquals(new float[] {0, 1, 2}, row);
        vectors.copyRow(3, row, 0);
        assertArrayEquals(new float[] {5, 6, 2}, row);
        assertThrows(IndexOutOfBoundsException.class, () -> vectors.copyRow(0, row, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> vectors.copyRow(4, row, 0));
        assertArrayEquals(VALUES, vectors.values());
    }

    @Test
    void valuesThatAreNoTableAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> ItemVectors.of(VALUES, 4));
        assertThrows(IllegalArgumentException.class, () -> ItemVectors.of(VALUES, 0));
        assertThrows(IllegalArgumentException.class, () -> ItemVectors.of(new float[0], 2));
        float[] bad = {1, 2, 3, Float.NaN};
        String message = assertThrows(IllegalArgumentException.class, () -> ItemVectors.of(bad, 2))
                .getMessage();
        assertTrue(message.contains("item 2 has the value NaN at position 1"), message);
    }

    @Test
    void aNumpyFileIsTakenByItsContentNotItsName() throws IOException {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }\n";
        ByteBuffer npy = ByteBuffer.allocate(10 + header.length() + 24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII));
        for (float value : VALUES) {
            npy.putFloat(value);
        }
        Path file = Files.write(folder.resolve("vectors.bin"), npy.array());
        ItemVectors vectors = ItemVectors.read(file, 3);
        assertArrayEquals(VALUES, vectors.values());
        assertEquals(Map.of(), vectors.metadata());
    }

    @Test
    void doublesAndTheOnlyArrayOfAnyNameAreTaken() throws IOException {
        NamedArray doubles = NamedArray.ofDoubles("embeddings", new int[] {3, 2}, 1, 2, 3, 4, 5, 6);
        assertArrayEquals(VALUES, ItemVectors.read(tensors(doubles), 3).values());
        NamedArray other = NamedArray.of("other", new int[] {1}, 1f);
        assertTrue(refusal(tensors(doubles, other)).contains("'item_vectors'"));
    }

    @Test
    void rowsOfPaddingAreLeftOutWhereThatIsBeyondDoubt() throws IOException {
        assertArrayEquals(VALUES, ItemVectors.read(rows(padded(1, 0)), 3).values());
        assertArrayEquals(VALUES, ItemVectors.read(rows(padded(1, 1)), 3).values());
    }

    @Test
    void rowsThatMightBelongToOtherItemsAreRefused() throws IOException {
        String twoRows = refusal(rows(1, 2, 3, 4));
        assertTrue(twoRows.contains("each of the 3 items") && twoRows.contains("2 rows"), twoRows);
        // Which of the four rows is no item?
        assertTrue(refusal(rows(padded(0, 1))).contains("4 rows, the first not zero, the last zero"));
        assertTrue(refusal(rows(0, 0, 1, 2, 3, 4, 0, 0)).contains("4 rows, the first zero, the last zero"));
        assertTrue(refusal(rows(1, 2, 3, 4, 5, 6, 7, 8)).contains("the first not zero, the last not zero"));
        assertTrue(refusal(rows(padded(2, 0))).contains("5 rows"));
    }

    @Test
    void valuesThatAreNotFiniteAreRefusedByItem() throws IOException {
        assertTrue(refusal(rows(1, 2, 3, Float.NaN, 5, 6)).contains("item 2, position 1"));
        assertTrue(refusal(rows(0, 0, 1, 2, 3, Float.POSITIVE_INFINITY, 5, 6)).contains("item 2, position 1"));
        NamedArray large = NamedArray.ofDoubles("item_vectors", new int[] {3, 2}, 1, 2, 1e300, 4, 5, 6);
        assertTrue(refusal(tensors(large)).contains("finite numbers of 32 bits"));
    }

    @Test
    void whatIsNoTableOfVectorsIsRefused() throws IOException {
        assertTrue(refusal(folder).contains("a folder"));
        assertTrue(refusal(Files.writeString(folder.resolve("a"), "")).contains("an empty file"));
        assertTrue(refusal(Files.writeString(folder.resolve("a"), "1 2\n3 4\n5 6\n")).contains("numpy.save"));
        assertTrue(refusal(tensors(NamedArray.of("x", new int[] {6}, VALUES))).contains("two axes"));
        assertTrue(refusal(tensors(NamedArray.ofInts("x", new int[] {3, 1}, 1, 2, 3))).contains("F32 or F64"));
    }

    @Test
    void shufflingDealsTheSameVectorsOutAgainByTheSeed() {
        int items = 50;
        float[] values = new float[2 * items];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        ItemVectors vectors = ItemVectors.of(values, 2);
        ItemVectors shuffled = vectors.shuffled(7);
        assertArrayEquals(shuffled.values(), vectors.shuffled(7).values());
        assertFalse(Arrays.equals(shuffled.values(), vectors.shuffled(8).values()));
        assertEquals("7", shuffled.metadata().get("shuffled"));
        TreeSet<Float> firsts = new TreeSet<>();
        int kept = 0;
        float[] row = new float[2];
        for (int item = 1; item <= items; item++) {
            shuffled.copyRow(item, row, 0);
            assertEquals(row[0] + 1, row[1], "rows stay whole");
            firsts.add(row[0]);
            kept += row[0] == 2 * (item - 1) ? 1 : 0;
        }
        assertEquals(items, firsts.size(), "every vector once");
        // A random order leaves one in place on average; more than eight of fifty would be one in a million.
        assertTrue(kept <= 8, "in place: " + kept);
    }
}
