package io.github.indirec.model.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.support.SharedFolders;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsTest {
    private static final int[] SCALAR = {};

    @TempDir
    Path folder;

    private static List<NamedArray> everyType() {
        return List.of(
                NamedArray.of("a.weight", new int[] {2, 2}, 1f, -0f, Float.NaN, Float.MIN_VALUE),
                NamedArray.ofInts("ids", new int[] {3}, 1, -1, Integer.MIN_VALUE),
                NamedArray.ofLongs("step", SCALAR, Long.MAX_VALUE),
                NamedArray.of("empty", new int[] {0, 5}),
                NamedArray.ofDoubles("z", new int[] {1, 1, 2}, Math.PI, Double.NEGATIVE_INFINITY));
    }

    private static byte[] bytes(Map<String, String> metadata, List<NamedArray> tensors) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SafeTensors.write(out, metadata, tensors);
        return out.toByteArray();
    }

    private static TensorFile read(byte[] bytes) throws IOException {
        return SafeTensors.read(new ByteArrayInputStream(bytes), "test");
    }

    private static byte[] file(String json, int dataBytes) {
        byte[] header = json.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    private static FormatException refused(byte[] bytes) {
        return assertThrows(FormatException.class, () -> read(bytes));
    }

    @Test
    void whatIsWrittenIsReadBackBitForBitInItsOrder() throws IOException {
        Path file = folder.resolve("w.safetensors");
        Map<String, String> metadata = Map.of("model", "InDiRec \u2603 \"quoted\"\n", "w", "2");
        SafeTensors.write(file, metadata, everyType());
        TensorFile back = SafeTensors.read(file);
        assertEquals(metadata, back.metadata());
        assertEquals(
                everyType().stream().map(NamedArray::toString).toList(),
                back.tensors().values().stream().map(NamedArray::toString).toList());
        assertArrayEquals(
                new float[] {1f, -0f, Float.NaN, Float.MIN_VALUE}, back.floats("a.weight", 2, TensorFile.ANY));
        assertArrayEquals(new int[] {1, -1, Integer.MIN_VALUE}, back.ints("ids", 3));
        assertArrayEquals(new long[] {Long.MAX_VALUE}, back.longs("step"));
        assertArrayEquals(new double[] {Math.PI, Double.NEGATIVE_INFINITY}, back.doubles("z", 1, 1, 2));
        assertEquals(0, back.floats("empty", 0, 5).length);
    }

    @Test
    void equalContentIsWrittenAsEqualAlignedBytes() throws IOException {
        Map<String, String> metadata = Map.of("b", "1", "a", "2", "c", "3");
        byte[] bytes = bytes(metadata, everyType());
        assertArrayEquals(bytes, bytes(new TreeMap<>(metadata), new ArrayList<>(everyType())));
        long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertEquals(0, header % 8);
        Path file = folder.resolve("w.safetensors");
        SafeTensors.write(file, metadata, everyType());
        assertArrayEquals(bytes, Files.readAllBytes(file));
    }

    @Test
    void aFileLargerThanTheBufferSurvives() throws IOException {
        float[] values = new float[100_003];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        TensorFile back = read(bytes(Map.of(), List.of(NamedArray.of("x", new int[] {values.length}, values))));
        assertArrayEquals(values, back.floats("x", values.length));
    }

    @Test
    void noArrayAtAllIsAFile() throws IOException {
        assertTrue(read(bytes(Map.of(), List.of())).tensors().isEmpty());
    }

    @Test
    void theWriterRefusesEqualNamesAndNamesThatDeceive() {
        NamedArray x = NamedArray.of("x", SCALAR, 1f);
        assertThrows(IllegalArgumentException.class, () -> bytes(Map.of(), List.of(x, x)));
        for (String name : List.of("", "__metadata__", "w\u0435ight", "a\nb")) {
            NamedArray array = NamedArray.of(name, SCALAR, 1f);
            assertThrows(IllegalArgumentException.class, () -> bytes(Map.of(), List.of(array)), name);
        }
    }

    @Test
    void arraysReadInTheHeadersOrderWhateverTheOrderOfTheirData() throws IOException {
        byte[] file = file(
                "{\"b\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[4,8]},"
                        + "\"a\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[0,4]}}  ",
                8);
        file[file.length - 4] = 7;
        TensorFile read = read(file);
        assertEquals(List.of("b", "a"), List.copyOf(read.tensors().keySet()));
        assertArrayEquals(new int[] {7}, read.ints("b", 1));
    }

    /** Headers of one array {@code x} over 8 bytes of data, except where the case says otherwise. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a key twice in an array | {'x':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
                "an array twice | {'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
                        + "'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
                "an overlap | {'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
                        + "'y':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
                "the same range twice | {'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
                        + "'y':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
                "a gap | {'x':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
                "bytes left over | {'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}",
                "data beyond the end | {'x':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}}",
                "a range of another size | {'x':{'dtype':'F32','shape':[1],'data_offsets':[0,8]}}",
                "a reversed range | {'x':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}",
                "a negative offset | {'x':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}}",
                "three offsets | {'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8,8]}}",
                "one offset | {'x':{'dtype':'F32','shape':[2],'data_offsets':[8]}}",
                "a misaligned array | {'x':{'dtype':'I32','shape':[0],'data_offsets':[0,0]},"
                        + "'y':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
                        + "'z':{'dtype':'F64','shape':[0],'data_offsets':[4,4]},"
                        + "'w':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
                "a negative dimension | {'x':{'dtype':'F32','shape':[-1,-2],'data_offsets':[0,8]}}",
                "a product beyond 2^63 | {'x':{'dtype':'F32','shape':[2147483639,2147483639,2147483639,2147483639],"
                        + "'data_offsets':[0,8]}}",
                "a product of 2^63 + 2 | {'x':{'dtype':'F32',"
                        + "'shape':[2,5,5581,8681,49477,384773],'data_offsets':[0,8]}}",
                "a dimension of 2^32 + 1 | {'x':{'dtype':'F32','shape':[4294967297,2],'data_offsets':[0,8]}}",
                "a dimension beyond 2^63 | {'x':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,8]}}",
                "a fractional dimension | {'x':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}",
                "a text as dimension | {'x':{'dtype':'F32','shape':['2'],'data_offsets':[0,8]}}",
                "an unknown dtype | {'x':{'dtype':'BF16','shape':[4],'data_offsets':[0,8]}}",
                "no dtype | {'x':{'shape':[2],'data_offsets':[0,8]}}",
                "no shape | {'x':{'dtype':'F32','data_offsets':[0,8]}}",
                "no range | {'x':{'dtype':'F32','shape':[2]}}",
                "an unknown key | {'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'stride':[1]}}",
                "a number as metadata | {'__metadata__':{'a':1},'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
                "metadata twice | {'__metadata__':{},'__metadata__':{},"
                        + "'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
                "a control character in a name | {'x\\u0007':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
                "a letter that looks like another | {'\\u0445':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
                "an empty name | {'':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
                "a list as header | ['x']",
                "something after the header | {'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} 1",
                "a second object | {'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} {}",
                "a comment | {/**/'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
                "an unclosed header | {'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}",
                "a text as array | {'x':'F32'}",
                "nesting | {'x':{'shape':[[[[[[[[2]]]]]]]],'dtype':'F32','data_offsets':[0,8]}}",
            })
    void aHeaderIsRefusedFor(String what, String json) {
        FormatException e = refused(file(json.replace('\'', '"'), 8));
        assertEquals("test", e.file());
        assertTrue(e.getMessage().startsWith("test: "), e.getMessage());
    }

    @Test
    void overlapsAndGapsAreToldApart() {
        String x = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},";
        String overlap = x + "\"y\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}";
        assertTrue(refused(file(overlap, 8)).getMessage().contains("found offset 4 (an overlap)"));
        String gap = x + "\"y\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}";
        assertTrue(refused(file(gap, 16)).getMessage().contains("found offset 12 (a gap)"));
    }

    @Test
    void theSoundCounterpartOfTheRefusedHeadersReads() throws IOException {
        assertEquals(
                2,
                read(file("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8))
                        .floats("x", 2)
                        .length);
    }

    @Test
    void lengthsOfTheHeaderAreCheckedBeforeAnythingIsAllocated() {
        for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, 200_000_000, 100}) {
            byte[] file = file("{}", 0);
            ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
            refused(file);
        }
        refused(new byte[0]);
        refused(new byte[7]);
        refused(new byte[8]);
    }

    @Test
    void otherEncodingsAndBrokenUtf8AreRefused() {
        String json = "{\"x\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}";
        for (var charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16)) {
            byte[] header = json.getBytes(charset);
            refused(ByteBuffer.allocate(8 + header.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .put(header)
                    .array());
        }
        byte[] broken = file(json, 0);
        broken[10] = (byte) 0xff;
        refused(broken);
    }

    @Test
    void trailingBytesAndCutFilesAreRefused() throws IOException {
        byte[] valid = bytes(Map.of("k", "v"), everyType());
        for (int length = 0; length < valid.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(valid, length);
            refused(cut);
        }
        refused(java.util.Arrays.copyOf(valid, valid.length + 1));
    }

    @Test
    void anErrorNamesFilePlaceExpectationFindingAndRemedy() {
        FormatException e = refused(file("{\"x\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[0,8]}}", 8));
        assertEquals(
                "test: byte 22: expected F32, F64, I32 or I64 as dtype of array 'x', found 'BF16';"
                        + " convert the array before saving it (in PyTorch: tensor.float())",
                e.getMessage());
    }

    @Test
    void lookingUpWhatIsNotThereSaysWhatIs() throws IOException {
        TensorFile file = read(bytes(Map.of(), everyType()));
        assertTrue(assertThrows(FormatException.class, () -> file.floats("b")).getMessage().contains("a.weight"));
        FormatException shape = assertThrows(FormatException.class, () -> file.floats("a.weight", 2, 3));
        assertTrue(shape.getMessage().contains("expected F32 [2, 3], found F32 [2, 2]"), shape.getMessage());
        assertThrows(FormatException.class, () -> file.ints("a.weight", 2, 2));
        assertThrows(IllegalStateException.class, () -> file.array("ids").floats());
    }

    @Test
    void anyDamageIsRefusedOrHarmless() throws IOException {
        byte[] valid = bytes(Map.of("k", "v"), everyType());
        int cases = 8_000;
        int refusals = ByteMutator.countRefusals(valid, cases, 1, SafeTensorsTest::read);
        assertTrue(refusals > cases / 2, "only " + refusals + " refusals: is the data covered at all?");
    }

    @Test
    void everyReferenceFileReads() throws IOException {
        Path reference = SharedFolders.reference();
        try (Stream<Path> files = Files.list(reference)) {
            List<Path> all = files.filter(f -> f.toString().endsWith(".safetensors")).toList();
            assertFalse(all.isEmpty(), "no .safetensors file in " + reference);
            for (Path file : all) {
                TensorFile content = SafeTensors.read(file);
                assertFalse(content.tensors().isEmpty(), file.toString());
                assertEquals(content.tensors().keySet(), Checkpoints.readWeights(file).tensors().keySet());
                // Written again and read again it is still the same.
                byte[] once = bytes(content.metadata(), List.copyOf(content.tensors().values()));
                TensorFile back = read(once);
                assertArrayEquals(once, bytes(back.metadata(), List.copyOf(back.tensors().values())));
            }
        }
    }
}
